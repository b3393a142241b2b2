"""Content of a rendered page, read off its HTML.

Every part of a page is one of a few kinds: headings, paragraphs, lists, cards, tables
and pictures. What works on a screen alone (menus, the what-if panel, links to files) is
left out, and so is a heading below which nothing is left.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from cszt_models.documents.content import (
    Block,
    Card,
    Cards,
    Content,
    Figure,
    Grid,
    Heading,
    Items,
    Paragraph,
)

_BLANKS = re.compile(r"[ \t\r\n\f]+")  # where lines may end
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_LABEL = re.compile(r'aria-label="([^"]*)"')
_SKIPPED_TAGS = {"nav", "script", "style", "button", "form", "template", "link"}
_SKIPPED_CLASSES = {"skip", "screen", "narrow", "paper"}
_LEVELS = {"h2": 1, "h3": 2, "h4": 3}
_PLACE = "data-picture"  # where a picture stood


def content_of(html: str) -> Content:
    """The content of a page.

    Examples
    --------
    >>> page = "<main><header><h1>A</h1><p>b</p></header><h2>C</h2><p>d</p></main>"
    >>> content = content_of(page)
    >>> content.title, content.subtitle, [block.text for block in content.blocks]
    ('A', 'b', ['C', 'd'])
    """
    from lxml import html as parser

    pictures: list[str] = []

    def remember(match: re.Match[str]) -> str:
        pictures.append(match[0])
        return f'<img {_PLACE}="{len(pictures) - 1}">'

    # lxml would write names of SVG in small letters, so pictures are taken out first
    root = parser.document_fromstring(_SVG.sub(remember, html))
    main = root.find(".//main")
    body = root if main is None else main
    blocks = list(_blocks(body, pictures))
    head, footer = body.find("header"), body.find("footer")
    titles = [] if head is None else [_text(each) for each in head]
    lines = [] if footer is None else _lines(footer)
    language = "zh" if (root.get("lang") or "").startswith("zh") else "en"
    return Content(
        titles[0] if titles else "",
        titles[1] if len(titles) > 1 else "",
        language,
        tuple(_with_something(blocks)),
        tuple(lines),
    )


def _with_something(blocks: list[Block]) -> Iterator[Block]:
    """Blocks without headings that nothing follows."""
    for place, block in enumerate(blocks):
        if isinstance(block, Heading):
            rest = blocks[place + 1 :]
            below = [other for other in rest if not _is_above(block, other)]
            if not below or isinstance(below[0], Heading):
                continue
        yield block


def _is_above(heading: Heading, other: Block) -> bool:
    """Whether a block is a heading inside the part that another one begins."""
    return isinstance(other, Heading) and other.level > heading.level


def _blocks(element: Any, pictures: list[str]) -> Iterator[Block]:
    """Blocks of an element's children, in their order."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIPPED_TAGS:
            continue
        classes = set((child.get("class") or "").split())
        if classes & _SKIPPED_CLASSES or child.tag in ("header", "footer"):
            continue
        block = _block(child, classes, pictures)
        if block is not None:
            yield block
        elif child.tag not in ("p", "ul", "ol", "summary", "a"):
            yield from _blocks(child, pictures)


def _block(child: Any, classes: set[str], pictures: list[str]) -> Block | None:
    """The block that an element is; None for one that holds others, or nothing."""
    tag = child.tag
    if tag in _LEVELS:
        return Heading(_text(child), _LEVELS[tag])
    if tag == "summary":
        return Heading(_text(child), 3)
    if tag == "p" and _text(child):
        kind = "lead" if "lead" in classes else "note" if "note" in classes else "text"
        return Paragraph(_text(child), kind)  # type: ignore[arg-type]
    if tag in ("ul", "ol"):
        items = [_text(item) for item in child if item.find(".//a[@download]") is None]
        return Items(tuple(filter(None, items))) if any(items) else None
    if "cards" in classes:
        return Cards(tuple(_card(card) for card in child))
    if tag == "table":
        return _grid(child)
    if tag == "img" and child.get(_PLACE) is not None:
        svg = pictures[int(child.get(_PLACE))]
        label = _LABEL.search(svg[: svg.index(">")])
        return Figure(svg, unescape(label[1]) if label else "")
    return None


def _card(card: Any) -> Card:
    parts = dict.fromkeys(("name", "figure", "of", "text"), "")
    for part in card.iter():
        if "badge" in (part.get("class") or ""):  # a word before a sentence
            part.tail = f" ·{part.tail or ''}"
    for part in card.iter():
        for name in (part.get("class") or "").split():
            if name in parts and not parts[name]:
                parts[name] = _text(part)
    return Card(**parts)


def _grid(table: Any) -> Grid | None:
    """A table; cells that span several columns are repeated, as in the first row."""
    caption = table.find("caption")
    heads = table.findall(".//thead/tr") or table.findall(".//tr")[:1]
    rows = table.findall(".//tbody/tr") or table.findall(".//tr")[1:]
    if not heads or not rows:
        return None
    cells = heads[-1].findall("*")
    numbers = {n for n, cell in enumerate(cells) if "gt_right" in cell.get("class", "")}
    return Grid(
        "" if caption is None else _text(caption),
        tuple(_text(cell) for cell in cells),
        tuple(_row(row, len(cells)) for row in rows),
        frozenset(numbers),
    )


def _row(row: Any, width: int) -> tuple[str, ...]:
    cells: list[str] = []
    for cell in row.findall("*"):
        cells += [_text(cell)] + [""] * (int(cell.get("colspan") or 1) - 1)
    return tuple([*cells, *[""] * width][:width])


def _lines(element: Any) -> list[str]:
    """Text of an element, a line for each break."""
    for line in element.findall(".//br"):
        line.tail = "\n" + (line.tail or "")
    text = "\n".join(each.text_content() for each in element) or element.text_content()
    return [_BLANKS.sub(" ", line).strip() for line in text.split("\n") if line.strip()]


def _text(element: Any) -> str:
    """Text as it is read: what has a box of its own begins a line of its own."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        if not isinstance(node.tag, str) or node.tag in _SKIPPED_TAGS:
            return
        box = node is not element and "rests" in (node.get("class") or "")
        parts.append("\n" if box or node.tag == "br" else "")
        parts.append(_flat(node.text))
        for child in node:
            walk(child)
            parts.append(_flat(child.tail))
        if box:
            parts.append("\n")

    walk(element)
    lines = (" ".join(line.split(" ")).strip() for line in "".join(parts).split("\n"))
    return "\n".join(re.sub(r" {2,}", " ", line) for line in lines if line)


def _flat(text: str | None) -> str:
    """Text with its white space as spaces; one that does not break stays."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")
