"""Explorer: widgets that re-project the plan while a lever is moved."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from cszt_models import figures, sentences, tables
from cszt_models.attainment import Assessment, assess
from cszt_models.errors import ScenarioError, unknown
from cszt_models.models import Fits
from cszt_models.plan import Target
from cszt_models.projection import outlook, project_paths
from cszt_models.scenarios import Lever, baseline
from cszt_models.series import published_series
from cszt_models.vocabulary import GROWTH_AVERAGE

if TYPE_CHECKING:
    import ipywidgets

STEP = 0.1


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
    moved, target = levers[lever], targets[shown]
    headline = {n: t for n, t in targets.items() if t.headline or n == shown}
    basis = outlook(fits)
    before = assess(fits, headline, basis=basis)
    history = published_series(
        fits.known, fits.project, target.indicator, target.region
    )
    label = f"{moved.label.in_language(language)} ({moved.unit})"
    slider = widgets.FloatSlider(
        value=0.0,
        min=moved.low,
        max=moved.high,
        step=STEP,
        description=label,
        readout_format="+.1f",
        style={"description_width": "initial"},
        layout={"width": "min(100%, 560px)"},
    )
    numbers, chart = widgets.HTML(), widgets.HTML()

    def show(_: object = None) -> None:
        scenario = baseline()
        if slider.value:
            scenario = scenario.with_lever(lever, slider.value)
        now = assess(fits, headline, scenario, basis=basis)
        numbers.value = _figures(now, before, language)
        path = tables.fan(
            project_paths(basis, scenario), target.indicator, target.region
        )
        drawn = figures.fan_chart(
            path,
            history[history["year"] >= fits.project.plan.first_year - 10],
            title=sentences.name(target, language),
            unit=sentences.unit(target.unit, language),
            target=(target.year, target.value),
            language=language,
            width=480,
            height=260,
        )
        chart.value = figures.as_svg(drawn)

    slider.observe(show, names="value")
    show()
    return widgets.VBox([slider, numbers, chart])


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
