"""A report made again: the same numbers, or the first thing that differs."""

import json
from copy import deepcopy

import pytest

from cszt_models.errors import DataError
from cszt_models.reports.manifest import manifest
from cszt_models.reports.reproduce import check_inputs, check_numbers, read_manifest
from cszt_models.reports.site import as_json, numbers

NAME = "czt-numbers.json"


@pytest.fixture(scope="module")
def record(shared_report):
    content = as_json(numbers(shared_report))
    return json.loads(as_json(manifest(shared_report, {NAME: content})))


def test_the_same_inputs_give_the_same_numbers(record, shared_report, czt, tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(record), "utf-8")
    assert read_manifest(path) == record
    assert check_inputs(record, czt, shared_report.scenarios) == []
    assert check_numbers(record, shared_report, tmp_path) > 500


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("data_hash", "data_hash is .* now and was other"),
        ("project", "project is czt now and was other"),
    ],
)
def test_another_input_is_named(record, shared_report, czt, key, message):
    with pytest.raises(DataError, match=message):
        check_inputs(record | {key: "other"}, czt, shared_report.scenarios)
    strange = {"strong": "abc"}
    with pytest.raises(DataError, match=r"scenario .strong. is .* now and was abc"):
        check_inputs(
            record | {"scenario_hashes": strange}, czt, shared_report.scenarios
        )


def test_the_first_number_that_differs_is_named(record, shared_report, tmp_path):
    changed = deepcopy(record)
    day = next(iter(changed["diagnostics"]))
    changed["diagnostics"][day][0]["rows"] += 1
    with pytest.raises(DataError, match=r"diagnostics\..*\[0\]\.rows is \d+ now"):
        check_numbers(changed, shared_report, tmp_path)
    before = numbers(shared_report)
    before["over_time"][0]["targets"][0]["probability"] += 0.01
    content = as_json(before)
    (tmp_path / NAME).write_bytes(content)
    other = json.loads(as_json(manifest(shared_report, {NAME: content})))
    place = rf"{NAME}\.over_time\[0\]\.targets\[0\]\.probability is"
    with pytest.raises(DataError, match=place):
        check_numbers(other, shared_report, tmp_path)


def test_what_is_no_manifest_is_refused(tmp_path):
    path = tmp_path / "manifest.json"
    with pytest.raises(DataError, match="does not exist"):
        read_manifest(path)
    path.write_text("{}", "utf-8")
    with pytest.raises(DataError, match="is no manifest of a report"):
        read_manifest(path)
    path.write_text("{", "utf-8")
    with pytest.raises(DataError, match="not valid JSON"):
        read_manifest(path)
