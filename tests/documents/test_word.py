"""Word files: real headings, captions, alternative texts, and the same bytes again."""

from io import BytesIO
from zipfile import ZipFile

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook

from cszt_models.documents.content import Content, Grid, table_content
from cszt_models.documents.page_content import content_of
from cszt_models.documents.sheets import Sheet, as_xlsx
from cszt_models.documents.widths import bind, text_width
from cszt_models.documents.word import as_docx
from cszt_models.present.tables.html import grid
from cszt_models.present.tables.table import Table

SVG = (
    '<svg role="img" aria-label="Growth &amp; prices" viewBox="0 0 300 200" '
    'width="300" height="200" xmlns="http://www.w3.org/2000/svg">'
    '<rect width="300" height="200" fill="#0072B2"/></svg>'
)
FRAME = pd.DataFrame({"target": ["=1+1", "GDP"], "p": ["53 %", "90 %"]})
TABLE = grid(
    FRAME,
    name="t",
    labels={"target": "target", "p": "probability"},
    right=["p"],
    caption="Every target",
)
PAGE = f"""<!doctype html><html lang="{{tag}}"><body><nav><a>menu</a></nav><main>
<header><h1>Two cities</h1><p>Brief · <strong>2026</strong></p></header>
<p class="lead">All are met.</p>
<div class="cards"><section class="card"><p class="name">GDP</p>
<p class="figure">53 %</p>
<p class="text"><span class="badge">nowcast</span> Not published.</p></section></div>
<h2>Paths</h2><p class="note">As known.</p>
<figure class="wide">{SVG}</figure><figure class="narrow">{SVG}</figure>
<h3>Targets</h3>{TABLE}
<ul><li>first</li><li>second <strong>part</strong></li></ul>
<h2>Downloads</h2><ul><li><a href="a.csv" download>a.csv</a></li></ul>
<div class="screen"><h2>What if</h2><p>move a slider</p></div>
<footer><p>seed 1<br>version 2</p></footer></main></body></html>"""


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def raw(language):
    return as_docx(
        content_of(PAGE.replace("{tag}", {"zh": "zh-CN"}.get(language, "en")))
    )


@pytest.fixture(scope="module")
def document(raw):
    return Document(BytesIO(raw))


def styled(document, name):
    return [p.text for p in document.paragraphs if p.style.name == name]


def test_headings_are_headings_and_what_works_on_a_screen_alone_is_left_out(
    document, language
):
    first, second = ("一、", "（一）") if language == "zh" else ("", "")
    assert styled(document, "Title") == ["Two cities"]
    assert styled(document, "Subtitle") == ["Brief · 2026"]
    assert styled(document, "Heading 1") == [f"{first}Paths"]
    assert styled(document, "Heading 2") == [f"{second}Targets"]
    everything = " ".join(p.text for p in document.paragraphs)
    assert "menu" not in everything
    assert "slider" not in everything
    assert "second part" in everything
    assert styled(document, "Small print") == ["seed 1", "version 2"]


def test_tables_have_captions_and_headers_that_are_repeated(document, language):
    caption = "表" if language == "zh" else "Table"
    cards, targets = [
        t for t in document.tables if len(t.columns) != 2 or len(t.rows) > 1
    ]
    assert [cell.text for cell in targets.rows[0].cells] == ["target", "probability"]
    assert [cell.text for cell in targets.rows[1].cells] == ["=1+1", "53\xa0%"]
    assert "<w:tblHeader" in targets.rows[0]._tr.xml
    assert "nowcast · Not published." in cards.rows[0].cells[0].text
    fields = document.element.xpath("//w:fldSimple/@w:instr")
    assert f" SEQ {caption} \\* ARABIC " in fields


def test_pictures_have_alternative_texts_and_pages_have_numbers(document, language):
    described = document.element.xpath("//wp:docPr/@descr")
    assert described == ["Growth & prices"]
    footer = document.sections[0].footer.paragraphs[0]
    assert " PAGE " in footer._p.xml
    shows = "".join(footer._p.xpath(".//w:t/text()"))
    assert shows == ("— 1 —" if language == "zh" else "1")


def test_a_chinese_document_names_the_fonts_of_official_documents(document, language):
    fonts = {
        style.name: style.element.xpath("./w:rPr/w:rFonts/@w:eastAsia")
        for style in document.styles
    }
    if language == "zh":
        assert fonts["Normal"] == ["仿宋"]
        assert fonts["Heading 1"] == ["黑体"]
        assert fonts["Heading 2"] == ["楷体"]
        assert document.styles["Normal"].font.size.pt == 16
    assert document.sections[0].page_height.mm == pytest.approx(297, abs=0.1)


def test_the_same_page_gives_the_same_bytes(raw, language):
    again = as_docx(
        content_of(PAGE.replace("{tag}", {"zh": "zh-CN"}.get(language, "en")))
    )
    assert raw == again
    with ZipFile(BytesIO(raw)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert any("SimSun" in archive.read(n).decode() for n in ["word/fontTable.xml"])


def test_an_annex_is_the_same_in_word_and_in_a_workbook():
    annex = Table("Annex", FRAME, numbers=["p"])
    word = Document(BytesIO(as_docx(table_content([annex], title="A", language="zh"))))
    raw = as_xlsx([Sheet("annex", "Targets.", FRAME)], title="A", facts={})
    assert raw == as_xlsx([Sheet("annex", "Targets.", FRAME)], title="A", facts={})
    book = load_workbook(BytesIO(raw))
    cells = [
        [cell.text.replace("\xa0", " ") for cell in row.cells]
        for row in word.tables[0].rows[1:]
    ]
    rows = [[cell for cell in row] for row in book["annex"].iter_rows(min_row=5)]
    assert (
        [[cell.value for cell in row] for row in rows] == cells == FRAME.values.tolist()
    )
    assert rows[0][0].data_type == "s"


def test_no_number_unit_or_interval_of_a_table_breaks():
    rows = [
        ("湖南地区生产总值（现价，亿元）", *["58,511（55,494–61,802）"] * 4),
        ("长沙城镇化率", *["85.0%（84.6–85.5%）"] * 4),
    ]
    heads = ("地区", "2026", "2027", "2028", "2030")
    block = Grid("走势", heads, rows, frozenset(range(1, 5)))
    file = as_docx(Content("目标", language="zh", blocks=[block]))
    table = Document(BytesIO(file)).tables[0]
    for row in table.rows[1:]:
        for cell in row.cells[1:]:
            size = cell.paragraphs[0].runs[0].font.size
            letter = (size.pt if size else 10.5) / 2
            longest = max(map(text_width, cell.text.split("\n")))
            assert longest * letter < cell.width.pt
            assert "\N{WORD JOINER}–\N{WORD JOINER}" in cell.text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("from ¥2.3 trillion to 34 %", ["from", "¥2.3_trillion", "to", "34_%"]),
        ("median 2.0 (−1.0 to 3.0)", ["median", "2.0", "(−1.0_to_3.0)"]),
    ],
)
def test_lines_end_between_words_alone(text, pieces):
    assert bind(text).replace("\xa0", "_").split(" ") == pieces
