"""Sentences on how wide a forecast is, and why."""

from math import isnan

from cszt_models.attribution.width import PARTS, Width
from cszt_models.present.sentences.numbers import amount
from cszt_models.present.texts.sentences import COMPONENT


def how_wide(forecast: Width, unit: str, language: str = "en") -> str:
    """The interval of a forecast of GDP, and the shares of its width.

    Parameters
    ----------
    unit
        Of GDP.

    Examples
    --------
    >>> shares = {"volume": 0.2, "price": 0.75, "revision": 0.05}
    >>> forecast = Width(2035, 20404.0, 33000.0, 54710.0, shares, 4.5)
    >>> print(how_wide(forecast, "1e8 yuan"))
    GDP of 2035 lies between ¥2.04 trillion and ¥5.471 trillion with probability \
80 %; the middle is ¥3.3 trillion. Of this width 20 % comes from real growth, 75 % \
from prices and 5 % from census revision.
    """
    low, middle, high = (
        amount(value, unit, language)
        for value in (forecast.low, forecast.median, forecast.high)
    )
    shares = [(COMPONENT[language][p], 100 * forecast.shares[p]) for p in PARTS]
    if language == "zh":
        parts = "，".join(f"{name}占{share:.0f}%" for name, share in shares)
        return (
            f"{forecast.year}年地区生产总值有80%的概率介于{low}至{high}，"
            f"中位数为{middle}。不确定性之中，{parts}。"
        )
    of = [f"{share:.0f} % from {name}" for name, share in shares]
    return (
        f"GDP of {forecast.year} lies between {low} and {high} with probability 80 %; "
        f"the middle is {middle}. Of this width {of[0].replace(' %', ' % comes')}, "
        f"{of[1]} and {of[2]}."
    )


def about_prices(
    forecast: Width, observed: float, place: str, language: str = "en"
) -> str:
    """How far prices of a year differ in the forecast and in published figures.

    Parameters
    ----------
    observed
        Standard deviation of published price changes, percentage points; may be nan.
    place
        Name of the region whose prices these are.
    """
    drawn = f"{forecast.price_sd:.1f}"
    if language == "zh":
        text = f"在这些可能的未来中，各年价格变动的标准差为{drawn}个百分点"
        if not isnan(observed):
            text += f"（{place}近十年的公布数据为{observed:.1f}个百分点）"
        return f"{text}；价格的偏差逐年累积，因此期限越长，区间越宽。"
    text = f"In these futures the prices of a year vary by {drawn} points"
    if not isnan(observed):
        text += f", in the published figures of {place} by {observed:.1f}"
    return (
        f"{text} (standard deviations); deviations of prices add up year after year, "
        "so the interval widens with the horizon."
    )
