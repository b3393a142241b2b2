"""The project folder: what is read from project.yaml, and what is refused."""

import contextlib
import inspect
import pkgutil
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cszt_models
from cszt_models import DataError, load_project
from cszt_models.models.priors import read_priors
from cszt_models.project.project import FILES, OPTIONAL
from cszt_models.storage.files import load_yaml

FILE = "project.yaml"


def test_the_bundled_project_is_the_three_cities(czt):
    cities = ("changsha", "zhuzhou", "xiangtan")
    assert czt.aggregates["czt"].members == czt.with_role("core") == cities
    assert (czt.plan.first_year, czt.plan.last_year) == (2021, 2025)
    assert czt.data_date == date(2026, 11, 29)
    assert czt.places["hunan"].in_language("zh") == "湖南"


def test_every_public_name_is_found_and_hides_behind_no_module():
    """A name that is also a module's would be one thing first and the other later."""
    assert inspect.ismodule(cszt_models.design)  # functions of designs, as a namespace
    for name in set(cszt_models.__all__) - {"design"}:
        assert not inspect.ismodule(getattr(cszt_models, name))
    inside = {module.name for module in pkgutil.iter_modules(cszt_models.__path__)}
    assert not inside & set(cszt_models.__all__)


def test_a_project_is_shown_in_one_line(czt):
    shown = repr(czt)
    assert shown == f"Project('czt', regions={len(czt.regions)}, plan=2021-2025)"


def test_roles_keep_the_order_of_the_file_and_not_of_the_question(czt):
    both = czt.with_role("reference", "core")
    assert both == ("changsha", "zhuzhou", "xiangtan", "hunan", "china")


def test_an_event_is_not_known_before_its_date(czt):
    assert czt.events_known(date(2021, 1, 18)) == ()
    assert czt.events_known(date(2021, 1, 19)) == (2020, 2021)


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(DataError, match=r"project folder .*absent does not exist"):
        load_project(tmp_path / "absent")


def test_a_file_in_place_of_a_folder_is_refused(folder):
    with pytest.raises(DataError, match=r"project.yaml does not exist\. Give a folder"):
        load_project(folder / FILE)


@pytest.mark.parametrize("name", [n for n in FILES if n not in OPTIONAL])
def test_a_missing_file_is_named(name, folder):
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"lacks {re.escape(name)}"):
        load_project(folder)


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_project_may_do_without_some_files(name, folder):
    (folder / name).unlink()
    assert load_project(folder).file(name).parent != folder
    assert load_project(folder).file(name).is_file()


ENTRIES = {  # what is wrong: old text, new text, words of the message
    "no such role": ("role: core", "role: cor", "regions.changsha: Unknown role 'cor'"),
    "no such member": (
        "members: [changsha,",
        "members: [chansha,",
        "aggregates.czt: Unknown region 'chansha'. Did you mean 'changsha'?",
    ),
    "member in brackets": (
        "members: [changsha,",
        "members: [[changsha],",
        "aggregates.czt: Unknown region",
    ),
    "an id that leaves the folder": (
        "  changsha:",
        "  ../../changsha:",
        "regions: '../../changsha' names files, so it may have letters, digits",
    ),
    "a long id": ("  changsha:", f"  {'c' * 65}:", "at most 64"),
    "an id of a project with a slash": ("id: czt", "id: a/b", "id: 'a/b' names files"),
    "no members": (
        "members: [changsha, zhuzhou, xiangtan]",
        "members: []",
        "aggregates.czt",
    ),
    "member twice": (
        "members: [changsha, zhuzhou",
        "members: [changsha, changsha",
        "aggregates.czt",
    ),
    "aggregate named as region": ("  czt:\n", "  hunan:\n", "aggregates.hunan"),
    "no such basis": (
        "judged: [as_first_published]",
        "judged: [as_firstpublished]",
        "comparability.gdp_nominal: Unknown basis 'as_firstpublished'",
    ),
    "no such kind": (
        "kind: level",
        "kind: levels",
        "indicators.gdp_nominal: Unknown kind",
    ),
    "kind missing": (
        "unit: 1e8 yuan, kind: level",
        "unit: 1e8 yuan",
        "indicators.gdp_nominal: no 'kind'",
    ),
    "label missing": ("zh: 长沙, ", "", "regions.changsha: no 'zh'"),
    "label not text": ("en: Changsha,", "en: 5,", "5 is int, not str"),
    "id not text": ("id: czt", "id: no", "line 4: not valid YAML (no is read as false"),
    "region not text": ("  changsha: {en", "  no: {en", "no is read as false"),
    "horizon as text": ("horizon: 2040", 'horizon: "2040"', "'2040' is str, not int"),
    "horizon true": ("horizon: 2040", "horizon: true", "True is bool, not int"),
    "horizon false": ("horizon: 2040", "horizon: false", "False is bool, not int"),
    "horizon in the plan": ("horizon: 2040", "horizon: 2024", "2024"),
    "horizon missing": (
        "horizon:",
        "horizn:",
        "Unknown section 'horizn'. Did you mean 'horizon'?",
    ),
    "date as text": (
        "data_date: 2026-11-29",
        'data_date: "2026-11-29"',
        "'2026-11-29' is str, not date",
    ),
    "date with time": (
        "data_date: 2026-11-29",
        "data_date: 2026-11-29 10:00:00",
        "is datetime, not date",
    ),
    "dates as text": (
        "as_of_dates: [2021-06-30",
        'as_of_dates: ["2021-06-30"',
        "as_of_dates: '2021-06-30' is str, not date",
    ),
    "dates no list": ("as_of_dates: [", "as_of_dates: 2021-06-30 #[", "not list"),
    "plan turned round": (
        "first_year: 2021",
        "first_year: 2026",
        "plans.2021-2025: first_year 2026 is after last_year 2025",
    ),
    "event without date": (
        "known_from: 2021-01-19",
        "known_fro: 2021-01-19",
        "events[0]: no 'known_from'",
    ),
    "census without year": ("{year: 2004,", "{", "censuses[0]: no 'year'"),
    "regions no mapping": (
        "regions:\n",
        "regions: 5\nx:\n",
        "5 is int, not dict",
    ),
    "region twice": ("  zhuzhou: {en", "  changsha: {en", "'changsha' is given twice"),
}


@pytest.mark.parametrize("what", ENTRIES)
def test_a_wrong_entry_is_refused_with_its_place(what, edited):
    old, new, words = ENTRIES[what]
    with pytest.raises(DataError, match=re.escape(words)) as error:
        load_project(edited(FILE, old, new))
    assert FILE in str(error.value)


YAML = {
    "tab": ("a:\n\tb: 1", "line 2: not valid YAML"),
    "open bracket": ("a: [1, 2", "not valid YAML"),
    "colon": ("a: b: c", "line 1: not valid YAML"),
    "a list": ("- 1\n- 2", "holds list, not a mapping"),
    "nothing": ("", "holds NoneType, not a mapping"),
    "a word": ("word", "holds str, not a mapping"),
    "two documents": ("a: 1\n---\nb: 2", "not valid YAML"),
    "no such day": ("a: 2021-02-30", "not valid YAML"),
    "twice": ("a: 1\nb: 2\na: 3", "line 3: not valid YAML ('a' is given twice)"),
    "twice below": ("a: {b: 1, b: 2}", "'b' is given twice"),
    "a Python object": ("a: !!python/object/apply:os.getcwd []", "not valid YAML"),
    "a Python name": ("a: !!python/name:os.getcwd", "not valid YAML"),
    "a wrong time": ("a: !!timestamp soon", "not valid YAML"),
    "a wrong truth": ("a: !!bool perhaps", "not valid YAML"),
    "a wrong number": ('a: !!int ""', "not valid YAML"),
    "a deep nest": ("[" * 2000, "not valid YAML"),
}


@pytest.mark.parametrize("what", YAML)
def test_malformed_yaml_is_refused(what, tmp_path):
    text, words = YAML[what]
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(words)) as error:
        load_yaml(path)
    assert str(path) in str(error.value)


def test_yaml_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "any.yaml"
    path.write_bytes("名: 长沙".encode("gbk"))
    with pytest.raises(DataError, match="cannot be read as UTF-8 text"):
        load_yaml(path)


def test_yaml_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"any.yaml does not exist"):
        load_yaml(tmp_path / "any.yaml")


TAGS = st.sampled_from(["", "!!int ", "!!float ", "!!bool ", "!!timestamp ", "!!map "])
WORDS = st.text(st.sampled_from("ab 0.-:#{}[]&*!|>'\"%@`\n\t,长"), max_size=30)


@settings(max_examples=200, deadline=None, database=None)
@given(tag=TAGS, words=WORDS)
def test_no_text_makes_the_yaml_reader_fail_in_another_way(
    tag, words, tmp_path_factory
):
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_text(f"a: {tag}{words}", encoding="utf-8")
    with contextlib.suppress(DataError):
        assert isinstance(load_yaml(path), dict)


PRIORS = {  # what is wrong: old text, new text, words of the message
    "no source": ("source: 'wide: no growth", "sorce: 'wide: no growth", "no source"),
    "unknown component": ("    level:", "    levl:", "Unknown component 'levl'"),
    "zero": ("median: 10.0", "median: 0", "growth, start: median 0"),
    "negative": ("median: 10.0", "median: -1.0", "-1.0 is not a number of at least 0"),
    "text": ("median: 10.0", "median: wide", "'wide' is not a number"),
    "not a number": ("median: 10.0", "median: .nan", "nan is not a number"),
    "infinite": ("median: 10.0", "median: .inf", "inf is not a number"),
    "damping of 1": ("value: 0.93", "value: 1.0", "1.0 is not a number of at least 0"),
    "no scales": ("  scales:", "  scale:", "growth: no scales"),
    "no mapping": ("\n  damping:", " 5\nx:\n  damping:", "5 is not a mapping"),
}


@pytest.mark.parametrize("what", PRIORS)
def test_a_wrong_prior_is_refused_with_its_place(what, edited):
    old, new, words = PRIORS[what]
    project = load_project(edited("priors.yaml", old, new, after="\ngrowth:"))
    with pytest.raises(DataError, match=re.escape(words)) as error:
        read_priors(project)
    assert "priors.yaml, growth" in str(error.value)
