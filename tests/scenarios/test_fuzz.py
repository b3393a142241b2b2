"""Scenario files spoiled in every way: refused with a reason, or applied in whole."""

import copy
import random
from dataclasses import replace
from functools import partial

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cszt_models import DataError, ScenarioError
from cszt_models.projection.outlook import build_outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import BASELINE
from cszt_models.storage.files import load_yaml

QUICK, SLOW = 250, 2500
ABOUT = ("conditions", "effects", "en", "zh", "source", "source_zh")  # no levers
LEAVES = [
    None,
    True,
    0,
    -1,
    0.5,
    1e308,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "growth",
    "czt",
    "2023",
    "é\u202e\0",
    [],
    {},
    [[]],
    {"value": 1},
    {"value": 0.1, "from": 2023, "ramp": 2, "decay": 0.5},
    [{"value": 0.1, "to": 2023}, {"value": 0.1, "from": 2023}],
    2023,
    {1: 2},
    ["czt"],
]
KEYS = ["growth", "price", "value", "from", "to", "ramp", "decay", "regions", "parts"]
KEYS += ["conditions", "effects", "level", "migration", "why", "en", "x", 3, True]


def places(tree, path=()):
    """Paths of all nodes of a tree, the root excepted."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def at(tree, path):
    for key in path:
        tree = tree[key]
    return tree


def spoil(tree, rng):
    """One change somewhere: a node replaced, dropped, renamed, moved or repeated."""
    path = rng.choice(list(places(tree)) or [()])
    if not path:
        return
    holder, key = at(tree, path[:-1]), path[-1]
    other = at(tree, rng.choice(list(places(tree))))
    what = rng.choice(["leaf", "drop", "name", "other", "number", "add"])
    if what == "leaf":
        holder[key] = copy.deepcopy(rng.choice(LEAVES))
    elif what == "other":
        holder[key] = copy.deepcopy(other)
    elif what == "number" and isinstance(holder[key], int | float):
        holder[key] *= rng.choice([-1, 0.5, 2, 100])
    elif what == "name" and isinstance(holder, dict):
        holder[rng.choice(KEYS)] = holder.pop(key)
    elif what == "add" and isinstance(holder, dict):
        holder[rng.choice(KEYS)] = copy.deepcopy(rng.choice(LEAVES))
    elif what == "add":
        holder.append(copy.deepcopy(other))
    else:
        del holder[key]


def reading(work):
    """What work gives and no words, or none and the words of a refusal."""
    try:
        return work(), ""
    except (ScenarioError, DataError) as error:
        return None, str(error)


def garble(text, rng):
    """The text with some characters lost, doubled or strange."""
    at_, length = rng.randrange(len(text)), rng.randrange(1, 30)
    strange = rng.choice(["", "\t", ": ", "- ", "{", "]", "&a ", "*a ", "!!int ", "\0"])
    return text[:at_] + strange + text[at_ + length * rng.randrange(2) :]


def asked(entry, lever):
    """Values that a part asks of a lever, read without the reader."""
    entries = entry if isinstance(entry, list) else [entry]
    return [(lever, e["value"] if isinstance(e, dict) else e) for e in entries]


def whole(scenarios, tree):
    """Whether every scenario sets all that its parts say, and nothing else."""
    for name, entry in tree.get("scenarios", {}).items():
        parts = entry.get("parts", []) if isinstance(entry, dict) else entry
        wanted = [
            pair
            for part in parts
            for lever, given_ in named(tree["parts"], part).items()
            if lever not in ABOUT
            for pair in asked(given_, str(lever))
        ]
        found = [(s.lever, s.value) for s in scenarios[str(name)].settings]
        if sorted(found) != sorted(wanted):
            return False
    return BASELINE in scenarios and not scenarios[BASELINE].settings


def named(parts, name):
    return next(entry for key, entry in parts.items() if str(key) == str(name))


@pytest.fixture(scope="module")
def outlook(fits_2021):
    whole_basis = build_outlook(fits_2021)
    return replace(
        whole_basis, cells=whole_basis.cells.isel(draw=slice(0, 20)), drop=None
    )


@pytest.fixture(scope="module")
def judge(czt, outlook, tmp_path_factory):
    """Read a spoiled file; refusals have a sentence, what is read acts in whole."""
    folder = tmp_path_factory.mktemp("fuzz")
    project, levers = replace(czt, folder=folder), read_levers(czt)
    original = czt.file("scenarios.yaml").read_text("utf-8")
    read = {"refused": 0, "applied": 0}

    def check(seed: int) -> None:
        rng = random.Random(seed)
        tree, text = yaml.safe_load(original), original
        if rng.random() < 0.8:
            for _ in range(rng.randrange(1, 4)):
                spoil(tree, rng)
            text = yaml.safe_dump(tree, allow_unicode=True)
        else:
            text = garble(text, rng)
        (folder / "scenarios.yaml").write_text(text, "utf-8")
        scenarios, words = reading(lambda: read_scenarios(project, levers))
        if scenarios is None:
            read["refused"] += 1
            assert len(words) > 20
            assert words.rstrip().endswith(".")
            return
        read["applied"] += 1
        # by the project's loader: PyYAML's two differ in which tabs they take
        assert whole(scenarios, load_yaml(folder / "scenarios.yaml"))
        for one in rng.sample(sorted(scenarios.items()), min(2, len(scenarios))):
            paths, words = reading(partial(project_paths, outlook, one[1].levers_alone))
            reasons = "which no region", "no event", "is disabled"
            assert paths is not None or any(reason in words for reason in reasons)

    check.read = read
    return check


FUZZ = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


@settings(max_examples=QUICK, derandomize=True, **FUZZ)
@given(seed=st.integers(0, 2**32))
def test_a_spoiled_file_is_refused_or_applied_in_whole(seed, judge):
    judge(seed)


@pytest.mark.slow
def test_thousands_of_spoiled_files_are_refused_or_applied_in_whole(judge):
    @settings(max_examples=SLOW, **FUZZ)
    @given(seed=st.integers(0, 2**63))
    def every(seed):
        judge(seed)

    every()
    assert min(judge.read.values()) > SLOW / 20


def test_the_fuzz_would_notice_a_setting_that_is_lost(czt):
    """The oracle is no rubber stamp: a reader that drops a setting fails it."""
    scenarios = read_scenarios(czt, read_levers(czt))
    tree = yaml.safe_load(czt.file("scenarios.yaml").read_text("utf-8"))
    assert whole(scenarios, tree)
    broken = scenarios["strong"].only(["reflation"])
    assert not whole({**scenarios, "strong": broken}, tree)
