"""Words of pages on past probabilities: how good they and such forecasts have been."""

from collections.abc import Mapping

PAST: Mapping[str, Mapping[str, str]] = {
    "scores": {
        "en": "Probabilities computed, and the outcomes",
        "zh": "按当时数据计算的概率与结果",
    },
    "scores_note": {
        "en": (
            "Brier and log scores of what this model, built later, would have said "
            "from figures known before an outcome; lower is better. One plan is one "
            "case: see the hindcasts for many."
        ),
        "zh": (
            "后来建立的本模型按结果公布前的数据算得的概率，其布里尔分与对数分，越低越好。一个规划只是一个案例，"
            "更多案例见事后检验。"
        ),
    },
    "hindcasts": {
        "en": "Forecasts from past origins, on many regions",
        "zh": "以往时点的预测（多地区事后检验）",
    },
    "hindcasts_note": {
        "en": (
            "Each method forecast the years after past dates and saw nothing later. "
            "CRPS is the mean distance of a forecast, with its whole spread, from the "
            "outcome: lower is better. Beside it stands that of the mean yearly "
            "change. The ratio is our CRPS over that of the method: below 1 ours is "
            "better. The pictures replay targets like those of plans: a point on the "
            "grey line means that of targets given 60 %, 60 % were met. Numbers are "
            "cases; hollow points have fewer than {few}; the dashed line is the same "
            "without bins (CORP). A bad year hits all regions at once, so that "
            "many regions are few independent cases."
        ),
        "zh": (
            "各方法从以往时点预测其后各年，不使用之后的数据。CRPS为预测（含其整个分布）与结果的"
            "平均距离，越低越好，其旁为年均变化的CRPS；比值为本模型与该方法CRPS之比，小于1即本模型"
            "更好。图中重演与规划目标同类的目标：点落在灰线上，表示例如概率为60%的目标中有60%实现。"
            "数字为案例数，空心点不足{few}例；虚线为不分组的同一结果（CORP）。"
            "坏年景波及所有地区，因此地区虽多，独立案例不多。"
        ),
    },
    "no_record": {
        "en": (
            "This project contains no record of hindcasts, so nothing is shown here. "
            "cszt hindcast with --record makes one, from the project's own figures or "
            "from a panel of many regions."
        ),
        "zh": (
            "本项目没有事后检验记录，此处无可陈述。用 cszt hindcast --record 可据项目"
            "数据或多地区面板生成记录。"
        ),
    },
    "by_method": {"en": "method", "zh": "方法"},
    "n": {"en": "cases", "zh": "案例"},
    "crps": {"en": "CRPS", "zh": "CRPS"},
    "crps_mean_growth": {"en": "CRPS of the mean change", "zh": "平均变化的CRPS"},
    "ratio": {"en": "ratio", "zh": "比值"},
    "coverage80": {"en": "in 80 %", "zh": "80%区间内"},
    "coverage95": {"en": "in 95 %", "zh": "95%区间内"},
    "brier": {"en": "Brier score", "zh": "布里尔分"},
    "log": {"en": "log score", "zh": "对数分"},
    "calibration": {
        "en": "How good such probabilities have been",
        "zh": "此类概率以往有多准",
    },
}
