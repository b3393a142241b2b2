"""Parts of a Word file that python-docx does not name: fields, borders, languages."""

from typing import Any

FONT_SUBSTITUTES = {  # of fonts that Windows and WPS have, for programs that do not
    "仿宋": ("FangSong", "STFangsong", "Noto Serif CJK SC", "Source Han Serif SC"),
    "黑体": ("SimHei", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC"),
    "楷体": ("KaiTi", "STKaiti", "Noto Serif CJK SC", "AR PL UKai CN"),
    "宋体": ("SimSun", "STSong", "Noto Serif CJK SC", "Source Han Serif SC"),
}


def _element(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML with attributes of the same namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def add_field(paragraph: Any, instruction: str, shows: str) -> None:
    """A field, such as a page number, with the text that stands until it is renewed.

    Parameters
    ----------
    paragraph
        At whose end it stands.
    instruction
        In the language of fields, as ``PAGE``.
    shows
        Text until then.
    """
    field = _element("fldSimple", instr=f" {instruction} ")
    run = paragraph.add_run(shows)._r
    paragraph._p.remove(run)
    field.append(run)
    paragraph._p.append(field)


def set_alternative(shape: Any, text: str, number: int) -> None:
    """Text that stands for a picture where it cannot be seen.

    Parameters
    ----------
    shape
        Picture of python-docx.
    text
        Its alternative text.
    number
        Of the picture in the document, for its name.
    """
    properties = shape._inline.docPr
    properties.set("descr", text)
    properties.name = f"Picture {number}"


def keep_with_next(paragraph: Any) -> None:
    """Keep a paragraph on the page of the next."""
    paragraph.paragraph_format.keep_with_next = True


def repeat_header(row: Any) -> None:
    """Repeat a row of a table at the head of every page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("cantSplit"))
    properties.append(_element("tblHeader"))


def close_cells(table: Any, row: Any = None) -> None:
    """Keep each row of a table, or one of them, on one page."""
    for each in table.rows if row is None else [row]:
        each._tr.get_or_add_trPr().append(_element("cantSplit"))


def set_borders(table: Any) -> None:
    """Lines above and below a table and below its header, as printed tables have."""
    borders = _element("tblBorders")
    for side, size in (("top", "12"), ("bottom", "12"), ("insideH", "4")):
        colour = "1B1F24" if size == "12" else "C9CED6"
        borders.append(_element(side, val="single", sz=size, space="0", color=colour))
    table._tbl.tblPr.append(borders)


def shade(cell: Any, colour: str) -> None:
    """Give a cell of a table a ground."""
    properties = cell._tc.get_or_add_tcPr()
    properties.append(_element("shd", val="clear", color="auto", fill=colour))


def set_font(style: Any, latin: str, chinese: str) -> None:
    """Fonts of a style for Latin and for Chinese text.

    Parameters
    ----------
    style
        Style of python-docx.
    latin, chinese
        Names of fonts.
    """
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    for old in list(properties):  # of the template: colours, spacing, sizes
        properties.remove(old)
    fonts = properties.get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), latin)
    fonts.set(qn("w:eastAsia"), chinese)


def set_language(document: Any, tag: str) -> None:
    """Language of the text, for spelling, line breaks and screen readers."""
    from docx.oxml.ns import qn

    styles = document.styles.element
    properties = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    run = properties.find(qn("w:rPr"))
    for old in run.findall(qn("w:lang")):
        run.remove(old)
    latin = "en-GB"
    run.append(_element("lang", val=latin, eastAsia="zh-CN", bidi="ar-SA"))
    if tag.startswith("zh"):
        language = _element("themeFontLang", val=latin, eastAsia="zh-CN")
        document.settings.element.append(language)


def name_substitutes(document: Any) -> None:
    """Name fonts that stand in where a Chinese one is not installed."""
    from lxml import etree

    for part in document.part.package.iter_parts():
        if str(part.partname) != "/word/fontTable.xml":
            continue
        table = etree.fromstring(part.blob)
        for name, others in FONT_SUBSTITUTES.items():
            font = _element("font", name=name)
            font.append(_element("altName", val=";".join(others)))
            font.append(_element("charset", val="86"))
            font.append(_element("family", val="auto"))
            table.append(font)
        part._blob = etree.tostring(
            table, xml_declaration=True, encoding="UTF-8", standalone=True
        )
