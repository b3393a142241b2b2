"""Every message of an error has a Chinese one, and users see it."""

import re
import sys
from importlib.resources import files

import pytest

from cszt_models.cli import main
from cszt_models.present.texts.errors import catalogue, templates, terms, translated
from tests.present.error_templates import HOLE, kinds, messages

PLACEHOLDER = re.compile(r"\{~?\d\}")
HALF_WIDTH = re.compile(r"[一-鿿][;?!]|[一-鿿],[^。]|[一-鿿]\.(\s|$)|[一-鿿]: ")


def numbered(template: str) -> str:
    """The template as the catalogue writes it."""
    pieces = template.split(HOLE)
    return "".join(
        piece if n == 0 else f"{{{n - 1}}}{piece}" for n, piece in enumerate(pieces)
    )


WRITTEN = {numbered(template): where for template, where in messages().items()}


def test_every_message_of_the_source_has_a_chinese_one() -> None:
    assert len(WRITTEN) > 300
    known = {*catalogue(), *terms()}
    lacking = {
        f"{where}: {template}"
        for template, where in WRITTEN.items()
        if " " in template.strip() and template not in known
    }
    assert not lacking


def test_every_kind_of_name_has_a_chinese_word() -> None:
    assert {"region", "lever", "as-of date"} <= kinds()
    assert not kinds() - terms().keys()


def test_no_chinese_message_is_left_of_one_that_is_gone() -> None:
    folder = files("cszt_models.present.texts")
    kept = (folder / "errors_usage.yaml").read_text(encoding="utf-8")
    gone = {
        template
        for template in catalogue()
        if template not in WRITTEN and template[:20] not in kept
    }
    assert not gone


@pytest.mark.parametrize(("english", "chinese"), list(catalogue().items()))
def test_a_chinese_message_keeps_the_values_and_has_chinese_marks(
    english: str, chinese: str
) -> None:
    places = {found.replace("~", "") for found in PLACEHOLDER.findall(chinese)}
    extra = {found for found in PLACEHOLDER.findall(english)} - places
    assert places <= set(PLACEHOLDER.findall(english))
    assert extra <= {"{1}", "{6}"}  # a plural "s", a name given twice
    assert not HALF_WIDTH.search(chinese)
    assert len(templates()) == len(catalogue())


@pytest.mark.parametrize(
    ("message", "chinese"),
    [
        (
            "--set growht=1: Unknown lever 'growht'. Did you mean 'growth'? "
            "Known: growth, price. Choose one of them.",
            "--set growht=1：未知的调节项“growht”。是否指“growth”？"
            "已知：growth、price。请从中选择。",
        ),
        (
            "s.yaml, scenario 'x': Unknown key 'prts'. Known: parts, en.",
            "s.yaml，情景“x”：未知的键“prts”。已知：parts、en。",
        ),
        (
            "Its oddest figures are those of a 2001 (+2.1 sd), b 2003 (-1.0 sd).",
            "最可疑的数值为a 2001年（+2.1个标准差）、b 2003年（-1.0个标准差）。",
        ),
        ("something else", "something else"),
    ],
)
def test_messages_inside_messages_are_translated(message: str, chinese: str) -> None:
    assert translated(message) == chinese


# Words of commands, files and names that stay as they are typed.
CODE = re.compile(
    r"`[^`]*`|“[^”]*”|'[^']*'|--?[a-z-]+(=\S+)?|/\S+|[\w./-]*[_./][\w./-]*"
    r"|cszt new|GDP|YAML|UTF-8|YYYY-MM-DD|cszt|nuts|marginal|en|zh|REGION|TEXT"
)


@pytest.mark.parametrize(
    "line",
    [
        "attain --as-of 2033-01-01",
        "attain --as-of June",
        "attain gpd_2025",
        "attain --scenario nothing",
        "attain --engine fast",
        "attain --project /nowhere",
        "attain --sed 3",
        "attain --draws many",
        "attain --draws",
        "timing gpd_2025",
        "gap gpd_2025",
        "news --since 2033-01-01",
        "consistency --as-of 2033-01-01",
        "backcast gpd_2025",
        "backcast --probability 2",
        "sweep /nowhere.yaml",
        "scenario show nothing",
        "scenario run --set growht=1",
        "scenario run --set growth",
        "scenario run --part [",
        "atain",
    ],
)
def test_errors_of_commands_are_chinese(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cszt", *line.split(), "--lang", "zh"])
    with pytest.raises(SystemExit) as status:
        main()
    assert status.value.code == 2
    message = capsys.readouterr().err.strip().splitlines()[-1]
    assert message.startswith("cszt：")
    assert re.search("[一-鿿]", message)
    known = re.sub("已知：.*", "", message)
    assert not re.findall("[A-Za-z]{2,}", CODE.sub(" ", known)), message
