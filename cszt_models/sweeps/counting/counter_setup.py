"""Build the counter of targets on the fits of one as-of date."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from cszt_models.errors import DataError
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.projection.accounting import Array
from cszt_models.projection.outcomes import outcome, published_outcome
from cszt_models.projection.outlook import Outlook
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.sweeps.counting.closed_form import MISSING, closed_form
from cszt_models.sweeps.counting.counter import CountedTarget, Counter, Judge
from cszt_models.sweeps.counting.criteria import Met, test_of
from cszt_models.sweeps.counting.formula import Form, Sum
from cszt_models.targets.attainment import groups_of
from cszt_models.targets.evidence import evidence, measure_of, missing_series
from cszt_models.targets.monte_carlo import Grouping


def counter_of(
    fits: Fits,
    outlook: Outlook,
    targets: Sequence[Target],
    levers: Mapping[str, Setting],
    base: Scenario,
    fixed: Mapping[str, float],
) -> Counter:
    """The counter of targets on fits, for settings of levers.

    Parameters
    ----------
    levers
        By name, the setting of each; settings (case, lever) are in their order.
    base
        Other settings in all cases.
    fixed
        Values of those levers that are the same in all cases.

    Raises
    ------
    DataError
        If a target has no data.
    """
    names = list(levers)
    values = np.array([fixed.get(name, 0.0) for name in names])
    is_fixed = np.array([name in fixed for name in names])
    closed = closed_form(outlook, targets, levers, base=base)
    known = {
        target.id: _known(fits, target, closed.excluded.get(target.id) == MISSING)
        for target in targets
    }
    forms = {n: _absorbed(form, values, is_fixed) for n, form in closed.forms.items()}
    counted = {}
    for target in targets:
        form, published = forms.get(target.id), known[target.id]
        judge = None if form else _judge(outlook, target, list(levers.values()), base)
        counted[target.id] = CountedTarget(
            _groupings(groups_of(fits, [target]), [form]),
            test_of(form) if form is not None and published is None else None,
            published,
            judge,
        )
    open_ = [forms.get(name) for name, published in known.items() if published is None]
    together = _groupings(groups_of(fits, targets), open_)
    return Counter(counted, tuple(counted), together)


def _known(fits: Fits, target: Target, missing: bool) -> bool | None:
    """Whether a published figure meets a target; None if there is none yet."""
    value = published_outcome(fits, target)
    if value is not None:
        return bool(target.met_by(value))
    measured = any(measure_of(fits.project, name) for name in target.sources)
    if missing or (measured and evidence(fits, target) is None):
        raise DataError(
            f"target {target.id!r} has no data at {fits.as_of} "
            f"({missing_series(fits, target)}). Leave it out, or choose a later date."
        )
    return None


def _absorbed(form: Form, values: Array, is_fixed: Met) -> Form:
    """The formula with the effect of constant levers in its levels."""

    def absorbed(total: Sum) -> Sum:
        factors = np.exp(total.powers @ np.where(is_fixed, values, 0.0) / 100)
        levels = total.levels * factors
        return replace(
            total, levels=levels, powers=np.where(is_fixed, 0.0, total.powers)
        )

    tops, bottoms = map(absorbed, form.tops), map(absorbed, form.bottoms)
    return replace(form, tops=tuple(tops), bottoms=tuple(bottoms))


def _groupings(
    groups: Sequence[np.ndarray], forms: Sequence[Form | None]
) -> tuple[Grouping, ...]:
    """Groupings, marked where draws of one group are the same in all formulas."""
    return tuple(
        Grouping(
            labels, all(form is not None and _repeats(labels, form) for form in forms)
        )
        for labels in groups
    )


def _repeats(groups: np.ndarray, form: Form) -> bool:
    """Whether draws of one group have the same constants."""
    first = np.unique(groups, return_index=True)[1][groups]
    sums = (*form.tops, *form.bottoms)
    arrays = [total.levels for total in sums]
    arrays += [total.shares.values for total in sums if total.shares]
    return all((array == array[first]).all() for array in arrays)


def _judge(
    outlook: Outlook, target: Target, levers: Sequence[Setting], base: Scenario
) -> Judge:
    """Project each case anew, where there is no formula."""
    names = sorted(target.sources)

    def judge(settings: Array) -> Met:
        met = []
        for case in settings:
            pairs = zip(levers, case, strict=True)
            moved = [replace(lever, value=float(value)) for lever, value in pairs]
            scenario = scenario_with(base, moved)
            drawn = outcome(project_paths(outlook, scenario, only=names), target)
            met.append(target.met_by(np.asarray(drawn)))
        return np.array(met)

    return judge


def scenario_with(base: Scenario, settings: Sequence[Setting]) -> Scenario:
    """The scenario with further settings, which add to what it sets."""
    return replace(base, parts=(*base.parts, Part("case", tuple(settings))))
