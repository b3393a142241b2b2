"""Styles of Word documents: fonts, sizes and spaces of each kind of paragraph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cszt_models.documents.word_parts import name_substitutes, set_font

LEAD, NOTE, SMALL, PICTURE, SPACE = "Lead", "Note", "Small print", "Picture", "Space"
CELL, CELL_HEAD = "Table text", "Table heading"
CARD_NAME, CARD_FIGURE, CARD_TEXT = "Card name", "Card figure", "Card text"
LATIN, LATIN_ZH = "Calibri", "Times New Roman"
MARGINS = {"en": (25, 22, 25, 25), "zh": (37, 35, 28, 26)}  # top, bottom, left, right
PAGE = (210, 297)  # millimetres


@dataclass(frozen=True)
class Look:
    """Look of a kind of paragraph; sizes and spaces in points, indents in characters.

    ``line`` is a fixed distance of lines; 0 leaves it to the font.
    """

    chinese: str
    size: float
    bold: bool = False
    before: float = 0
    after: float = 0
    line: float = 0
    indent: float = 0
    align: str = "left"
    colour: str = ""


EN: Mapping[str, Look] = {
    "Normal": Look("宋体", 10.5, after=6),
    "Title": Look("黑体", 20, bold=True, after=2),
    "Subtitle": Look("宋体", 10.5, after=12, colour="5A6270"),
    "Heading 1": Look("黑体", 14, bold=True, before=16, after=5),
    "Heading 2": Look("黑体", 12, bold=True, before=10, after=4),
    "Heading 3": Look("黑体", 10.5, bold=True, before=8, after=3),
    "List Bullet": Look("宋体", 10.5, after=3),
    "Caption": Look("黑体", 9, bold=True, before=6, after=4),
    LEAD: Look("宋体", 12.5, after=10),
    NOTE: Look("宋体", 9.5, after=6, colour="5A6270"),
    SMALL: Look("宋体", 8, before=2, colour="5A6270"),
    PICTURE: Look("宋体", 10.5, before=4, align="center"),
    SPACE: Look("宋体", 5),
    CELL: Look("宋体", 8.5, before=1.5, after=1.5),
    CELL_HEAD: Look("黑体", 8.5, bold=True, before=1.5, after=1.5),
    CARD_NAME: Look("黑体", 9.5, bold=True, before=4),
    CARD_FIGURE: Look("黑体", 20, bold=True),
    CARD_TEXT: Look("宋体", 9, after=3, colour="3B424D"),
    "Footer": Look("宋体", 9, align="right"),
}
ZH: Mapping[str, Look] = {
    "Normal": Look("仿宋", 16, line=29, indent=2, align="both"),
    "Title": Look("宋体", 22, bold=True, after=8, line=36, align="center"),
    "Subtitle": Look("楷体", 14, after=14, align="center"),
    "Heading 1": Look("黑体", 16, before=10, after=4, line=29, indent=2),
    "Heading 2": Look("楷体", 16, before=4, after=2, line=29, indent=2),
    "Heading 3": Look("仿宋", 16, bold=True, line=29, indent=2),
    "List Bullet": Look("仿宋", 16, line=29, indent=2),
    "Caption": Look("黑体", 12, before=8, after=4, align="center"),
    LEAD: Look("仿宋", 16, after=6, line=29, indent=2, align="both"),
    NOTE: Look("楷体", 12, after=6, line=20, indent=2, colour="3B424D"),
    SMALL: Look("仿宋", 9, before=2, colour="5A6270"),
    PICTURE: Look("仿宋", 12, before=6, align="center"),
    SPACE: Look("仿宋", 6),
    CELL: Look("仿宋", 10.5, before=1.5, after=1.5),
    CELL_HEAD: Look("黑体", 10.5, before=1.5, after=1.5),
    CARD_NAME: Look("黑体", 12, before=4),
    CARD_FIGURE: Look("黑体", 22, bold=True),
    CARD_TEXT: Look("仿宋", 10.5, after=3, colour="3B424D"),
    "Footer": Look("宋体", 14, align="center"),
}


def right() -> Any:
    """Alignment of numbers."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return WD_ALIGN_PARAGRAPH.RIGHT


def shrink(paragraph: Any, size: float) -> None:
    """Set the letters of a paragraph in points; 0 leaves the size of its style."""
    from docx.shared import Pt

    for run in paragraph.runs if size else ():
        run.font.size = Pt(size)


def apply_styles(document: Any, language: str) -> None:
    """Set the page, and every style that `word` uses, for a language."""
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = map(Mm, PAGE)
    top, bottom, left, right_ = map(Mm, MARGINS[language])
    section.top_margin, section.bottom_margin = top, bottom
    section.left_margin, section.right_margin = left, right_
    latin = LATIN_ZH if language == "zh" else LATIN
    for name, look in (ZH if language == "zh" else EN).items():
        _set(document, name, look, latin)
    name_substitutes(document)


def _set(document: Any, name: str, look: Look, latin: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    known = {style.name for style in document.styles}
    if name not in known:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        document.styles[name].base_style = None
    style = document.styles[name]
    set_font(style, latin, look.chinese)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, 0
    style.font.color.rgb = RGBColor.from_string(look.colour or "1B1F24")
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.line_spacing = Pt(look.line) if look.line else 1.12
    form.first_line_indent = Pt(look.indent * look.size) if look.indent else None
    form.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
    }[look.align]
    form.widow_control = True
    form.keep_with_next = name.startswith("Heading") or name == PICTURE
    if name == "Title":  # the template draws a line below it
        properties = style.element.get_or_add_pPr()
        for border in properties.findall(
            "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}pBdr"
        ):
            properties.remove(border)
