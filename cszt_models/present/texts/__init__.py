"""Texts that users see, in English and Chinese: headings, titles, labels, errors.

`text` looks a heading or title up, `commands` has the lines of commands, and
`errors.translated` gives an error its Chinese sentence.
"""

from collections.abc import Mapping

from cszt_models.errors import DataError

LANGUAGES = ("en", "zh")

TEXTS: Mapping[str, Mapping[str, str]] = {
    # headings of columns
    "target": {"en": "target", "zh": "目标"},
    "name": {"en": "name", "zh": "名称"},
    "asks": {"en": "asks for", "zh": "要求"},
    "status": {"en": "status", "zh": "状态"},
    "probability": {"en": "probability", "zh": "概率"},
    "mcse": {"en": "± (MC)", "zh": "±（蒙特卡洛）"},
    "outlook": {
        "en": "published, or median (80 % interval)",
        "zh": "公布值，或中位数（80%区间）",
    },
    "as_of": {"en": "as known on", "zh": "截至"},
    "year": {"en": "year", "zh": "年份"},
    "years": {"en": "years", "zh": "年份"},
    "at": {"en": "at", "zh": "当年达到"},
    "by": {"en": "by", "zh": "到该年已达到"},
    "sustained": {"en": "kept from", "zh": "自该年起保持"},
    "joint": {"en": "all together", "zh": "同时实现"},
    "both": {"en": "both together", "zh": "两项同时实现"},
    "alone": {"en": "met alone", "zh": "单独实现"},
    "with_below": {"en": "met with all below", "zh": "与以下各项同时实现"},
    "other": {"en": "other", "zh": "另一目标"},
    "if_independent": {"en": "if independent", "zh": "若相互独立"},
    "correlation": {"en": "correlation", "zh": "相关系数"},
    "number_met": {"en": "targets met", "zh": "实现目标数"},
    "component": {"en": "component", "zh": "组成部分"},
    "sum": {"en": "sum", "zh": "合计"},
    "sd": {"en": "± (sd)", "zh": "±（标准差）"},
    "quantity": {"en": "quantity", "zh": "指标"},
    "region": {"en": "region", "zh": "地区"},
    "unit": {"en": "unit", "zh": "单位"},
    "expected": {"en": "expected", "zh": "预期"},
    "growth_of_residents": {"en": "growth of residents", "zh": "常住人口增速"},
    "gdp_prices": {"en": "GDP prices", "zh": "价格（GDP平减指数）"},
    "takes": {"en": "takes", "zh": "所需"},
    "change": {"en": "change", "zh": "变动"},
    "scenario": {"en": "scenario", "zh": "情景"},
    "hash": {"en": "hash", "zh": "编号"},
    "baseline": {"en": "baseline", "zh": "基准"},
    "part": {"en": "part", "zh": "组成部分"},
    "parts": {"en": "parts", "zh": "组成部分"},
    "what_it_is": {"en": "what it is", "zh": "说明"},
    "does_nothing": {"en": "does nothing because", "zh": "不起作用的原因"},
    "since": {"en": "since", "zh": "起"},
    "until": {"en": "until", "zh": "止"},
    "before": {"en": "before", "zh": "之前"},
    "after": {"en": "after", "zh": "之后"},
    "cause": {"en": "main cause", "zh": "主要原因"},
    "scattered": {"en": "many small ones", "zh": "多项小因素"},
    "met": {"en": "outcome", "zh": "结果"},
    "brier": {"en": "Brier", "zh": "布里尔分"},
    "log": {"en": "log score", "zh": "对数分"},
    "targets": {"en": "targets", "zh": "目标"},
    "imply": {"en": "imply", "zh": "推出"},
    "mcse_value": {"en": "± (MC)", "zh": "±（蒙特卡洛）"},
    "value": {"en": "value", "zh": "数值"},
    "plan": {"en": "plan", "zh": "规划"},
    "verdict": {"en": "so it is", "zh": "关系"},
    "agrees": {"en": "agrees", "zh": "一致"},
    "slack": {"en": "slack", "zh": "有余"},
    "short": {"en": "short", "zh": "不足"},
    "place": {"en": "place", "zh": "地区"},
    "indicator": {"en": "indicator", "zh": "指标"},
    "interval": {"en": "80 %", "zh": "80%区间"},
    "method": {"en": "method", "zh": "方法"},
    "n": {"en": "n", "zh": "个数"},
    "coverage80": {"en": "80 % covers", "zh": "80%区间覆盖率"},
    "coverage95": {"en": "95 % covers", "zh": "95%区间覆盖率"},
    "crps_mean_growth": {"en": "CRPS of the mean", "zh": "均值CRPS"},
}


def text(key: str, language: str) -> str:
    """A text of the catalogue in a language.

    Examples
    --------
    >>> text("target", "zh")
    '目标'
    """
    return TEXTS[key][language]


def require_language(language: str) -> None:
    """Refuse a language that nothing is written in.

    Raises
    ------
    DataError
        If it is neither ``"en"`` nor ``"zh"``.
    """
    if language not in LANGUAGES:
        raise DataError(
            f"language {language!r} is not one that is written here. Use en or zh."
        )
