"""Words of results on a running year, in English and in Chinese."""

WORDS = {
    "en": {
        "needed": "What the rest of {year} must be, as known on {day}",
        "calendar": "Releases due on {year} after {day}, and what each is worth",
        "region": "Region",
        "to_date": "Growth to date",
        "weight": "Share of last year",
        "reach": "For the year to reach",
        "rest": "The rest must be",
        "expected": "Rest expected (80 %)",
        "probability": "Probability of the year",
        "a_year_to": "{target}: a year, to {last}",
        "rate": "{rate} %",
        "rate_of": "{rate} % ({of})",
        "pace": "Each part on the one before",
        "so_far": "{place} {grew} in {part} of {year}, {share} % of the year before "
        "({basis})",
        "grew": "grew by {rate} %",
        "shrank": "shrank by {rate} %",
        "grow": "grow by {rate} %",
        "shrink": "shrink by {rate} %",
        "to_reach_it": "; for {reach} in the year, {rest} must {must}.",
        "of_median": "; for the median of {reach} in the year, {rest} must {must}.",
        "rest_expected": (
            " Expected are {expected} % ({low} to {high}); the probability is "
            "{chance}. "
        ),
        "year_is_known": ", and {grew} in the year, as published: {rest} {then}.",
        "had_to": " For {reach} in the year {rest} had to {must}.",
        "median": "median",
        "published": "published",
        "to": "{low} to {high}",
        "pace_1": (
            "Each month to come must grow by {pace} % on the one before, season taken "
            "out ({expected} % expected)."
        ),
        "pace_3": (
            "Each quarter to come must grow by {pace} % on the one before, season "
            "taken out ({expected} % expected)."
        ),
        "pace_6": (
            "The second half year must grow by {pace} % on the first, season taken out "
            "({expected} % expected)."
        ),
        "by_levels": "by published levels",
        "by_linked": "by growth of its parts on those before",
        "by_months": "months counted alike",
        "due": "Due",
        "release": "Release",
        "alone": "sd of the year, now → with it",
        "after": "with all to then",
        "targets": "Targets: p (1 − p), now → expected",
        "usual": "about",
        "given": "as given",
        "axis_rest": "growth in the rest of the year, %",
        "axis_sd": "standard deviation of the year's growth, points",
        "axis_due": "releases to the day",
        "must": "must be",
        "no_release": "No release on {year} is due after {day}.",
        "running": "The running year: growth of {year}",
        "running_note": (
            "Growth of the year as expected with the releases known by each day: "
            "median, and 50, 80 and 90 % intervals. Diamonds are growth to date, "
            "circles estimates, triangles other releases. Paler, to the right: the "
            "width expected as releases fall due."
        ),
        "no_part": (
            "No figure for part of {year} is known: what is said of {year} follows "
            "from figures of whole years."
        ),
        "day": "From",
        "released": "Releases",
        "year_growth": "Growth of the year, 80 %",
        "none_yet": "before any release",
        "of_others": "{count} of other places",
        "estimate": "est.",
        "to_reach": "to reach {rate} %",
        "axis_growth": "growth of the year, %",
    },
    "zh": {
        "needed": "{year}年余下时间须达到的增速（截至{day}所知）",
        "calendar": "{day}之后有关{year}年的待公布数据及其价值",
        "region": "地区",
        "to_date": "累计增速",
        "weight": "占上年比重",
        "reach": "全年要达到",
        "rest": "余下须达到",
        "expected": "余下预期（80%）",
        "probability": "全年达到的概率",
        "a_year_to": "{target}：至{last}年年均",
        "rate": "{rate}%",
        "rate_of": "{rate}%（{of}）",
        "pace": "余下各期环比",
        "so_far": "{place}{year}年{part}{grew}，占上年的{share}%（{basis}）",
        "grew": "增长{rate}%",
        "shrank": "下降{rate}%",
        "grow": "增长{rate}%",
        "shrink": "下降{rate}%",
        "to_reach_it": "；全年要{reach}，{rest}须{must}，",
        "of_median": "；全年要按中位数{reach}，{rest}须{must}，",
        "rest_expected": "预期为{expected}%（{low}%至{high}%），概率为{chance}。",
        "year_is_known": "，全年{grew}（已公布）：{rest}{then}。",
        "had_to": "全年要{reach}，{rest}本须{must}。",
        "median": "中位数",
        "published": "已公布",
        "to": "{low}至{high}",
        "pace_1": "其后每月环比须增长{pace}%（预期{expected}%）。",
        "pace_3": "其后每季度环比须增长{pace}%（预期{expected}%）。",
        "pace_6": "下半年环比须增长{pace}%（预期{expected}%）。",
        "by_levels": "按公布的总量",
        "by_linked": "按各期环比推算",
        "by_months": "按各月相等",
        "due": "公布日",
        "release": "数据",
        "alone": "全年标准差：现在→公布后",
        "after": "连同此前各项",
        "targets": "目标p(1−p)：现在→预期",
        "usual": "约",
        "given": "给定",
        "axis_rest": "余下时间增速，%",
        "axis_sd": "全年增速的标准差，百分点",
        "axis_due": "截至该日的数据",
        "must": "须达到",
        "no_release": "{day}之后没有有关{year}年的待公布数据。",
        "running": "年内进展：{year}年增速",
        "running_note": (
            "按各日已公布数据对全年增速的预期：中位数及50%、80%、90%区间。菱形为累计增速，"
            "圆点为预计数，三角为其他数据。右侧浅色为今后各项数据公布后预期的区间宽度。"
        ),
        "no_part": "尚无年内累计数据，有关{year}年的数字均依据年度数据推算。",
        "day": "自",
        "released": "公布数据",
        "year_growth": "全年增速（80%区间）",
        "none_yet": "尚无年内数据",
        "of_others": "其他地区{count}项",
        "estimate": "预计",
        "to_reach": "要达到{rate}%",
        "axis_growth": "全年增速，%",
    },
}


def word(key: str, language: str, **values: object) -> str:
    """A word or sentence of these results.

    Parameters
    ----------
    key
        In `WORDS`.
    language
        ``"en"`` or ``"zh"``.
    values
        By the names in braces.

    Examples
    --------
    >>> word("rest", "zh")
    '余下须达到'
    """
    return WORDS[language][key].format(**values)
