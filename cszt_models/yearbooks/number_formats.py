"""Display of numbers by the number formats of Excel (ECMA-376, part 1, 18.8.31)."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|'
    r"(?P<digits>(?:General|G/通用格式|通用格式|@|[0#?][0#?,. /]*(?:[eE][+-][0#?]+)?|"
    r"\.[0#?]+))|(?P<percent>[%％])|(?P<other>.)",
    re.I | re.S,
)
_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[]|\\$)*)(?:;|$)')
_CONDITION = re.compile(r"([<>=]{1,2})(-?[\d.]+)$")
_SIGNS = re.compile(r"[-−()（）\s+]*")
_CURRENCY = re.compile(r"(?:[¥￥$€£]|RMB|US\$)\s*", re.I)


@dataclass(frozen=True)
class Section:
    """A section of a number format, for a range of values.

    ``before`` and ``after`` are literal texts around the digits, ``percents`` and
    ``thousands`` the number of percent signs and of scaling commas.
    """

    before: str
    after: str
    digits: str
    percents: int
    thousands: int
    literals_within: bool
    condition: str
    red: bool


def displayed(value: float, number_format: str) -> str:
    """Text that a spreadsheet shows for a number, with all of its digits.

    Raises
    ------
    ValueError
        If the format shows another number than the value, or none.

    Examples
    --------
    >>> displayed(0.061, "0.0%"), displayed(5.2, '0.0"%"'), displayed(12345678, "0.0,,")
    ('6.1%', '5.2%', '12.345678')
    """
    texts = [text for text in _SECTIONS.findall(number_format or "General")][:4]
    sections = [_section(text) for text in texts[: max(1, len(texts) - 1)]]
    section, unsigned = _chosen(value, sections)
    if not section.digits:
        literal = (section.before + section.after).strip()
        if value == 0:
            return literal
        raise ValueError(f"its number format shows {literal!r} in place of {value:g}")
    if section.literals_within:
        raise ValueError(
            f"its number format writes text between the digits of {value:g}"
        )
    number = value * 100**section.percents / 1000**section.thousands
    before, after = (
        _CURRENCY.sub("", text) for text in (section.before, section.after)
    )
    if re.search(r"\d", unit_free(before + after)):
        raise ValueError(f"its number format adds digits to {value:g}")
    if unsigned and value < 0:
        if not section.red and not re.search(r"[-−(（]", before):
            raise ValueError(f"its number format hides the sign of {value:g}")
        before, after = _SIGNS.sub("", before), _SIGNS.sub("", after)
    if value == 0 and not re.search(r"0|@|General|通用", section.digits, re.I):
        return before + after
    text = f"{number:.12g}" if section.percents else f"{number:.15g}"
    return f"{before}{text}{'%' * section.percents}{after}".strip()


def unit_free(text: str) -> str:
    """A literal text without powers of ten, whose digits belong to a unit."""
    return re.sub(r"10\^?\d|10[⁰¹²³⁴-⁹]", "", text)


def shows_year_alone(number_format: str) -> bool:
    """Whether a format of dates shows the year and no month or day."""
    codes = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format).lower()
    return "y" in codes and not re.search(r"[md]", codes)


def _section(text: str) -> Section:
    before, after, digits, percents, condition, red = "", "", "", 0, "", False
    within = False
    for token in _TOKEN.finditer(text):
        literal = token["quoted"] or token["escaped"] or token["other"] or ""
        if token["digits"]:
            within = within or bool(digits and after.strip())
            digits += token["digits"]
        elif token["percent"]:
            percents += 1
        elif token["bracket"] is not None:
            condition = token["bracket"] if token["bracket"][:1] in "<>=" else condition
            red = red or token["bracket"].lower() in ("red", "红色")
            if currency := re.match(r"\$([^-]+)", token["bracket"]):
                literal = currency[1]
        if digits:
            after += literal
        else:
            before += literal
    core = digits.rstrip()
    thousands = len(core) - len(core.rstrip(","))
    return Section(before, after, digits, percents, thousands, within, condition, red)


def _chosen(value: float, sections: list[Section]) -> tuple[Section, bool]:
    """The section for a value, and whether it shows the value without its sign."""
    for section in sections:
        if match := _CONDITION.match(section.condition):
            limit = float(match[2])
            tests = {"<": value < limit, ">": value > limit, "=": value == limit}
            tests |= {"<=": value <= limit, ">=": value >= limit, "<>": value != limit}
            if tests.get(match[1]):
                return section, match[1][0] == "<" and limit <= 0
        elif not any(other.condition for other in sections):
            break
    else:
        return sections[-1], False
    if any(section.condition for section in sections):
        return sections[-1], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), False
