"""Formulas in the documentation as pictures, so that pages need no network.

mkdocstrings reads docstrings through `Formulas`, which turns the math of
reStructuredText into Markdown's; `pictures` draws every formula of a finished page.
"""

import hashlib
import html
import io
import re
from functools import cache
from typing import Any

import griffe
from matplotlib import rc_context
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import math_to_image

SIZE = 11  # points of the formula's letters, one em of the page

BLOCK = re.compile(
    r"^(?P<margin> *)\.\. math::[ ]*(?P<first>.*)\n"
    r"(?P<rest>(?:(?P=margin) +.*\n|\s*\n)*)",
    re.MULTILINE,
)
ROLE = re.compile(r":math:`([^`]*)`")
MARK = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>',
    re.DOTALL,
)
# What matplotlib's formulas lack, in the words that it has.
WORDS = {
    r"\\tfrac\b": r"\\frac",
    r"\\dots\b": r"\\ldots",
    r"\\ge\b": r"\\geq",
    r"\\le\b": r"\\leq",
    r"\\top\b": r"\\mathsf{T}",
    r"\\Pr\b": r"\\mathrm{Pr}",
    r"\\lvert|\\rvert": "|",
    r"\\text\{": r"\\mathrm{",
    r"\\bigl|\\bigr|\\Bigl|\\Bigr": "",
}


class Formulas(griffe.Extension):
    """Rewrites the math of docstrings in the form that Markdown's extension reads."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite one object's docstring."""
        if obj.docstring is not None:
            obj.docstring.value = markdown_math(obj.docstring.value)


def markdown_math(text: str) -> str:
    r"""Text with :math: roles and math blocks as \( \) and \[ \]."""

    def block(match: re.Match[str]) -> str:
        body = " ".join(f"{match['first']} {match['rest']}".split())
        return f"{match['margin']}\\[{body}\\]\n\n"

    return ROLE.sub(lambda match: rf"\({match[1]}\)", BLOCK.sub(block, f"{text}\n"))


def pictures(page: str) -> str:
    """A finished page with its formulas drawn; one that cannot be is left as text."""

    def drawn(match: re.Match[str]) -> str:
        tex = html.unescape(match["tex"]).strip()
        picture = formula(tex)
        kind = "formula wide" if match["tag"] == "div" else "formula"
        return f'<{match["tag"]} class="{kind}">{picture}</{match["tag"]}>'

    return MARK.sub(drawn, page)


@cache
def formula(tex: str) -> str:
    """One formula as an SVG element in the colour of the text."""
    plain = " ".join(tex.replace("&", " ").split())
    for word, known in WORDS.items():
        plain = re.sub(word, known, plain)
    try:
        lines = [_picture(line) for line in re.split(r"\\\\", plain)]
    except ValueError as error:
        print(f"formula left as text: {tex!r} ({str(error).splitlines()[-1]})")
        return f"<code>{html.escape(tex)}</code>"
    return "<br>".join(lines)


def _picture(line: str) -> str:
    """One line as an SVG element whose height is in that of the text."""
    out = io.BytesIO()
    with rc_context({"mathtext.fontset": "cm", "svg.fonttype": "path"}):
        font = FontProperties(size=SIZE)
        depth = math_to_image(f"${line}$", out, prop=font, format="svg")
    svg = out.getvalue().decode()
    svg = re.sub(
        r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL
    )
    start, rest = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', start)
    wide, high = (
        float(re.search(rf'{name}="([\d.]+)pt"', start)[1]) / SIZE  # type: ignore[index]
        for name in ("width", "height")
    )
    size = (
        f"width:{wide:.2f}em;height:{high:.2f}em;vertical-align:{-depth / SIZE:.2f}em"
    )
    words = html.escape(line, quote=True)
    head = (
        f'<svg role="img" aria-label="{words}" style="{size}" {box[0] if box else ""}'
    )
    head += (
        ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    prefix = f"f{hashlib.sha256(line.encode()).hexdigest()[:10]}-"  # ids of one page
    return (
        f"{head}>" + re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{prefix}", rest).strip()
    )
