"""Words of documents and slides: numbering of captions, titles of slides."""

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "table": {"en": "Table", "zh": "表"},
    "figure": {"en": "Figure", "zh": "图"},
    "page": {"en": "{page}", "zh": "— {page} —"},
    "headline": {"en": "The headline targets", "zh": "主要目标"},
    "target": {"en": "target", "zh": "目标"},
    "probability": {"en": "probability", "zh": "概率"},
    "verdict": {"en": "in words", "zh": "说明"},
    "outlook": {"en": "What is expected", "zh": "走势展望"},
    "scenarios": {"en": "What would change it", "zh": "何种情况下会改变"},
    "why": {"en": "Why the probability moved", "zh": "概率为何变动"},
    "left_out": {
        "en": "Without data and left out: {count} more targets. ",
        "zh": "另有{count}个目标没有数据，未列出。",
    },
    "meaning": {
        "en": (
            "A probability of 30 % means: of many futures drawn from the model and "
            "consistent with everything released by the date, 30 % meet the target."
        ),
        "zh": (
            "概率30%的含义：在与该日期之前全部已公布数据相符的众多模拟未来中，"
            "有30%达到目标。"
        ),
    },
    "hindsight": {
        "en": (
            "Nobody stated these at the time: what this model, built later, would have "
            "said from the figures released by each date."
        ),
        "zh": "并非当时的判断，而是后来建立的本模型按各日期前已公布的数据算得的概率。",
    },
    "each": {"en": "Probability of each target", "zh": "各项目标的实现概率"},
    "bars": {
        "en": "Bars: probability of {name} under each scenario; the baseline is grey.",
        "zh": "条形：各情景下{name}的概率；灰色为基准情景。",
    },
    "same": {
        "en": "Scenarios are assumptions; all of them see the same random futures.",
        "zh": "情景为假定；各情景使用同一组随机未来。",
    },
    "nothing": {
        "en": "Nothing can be said of this yet: the data lack what it needs.",
        "zh": "所需数据不足，暂不能给出结论。",
    },
}
_DIGITS = "零一二三四五六七八九"


def text(key: str, language: str, **values: object) -> str:
    """A text of documents in a language, with its values filled in.

    Parameters
    ----------
    key
        Of the catalogue.
    language
        ``"en"`` or ``"zh"``.
    values
        Filled into the text by name.

    Examples
    --------
    >>> text("page", "zh", page=3)
    '— 3 —'
    """
    return TEXTS[key][language].format(**values)


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese, as headings of documents bear it.

    Examples
    --------
    >>> numeral(1), numeral(12), numeral(20), numeral(35)
    ('一', '十二', '二十', '三十五')
    """
    tens, rest = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[rest] if rest else "")
