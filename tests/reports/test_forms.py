"""One report in all its forms: the same numbers, read back from each file."""

import re
import shutil
import subprocess
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation

from cszt_models.documents import pdf
from cszt_models.documents.page_content import content_of
from cszt_models.errors import DataError
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences.glance import assumes_answer
from cszt_models.present.sentences.numbers import percent
from cszt_models.present.tables.attainment import attainment_history
from cszt_models.reports import form
from cszt_models.reports.charts import headline
from cszt_models.reports.forms import document

NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def numbers(text):
    """All numbers of a text, without those of numbered captions."""
    return sorted(NUMBER.findall(re.sub(r"(?m)^(Figure|Table|图|表) ?\d+", "", text)))


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def html(shared_report, language):
    page = document(shared_report, "html", kind="brief", language=language)
    return page.decode("utf-8")


@pytest.fixture(scope="module")
def word(shared_report, language):
    raw = document(shared_report, "docx", kind="brief", language=language)
    return Document(BytesIO(raw))


@pytest.fixture(scope="module")
def show(shared_report, language):
    raw = document(shared_report, "pptx", kind="", language=language)
    return Presentation(BytesIO(raw))


def text_of_word(word):
    cells = [cell for table in word.tables for row in table.rows for cell in row.cells]
    paragraphs = [*word.paragraphs, *(p for cell in cells for p in cell.paragraphs)]
    return "\n".join(paragraph.text for paragraph in paragraphs)


def texts_in(value):
    """Texts of a block, of what it holds, and so on; no drawings and no places."""
    if isinstance(value, str):
        return [] if value.startswith("<svg") else [value]
    if isinstance(value, bool | int | float | frozenset | None):
        return []
    items = value if isinstance(value, tuple | list) else vars(value).values()
    return [text for item in items for text in texts_in(item)]


def text_of_page(html):
    """Title to foot of a page as its reader sees it, with what stands for pictures."""
    content = content_of(html)
    parts = [content.title, content.subtitle, *content.provenance, *content.blocks]
    return "\n".join(texts_in(parts))


def test_a_document_has_every_number_of_its_page_and_no_other(html, word):
    assert len(numbers(text_of_page(html))) > 30
    assert numbers(text_of_word(word)) == numbers(text_of_page(html))


def test_charts_of_slides_have_the_numbers_of_the_pages(shared_report, show, language):
    history = attainment_history(shared_report.history.assessments)
    charts = [
        shape.chart
        for slide in show.slides
        for shape in slide.shapes
        if shape.has_chart
    ]
    past, what_if = (
        {series.name: list(series.values) for series in chart.plots[0].series}
        for chart in charts[-2:]
    )
    first = shared_report.compared[0]
    joint = [
        c.assessment.joint.probability
        for c in first
        if c.assessment and not assumes_answer(c)
    ]
    (bars,) = what_if.values()
    assert bars[0] == joint[0]
    assert len(bars) <= 8
    assert set(bars) <= set(joint)
    assert max(abs(p - joint[0]) for p in bars) == max(abs(p - joint[0]) for p in joint)
    for target in headline(shared_report.history):
        rows = history[history["target"] == target.id]
        name = target.label.in_language(language)
        assert [p for p in past[name] if p is not None] == rows["probability"].tolist()


def test_slides_are_six_with_titles_and_alternative_texts(
    show, shared_report, language
):
    assert len(show.slides) == 6
    assert all(slide.shapes.title.text for slide in show.slides)
    seen = [s for slide in show.slides for s in slide.shapes if not s.has_text_frame]
    assert seen
    assert all(s._element.xpath(".//p:cNvPr")[0].get("descr") for s in seen)
    (table,) = [s.table for slide in show.slides for s in slide.shapes if s.has_table]
    now = shared_report.now.assessment
    assert [
        table.cell(n, 1).text.replace("\xa0", " ") for n in range(1, len(table.rows))
    ] == [
        sentences.chance(now.of(target.id), language)
        for target in headline(shared_report.history)
    ]


def test_the_workbook_has_the_probabilities_of_the_page(shared_report):
    raw = document(shared_report, "xlsx", kind="", language="en")
    sheet = load_workbook(BytesIO(raw), read_only=True)["targets"]
    header, *rows = list(sheet.iter_rows(min_row=4, values_only=True))
    places = header.index("id"), header.index("probability")
    stated = {row[places[0]]: row[places[1]] for row in rows}
    now = shared_report.now.assessment
    assert stated == {r.target.id: r.probability for r in now.targets}
    html = document(shared_report, "html", kind="brief", language="en").decode()
    open_ = [r for r in now.targets if r.status == "nowcast" and r.target.headline]
    assert open_
    assert all(percent(stated[r.target.id])[:2] in html for r in open_)


def test_a_sheet_is_made_smaller_until_it_is_one(monkeypatch):
    def printed(html):
        zoom = float((re.findall(r"zoom: ([\d.]+)", html) or [1.0])[-1])
        return b"/Type /Page\n" * (1 if zoom <= fits else 2) + html.encode()

    monkeypatch.setattr(pdf, "_printed", printed)
    page = "<html><head></head><body></body></html>"
    fits = 0.92
    assert b"zoom: 0.92" in pdf.as_pdf(page, one_sheet=True)
    assert pdf.sheets(pdf.as_pdf(page)) == 2
    fits = 0.5  # too long for one sheet: as it is
    assert b"zoom" not in pdf.as_pdf(page, one_sheet=True)


@pytest.mark.browser
def test_a_pdf_has_the_numbers_of_its_page(shared_report, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("Debian's poppler-utils is installed by .ci/run")
    path = tmp_path / "brief.pdf"
    path.write_bytes(document(shared_report, "pdf", kind="brief", language="en"))
    command = ["pdftotext", "-layout", path, "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    page = document(shared_report, "html", kind="brief", language="en").decode()
    page = re.sub(r'<span class="versions">.*?</span>', "", page)  # of the screen
    shown = [n for n in numbers(text_of_page(page)) if len(n) > 3]
    assert shown
    assert set(shown) <= set(numbers(done.stdout.replace("-\n", "-")))
    assert done.stdout.count("\f") == 1, "a brief is one sheet"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a.docx", "", (), "pdf"), "does not end in .pdf"),
        (("a", "", (), "odt"), "Unknown form 'odt'"),
        (("a.docx", "both", ()), "'both' is not a language"),
        (("a.docx", "", ("brief", "full")), "which one file cannot hold"),
        (("a.pptx", "", ("brief",)), "is not made of pages"),
        (("a", "", ("city",), "docx"), "written as HTML only"),
        (("a", "", ("breif",), "docx"), "Did you mean 'brief'"),
    ],
)
def test_a_form_that_cannot_be_is_refused_before_any_work(arguments, message):
    with pytest.raises(DataError, match=message):
        form(*arguments)


def test_a_folder_gets_a_file_for_each_page_and_language(shared_report, tmp_path):
    chosen = form(tmp_path, "", (), "docx")
    names = sorted(path.name for path in chosen.files(shared_report))
    assert names == [
        "czt-brief.en.docx",
        "czt-brief.zh.docx",
        "czt-full.en.docx",
        "czt-full.zh.docx",
    ]


def test_without_a_browser_a_pdf_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(DataError, match="Install Chromium, Chrome or Edge"):
        form("a.pdf")
