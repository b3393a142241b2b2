"""Explorer: widgets that re-project the plan while a lever is moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from cszt_models import figures, sentences, tables
from cszt_models.attainment import Assessment, assess
from cszt_models.errors import ScenarioError, unknown
from cszt_models.levers import Lever
from cszt_models.models import Fits
from cszt_models.outlook import Outlook, outlook
from cszt_models.plan import Target
from cszt_models.projection import project_paths
from cszt_models.scenarios import Scenario, baseline
from cszt_models.series import published_series
from cszt_models.vocabulary import GROWTH_AVERAGE

if TYPE_CHECKING:
    import ipywidgets

STEP = 0.1
HISTORY = 10  # years of published figures drawn before the plan


def lever_slider(
    fits: Fits,
    targets: Mapping[str, Target],
    levers: Mapping[str, Lever],
    *,
    lever: str = "growth",
    shown: str = "gdp_2025",
    language: str = "en",
) -> "ipywidgets.VBox":
    """A slider for one lever, with the headline probabilities and one fan beneath.

    Moving it projects anew from the fits' own draws (nothing is fitted or compiled), so
    that the change comes from the lever alone.

    Parameters
    ----------
    lever
        Id of the lever, from `read_levers`.
    shown
        Id of the target whose fan is drawn.

    Returns
    -------
    ipywidgets.VBox
        Holding the slider, the probabilities and the chart, in this order.

    Raises
    ------
    ScenarioError
        If the lever or the target shown is unknown, or the target has no data.
    """
    import ipywidgets as widgets

    if lever not in levers:
        raise ScenarioError(unknown("lever", lever, levers))
    drawable = [t.id for t in targets.values() if _drawable(t, fits)]
    if shown not in drawable:
        raise ScenarioError(unknown("target to show", shown, drawable))
    moved = levers[lever]
    view = _view(fits, targets, shown, language)
    slider = widgets.FloatSlider(
        value=0.0,
        min=moved.low,
        max=moved.high,
        step=STEP,
        description=f"{moved.label.in_language(language)} ({moved.unit})",
        readout_format="+.1f",
        style={"description_width": "initial"},
        layout={"width": "min(100%, 560px)"},
    )
    numbers, chart = widgets.HTML(), widgets.HTML()

    def show(_: object = None) -> None:
        scenario = baseline()
        if slider.value:
            scenario = scenario.with_lever(lever, slider.value)
        numbers.value, chart.value = view.figures(scenario), view.chart(scenario)

    slider.observe(show, names="value")
    show()
    return widgets.VBox([slider, numbers, chart])


@dataclass(frozen=True)
class _View:
    """What a panel shows of any scenario, on the fits' own draws."""

    basis: Outlook
    fits: Fits
    headline: Mapping[str, Target]
    target: Target
    history: pd.DataFrame
    before: Assessment
    language: str

    def figures(self, scenario: Scenario) -> str:
        """Probabilities with their change from the baseline, as HTML."""
        now = assess(self.fits, self.headline, scenario, basis=self.basis)
        return _figures(now, self.before, self.language)

    def chart(self, scenario: Scenario) -> str:
        """The fan of the target shown, as SVG."""
        target, language = self.target, self.language
        paths = project_paths(self.basis, scenario, only=[target.indicator])
        drawn = figures.fan_chart(
            tables.fan(paths, target.indicator, target.region),
            self.history,
            title=sentences.name(target, language),
            unit=sentences.unit(target.unit, language),
            target=(target.year, target.value),
            language=language,
            width=480,
            height=260,
        )
        return figures.as_svg(drawn)


def _view(
    fits: Fits, targets: Mapping[str, Target], shown: str, language: str
) -> _View:
    target, basis = targets[shown], outlook(fits)
    headline = {n: t for n, t in targets.items() if t.headline or n == shown}
    history = published_series(
        fits.known, fits.project, target.indicator, target.region
    )
    since = fits.project.plan.first_year - HISTORY
    return _View(
        basis=basis,
        fits=fits,
        headline=headline,
        target=target,
        history=history[history["year"] >= since],
        before=assess(fits, headline, basis=basis),
        language=language,
    )


def _drawable(target: Target, fits: Fits) -> bool:
    modelled = target.indicator in fits.project.comparability
    return modelled and target.indicator != GROWTH_AVERAGE


def _figures(now: Assessment, before: Assessment, language: str) -> str:
    """Large probabilities with their change in points from the baseline, as HTML."""
    cells = [
        _figure(
            sentences.name(result.target, language),
            sentences.chance(result, language),
            result.probability,
            before.of(result.target.id).probability,
        )
        for result in now.targets
    ]
    if now.joint is not None and before.joint is not None:
        words = figures.WORDS[language]
        cells.append(
            _figure(
                words["joint"],
                sentences.joint_chance(now, language),
                now.joint.probability,
                before.joint.probability,
            )
        )
    return f'<div style="display:flex;flex-wrap:wrap;gap:12px">{"".join(cells)}</div>'


def _figure(name: str, text: str, now: float | None, before: float | None) -> str:
    moved = 100 * ((now or 0.0) - (before or 0.0))
    change = f"{moved:+.0f}" if abs(moved) >= 0.5 else "±0"
    return (
        '<div style="min-width:150px;border-left:4px solid #0072B2;padding:2px 12px">'
        f'<div style="font-size:13px">{escape(name)}</div>'
        f'<div style="font-size:30px;font-weight:700;line-height:1.3">{escape(text)}'
        f'<span style="font-size:14px;font-weight:400"> {change}</span></div></div>'
    )
