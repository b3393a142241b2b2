"""Commands about targets: records, what they add up to, a sentence for bad input."""

import io
import json
import re
import sys
from dataclasses import replace

import pandas as pd
import pytest

from cszt_models import cli
from cszt_models.analysis import analysis, build

THEN = ["--as-of", "2021-06-30"]
HEAD = {"project", "as_of", "scenario", "scenario_hash", "seed", "draws", "engine"}


@pytest.fixture
def cszt(capsys, monkeypatch, fits_2021, fits_today):
    """Run a command on the session's fits; its exit status, stdout and stderr."""

    def fit_blocks(*_, as_of, **__):
        return (
            fits_2021 if as_of == fits_2021.as_of else replace(fits_today, as_of=as_of)
        )

    for module in (build, analysis):
        monkeypatch.setattr(module, "fit_blocks", fit_blocks)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cszt", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        shown = capsys.readouterr()
        return int(stop.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture
def record(cszt):
    """The parsed JSON of a command that must succeed."""

    def run(*words: str) -> dict:
        status, out, _ = cszt(*words, "--json")
        assert status == 0
        return json.loads(out)

    return run


def test_joint_tells_pairs_order_and_number(record):
    found = record("joint", *THEN)
    assert set(found) == HEAD | {"joint", "pairs", "order", "number_met"}
    ids = found["joint"]["targets"]
    assert len(found["pairs"]) == 3
    assert sorted(row["target"] for row in found["order"]) == sorted(ids)
    assert found["order"][0]["joint"] == found["joint"]["probability"]
    assert found["order"][0]["target"] == found["joint"]["binding"]
    assert found["number_met"][-1]["probability"] == found["joint"]["probability"]


def test_joint_of_a_chosen_set(cszt, record):
    ids = ["urban_population_2025", "gdp_2025"]
    assert record("joint", *ids, *THEN)["joint"]["targets"] == ids
    status, out, _ = cszt("joint", *ids, *THEN)
    assert status == 0
    assert "The probability of all together is" in out
    assert "one after the other: without gross domestic product" in out


def test_when_tells_every_year_and_not_by_the_horizon(record, cszt):
    (gdp,) = record("timing", "gdp_2025", *THEN)["targets"]
    assert (gdp["id"], gdp["horizon"], gdp["years"][-1]["year"]) == (
        "gdp_2025",
        2040,
        2040,
    )
    first = sum(row["first"] for row in gdp["years"])
    assert first + gdp["not_by_horizon"] == pytest.approx(1.0, abs=1e-12)
    (more,) = record("timing", "gdp_2025", "--value", "30000", *THEN)["targets"]
    assert more["value"] == 30_000
    assert more["not_by_horizon"] > gdp["not_by_horizon"]
    status, out, _ = cszt("timing", "gdp_2025", *THEN)
    assert status == 0
    assert "not even by 2040" in out


def test_split_adds_up_to_the_gap(record, cszt):
    found = record("gap", "gdp_2025", "--against", "2021-06")
    (gdp,) = found["targets"]
    assert (gdp["against"], gdp["outcome"]) == ("2021-06-30", 22878.5)
    assert sum(row["value"] for row in gdp["terms"]) == pytest.approx(
        gdp["gap"], abs=1e-9
    )
    status, out, _ = cszt("gap", "gdp_2025")
    assert status == 0
    assert "−¥212." in out
    assert "billion against the plan's path (¥2.5 trillion)" in out


def test_scores_of_what_is_resolved(record, cszt):
    found = record("scores")
    stated = [row for row in found["scores"] if row["target"] == "gdp_2025"]
    assert [(row["as_of"], row["met"]) for row in stated] == [("2021-06-30", False)]
    means = {row["target"] for row in found["means"]}
    assert {"gdp_2025", "urbanization_2025", "joint"} <= means
    assert means - {"joint"} == {row["target"] for row in found["scores"]} - {"joint"}
    status, out, _ = cszt("scores", *THEN)
    assert status == 0
    assert out == "No target is resolved at 2021-06-30, so nothing can be scored yet.\n"


def test_plan_tells_what_pairs_imply(record, cszt):
    found = record("consistency", "--plan", "2021-2025")["implications"]
    share = next(one for one in found if one["implies"] == "hightech_va_share_gdp")
    assert share["value"] == pytest.approx(38.0)
    assert (share["stated_value"], share["verdict"]) == (35.0, "slack")
    status, out, _ = cszt("consistency", "--plan", "2021-2025")
    assert status == 0
    assert "imply resident population of 16.25 million." in out


BAD = {
    "unknown target": (["timing", "gdp_2026"], "Did you mean 'gdp_2025'?"),
    "joint unknown": (["joint", "rd_2025"], "Unknown target 'rd_2025'."),
    "joint without data": (
        ["joint", "gdp_2025", "forest_cover_2025"],
        "'forest_cover_2025' has no d",
    ),
    "when without data": (
        ["timing", "forest_cover_2025"],
        "'forest_cover_2025' has no",
    ),
    "split without data": (["gap", "forest_cover_2025"], "'forest_cover_2025' has "),
    "value of many": (["timing", "--value", "3"], "the value 3 is given for 3 target"),
    "no date": (["gap", "gdp_2025", "--against", "then"], "'then' is not a date"),
}


@pytest.mark.parametrize(("words", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_a_sentence_and_exit_2(words, said, cszt):
    status, out, err = cszt(*words, *THEN)
    assert (status, out) == (2, "")
    assert err.startswith("cszt: ")
    assert said in err


def test_a_target_after_the_horizon_is_refused(cszt, edited):
    folder = edited(
        "targets.csv", "czt,,2025,at_least,25000", "czt,,2045,at_least,25000"
    )
    for command in ("timing", "gap", "joint"):
        words = (command, "gdp_2025", "--project", str(folder), *THEN)
        status, _, err = cszt(*words)
        assert status == 2
        assert "target 'gdp_2025' is for 2045, the projection reaches to 2040" in err


@pytest.mark.parametrize("command", ["joint", "timing", "gap", "scores", "consistency"])
def test_help_has_an_example(command, cszt):
    status, out, _ = cszt(command, "--help")
    assert status == 0
    assert f"cszt {command}" in out.split("Example")[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [("when", "timing"), ("split", "gap"), ("plan", "consistency")],
)
def test_words_of_the_last_release_are_understood(old, new, cszt):
    words = ("gdp_2025", *THEN) if old != "plan" else THEN
    assert cszt(old, *words) == cszt(new, *words)
    assert f" {old} " not in cszt("--help")[1]


@pytest.mark.parametrize("command", ["attain", "joint", "timing", "gap", "scores"])
def test_tables_and_sentences_are_written_in_chinese(command, cszt):
    status, out, _ = cszt(command, "--lang", "zh")
    assert status == 0
    assert "截至" in out
    assert not re.search(r"\b(the|of|as of|probability)\b", out)
    assert "as known" not in out


def test_csv_holds_the_numbers(cszt):
    status, out, _ = cszt("attain", "--csv", *THEN)
    assert status == 0
    frame = pd.read_csv(io.StringIO(out), index_col="target")
    assert 0 < frame.loc["gdp_2025", "probability"] < 1
    assert frame.loc["gdp_2025", "unit"] == "1e8 yuan"


def test_explained_targets_have_their_reference_class(record, cszt):
    explained = record("attain", "--explain", *THEN)
    assert explained.keys() == record("attain", *THEN).keys() | {"reference"}
    (gdp, *_) = explained["reference"]
    assert (gdp["target"], gdp["indicator"]) == ("gdp_2025", "gdp_real_growth")
    assert 0 < gdp["low"] <= gdp["met"] <= gdp["high"] < 1
    _, text, _ = cszt("attain", "--explain", "--lang", "zh", *THEN)
    assert "以往的同类目标" in text


def test_attain_takes_targets_as_other_commands_do(cszt, record):
    both = ["attain", "gdp_2025", "--target", "urbanization_2025", *THEN]
    assert record(*both)["joint"]["targets"] == ["gdp_2025", "urbanization_2025"]
    status, _, error = cszt("attain", "gdp_205")
    assert status == 2
    assert "Did you mean 'gdp_2025'? Known: gdp_2025, pm25_2025" in error
    assert "119 others. All stand in targets.csv" in error
