"""``cszt scenario``: the library, side by side, one run, and refusals in a sentence."""

import json
import sys

import pytest

from cszt_models import cli
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import baseline

EFFECT = """effects:
  bonus: {cause: rd_intensity, acts_on: growth, distribution: uniform, low: 0.2,
    high: 0.3, en: bonus, zh: 红利, source: made up for this test}

"""
PAYING = "\n  push that pays: [research push, pays]"
QUICK = ["--draws", "200", "--as-of", "2021-06-30"]


@pytest.fixture
def cszt(capsys, monkeypatch):
    """Run a command in this process; its exit status, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cszt", "scenario", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        shown = capsys.readouterr()
        return int(stop.value.code or 0), shown.out, shown.err

    return run


def test_the_library_is_listed_with_its_hashes(cszt, czt):
    scenarios = read_scenarios(czt, read_levers(czt))
    status, out, _ = cszt("list", "--json")
    assert status == 0
    found = {one["name"]: one["hash"] for one in json.loads(out)}
    assert found == {name: one.hash for name, one in scenarios.items()}
    status, out, _ = cszt("list", "--lang", "zh", "--csv")
    assert status == 0
    assert "户籍改革" in out


@pytest.fixture
def paying(edited) -> str:
    """A copy of the project with a made-up cross-effect and a scenario of it."""
    edited("scenarios.yaml", "parts:", EFFECT + "parts:\n  pays: {effects: [bonus]}")
    return str(edited("scenarios.yaml", "scenarios:", "scenarios:" + PAYING))


def test_a_cross_effect_is_shown_with_its_range(cszt, paying):
    status, out, _ = cszt("show", "push that pays", "--project", paying)
    assert status == 0
    assert "effect: bonus: rd_intensity on growth, 0.2 to 0.3" in out


def test_one_scenario_is_shown_in_both_languages_with_sources(cszt):
    status, out, _ = cszt("show", "research push")
    assert status == 0
    assert "growth of R&D spending +5.1 percentage points a year, from 2022" in out
    assert "source: observations.csv" in out
    status, out, _ = cszt("show", "plan path", "--lang", "zh")
    assert status == 0
    assert "假定：长株潭2021—2025年平均" in out


def test_scenarios_are_compared_with_the_baseline_first(cszt):
    status, out, _ = cszt("compare", "strong", "deflation", *QUICK, "--json")
    assert status == 0
    told = json.loads(out)
    names = [one["name"] for one in told["scenarios"]]
    assert names == ["baseline", "strong", "deflation"]
    chances = [
        next(t["probability"] for t in one["targets"] if t["id"] == "gdp_2025")
        for one in told["scenarios"]
    ]
    assert chances[2] < chances[0] < chances[1]


def test_a_run_tells_changes_and_which_part_makes_them(cszt):
    words = ("run", "reform package", "--set", "price=-1:2024-2025", *QUICK)
    status, out, _ = cszt(*words, "--json")
    assert status == 0
    told = json.loads(out)
    changes = {one["target"]: one["change"] for one in told["changes"]}
    parts = [part["name"] for part in told["scenario"]["parts"]]
    assert parts[-1] == "price -1, 2024-2025"
    for row in told["attribution"]:
        total = sum(row[part] for part in parts)
        assert total == pytest.approx(row["change"], abs=1e-12)
        assert row["change"] == pytest.approx(changes[row["target"]], abs=1e-12)
    status, shown, _ = cszt(*words)
    assert status == 0
    assert "What each part adds" in shown


def test_a_lever_set_by_hand_is_the_scenario_of_that_lever(cszt):
    status, out, _ = cszt("run", "baseline", "--set", "growth=0.5", *QUICK, "--json")
    assert status == 0
    expected = baseline().with_lever("growth", 0.5)
    assert json.loads(out)["scenario"]["hash"] == expected.hash


def test_today_says_what_no_scenario_moves(cszt):
    status, out, _ = cszt("compare", "strong", "--plan", "2021-2025", "--draws", "200")
    assert status == 0
    assert "Published and not moved by any scenario: gdp_2025" in out


def test_a_scenario_that_today_contradicts_is_named_with_its_reason(cszt):
    status, out, err = cszt("compare", "plan path", "--draws", "200")
    assert (status, out) == (2, "")
    assert "scenario 'plan path': " in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "plan pth"), "Did you mean 'plan path'?"),
        (("run", "baseline", "--set", "growth", *QUICK), "is not LEVER=VALUE"),
        (("run", "baseline", "--set", "growth=x", *QUICK), "is not LEVER=VALUE"),
        (("run", "baseline", "--set", "grwth=1", *QUICK), "Did you mean 'growth'?"),
        (("run", "baseline", "--set", "growth=9", *QUICK), "from -5 to 5"),
        (("run", "baseline", "--set", "growth=nan", *QUICK), "from -5 to 5"),
        (
            ("run", "baseline", "--set", "growth=1:2025-2023", *QUICK),
            "from 2025 to 2023 holds no year",
        ),
        (("list", "--lang", "fr"), "Use en or zh"),
        (("compare", "strong", "--target", "gdp_2026", *QUICK), "Unknown target"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(words, told, cszt):
    status, out, err = cszt(*words)
    assert (status, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_attain_tells_of_a_cross_effect_that_acts(capsys, monkeypatch, paying):
    words = ["attain", "--scenario", "push that pays", "--project", paying, *QUICK]
    monkeypatch.setattr(sys, "argv", ["cszt", *words])
    with pytest.raises(SystemExit):
        cli.main()
    assert "A cross-effect acts: bonus" in capsys.readouterr().out
