"""Answers kept beside fits are those computed, and no others."""

from dataclasses import replace
from shutil import copytree

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import cszt_models as cm
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.scenarios.conditions import About, Chance, Condition, Value, Within
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.storage.netcdf import read_tree
from cszt_models.storage.store import Store
from cszt_models.targets import cached as comparison_files
from cszt_models.targets.cached import cached, cached_comparison, inputs_of
from cszt_models.targets.comparison import compare


@pytest.fixture(scope="module")
def scenarios(czt):
    """One that moves levers, one with conditions, and one that came to nothing."""
    known = read_scenarios(czt, read_levers(czt))
    given = Scenario(
        "ranges",
        (
            Part(
                "given",
                conditions=(
                    Condition("gdp_real_growth", "czt", 2027, 2027, False, Value(5.0)),
                    Condition("gdp_real_growth", "czt", 2028, 2028, False, About(5, 1)),
                    Condition(
                        "urbanization_rate",
                        "czt",
                        2028,
                        2028,
                        False,
                        Within(70, np.inf),
                    ),
                    Condition(
                        "gdp_nominal", "czt", 2029, 2029, False, Chance(0.4, 26_000.0)
                    ),
                ),
            ),
        ),
    )
    return [
        *(known[name] for name in ("baseline", "strong")),
        given,
        known["plan path"],
    ]


@pytest.fixture
def refused(monkeypatch):
    """Comparing is not allowed: what is told must have been kept."""

    def compute(*_):
        raise AssertionError("computed again")

    monkeypatch.setattr(comparison_files, "compare", compute)


def same(ours, theirs):
    """Whether comparisons say the same."""
    for one, other in zip(ours, theirs, strict=True):
        assert (one.scenario, one.reason) == (other.scenario, other.reason)
        assert (one.assessment is None) == (other.assessment is None)
        if one.assessment and other.assessment:
            assert one.assessment.targets == other.assessment.targets
            assert one.assessment.joint == other.assessment.joint
            assert one.assessment.plausibility == other.assessment.plausibility
            assert one.assessment.met.keys() == other.assessment.met.keys()
            for name, met in one.assessment.met.items():
                np.testing.assert_array_equal(met, other.assessment.met[name])
        pd.testing.assert_frame_equal(
            one.figures.reset_index(drop=True), other.figures, check_exact=True
        )
    return True


def test_what_is_read_is_what_was_computed(
    czt, fits_today, scenarios, tmp_path, monkeypatch
):
    plan, store = read_targets(czt), Store(tmp_path)
    fresh = list(compare(fits_today, plan, scenarios))
    assert fresh[-1].reason, "the plan's path contradicts what was published"
    assert len(fresh[-2].assessment.plausibility.conditions) == 4
    assert same(fresh, cached_comparison(fits_today, plan, scenarios, store=store))
    monkeypatch.setattr(comparison_files, "compare", None)  # not called again
    assert same(fresh, cached_comparison(fits_today, plan, scenarios, store=store))


@pytest.mark.usefixtures("refused")
def test_another_question_is_not_answered_from_the_store(
    czt, fits_today, scenarios, tmp_path
):
    plan, store = read_targets(czt), Store(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison_files, "compare", compare)
        cached_comparison(fits_today, plan, scenarios[:1], store=store)
    cached_comparison(fits_today, plan, scenarios[:1], store=store)
    harder = {**plan, "gdp_2025": replace(plan["gdp_2025"], value=26_000.0)}
    for asked in (harder, plan):
        with pytest.raises(AssertionError, match="computed again"):
            cached_comparison(
                fits_today, asked, scenarios[: 1 + (asked is plan)], store=store
            )


def test_a_changed_file_of_the_project_asks_again(czt, tmp_path):

    folder = tmp_path / "project"
    copytree(czt.folder, folder)
    project = cm.load_project(folder)
    fits = fit_blocks(
        read_observations(project),
        project,
        as_of=project.data_date,
        seed=1,
        draws=64,
    )
    before = inputs_of([fits], {})
    path = folder / "levers.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# one more line\n")
    after = inputs_of([fits], {})
    assert before["data"] != after["data"]


def test_without_a_store_nothing_is_kept():
    calls = []
    for _ in range(2):
        cached("a", list[int], lambda: calls.append(1) or [1], store=None, inputs={})
    assert len(calls) == 2


def test_what_is_not_of_its_type_is_refused(tmp_path):
    store = Store(tmp_path)
    cached("a", list[str], lambda: ["x"], store=store, inputs={})
    with pytest.raises(ValueError, match="valid integer"):
        cached("a", list[int], lambda: [1], store=store, inputs={})


TREES = {
    "kinds": xr.Dataset(
        {
            "number": (("draw", "region"), np.arange(6.0).reshape(3, 2)),
            "gap": ("draw", [1.0, np.nan, -np.inf]),
            "flag": ("draw", [True, False, True]),
            "count": ((), 7),
            "text": ("region", ["长沙", "b"]),
            "empty": ("none", np.empty(0)),
        },
        {"region": ["a", "长"], "label": ("region", ["x", "y"]), "scalar": 2.5},
        {"unit": "points", "share": 0.5, "many": [1, 2, 3]},
    ),
    "bare": xr.Dataset({"a": (("x", "y"), np.ones((2, 3), dtype=np.int32))}),
    "nothing": xr.Dataset(attrs={"says": "so"}),
}


@pytest.mark.parametrize("name", TREES)
def test_trees_are_read_as_xarray_reads_them(name, tmp_path):
    tree = xr.DataTree.from_dict(
        {
            "/": xr.Dataset(coords={"draw": [3, 1, 2]} if name == "kinds" else None),
            "/one": TREES[name],
            "/one/below": TREES["bare"],
            "/number": TREES["nothing"],  # of a variable's name elsewhere
        }
    )
    path = tmp_path / "tree.nc"
    tree.to_netcdf(path, engine="h5netcdf")
    found = read_tree(path.read_bytes())
    plain = {"mask_and_scale": False, "decode_times": False}
    with xr.open_datatree(path, engine="h5netcdf", **plain) as opened:
        assert [one.path for one in opened.subtree] == [
            one.path for one in found.subtree
        ]
        for node in opened.subtree:
            theirs = node.to_dataset(inherit=False).load()
            assert found[node.path].to_dataset(inherit=False).identical(theirs)


def test_what_is_no_file_of_this_kind_is_refused():
    with pytest.raises(OSError, match="signature"):
        read_tree(b"no file")
