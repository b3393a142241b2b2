"""Evaluate options: expected loss, CVaR, regret, and the price of probability."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cszt_models.conditional.scenario_setup import Scene, scene
from cszt_models.decisions.cheapest import Chance, Mix, cheapest_mix, cost_curve
from cszt_models.decisions.losses import tail_mean
from cszt_models.decisions.problem import Decision
from cszt_models.errors import DataError
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.projection.accounting import Array
from cszt_models.projection.outcomes import outcome, published_outcome
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.sweeps.counting.closed_form import has_form
from cszt_models.sweeps.counting.counter_setup import counter_of, scenario_with

NOTHING, CHEAPEST = "nothing", "cheapest"
POINT = 0.01  # of probability
CURVE = 12  # points of the curve of cost


@dataclass(frozen=True)
class Evaluation:
    """Options compared, and what probability costs.

    Parameters
    ----------
    targets
        Those with losses, in order.
    mix
        The cheapest for the probability asked, in the first scenario.
    probability
        That was asked.
    options
        scenario, option, cost, expected_loss, cvar, total, regret, probability, and a
        column of each lever's value.
    prices
        lever, price (of a point of joint probability, from nothing), points (that a
        unit of the lever adds there).
    curve
        probability, cost: the least cost of each probability.
    """

    targets: tuple[Target, ...]
    mix: Mix
    probability: float
    options: pd.DataFrame
    prices: pd.DataFrame
    curve: pd.DataFrame

    def worst_regret(self) -> pd.Series:
        """Largest regret of each option over scenarios."""
        return self.options.groupby("option", sort=False)["regret"].max()


def evaluate(
    decision: Decision,
    fits: Fits,
    targets: Mapping[str, Target],
    scenarios: Mapping[str, Scenario],
    probability: float,
) -> Evaluation:
    """Compare doing nothing, the cheapest mix and the options named.

    Parameters
    ----------
    decision
        From `read_decision`.
    fits
        Of one as-of date.
    targets, scenarios
        Of the project, by id or name.
    probability
        Of all targets with losses together, for the cheapest mix.

    Raises
    ------
    DataError
        If a target is settled or has no data.
    ScenarioError
        If a scenario is not possible on the date.
    """
    chosen = tuple(targets[name] for name in decision.losses)
    for target in chosen:
        if published_outcome(fits, target) is not None:
            raise DataError(
                f"target {target.id!r} is settled by a published figure at "
                f"{fits.as_of}, so no lever moves it. Ask on an earlier date, or drop "
                "its loss."
            )
    places = [scene(fits, scenarios[name]) for name in decision.scenarios]
    chance = joint_chance(places[0], chosen, decision.settings)
    costs = np.array([decision.costs[name] for name in decision.settings])
    most = np.array([decision.most[name] for name in decision.settings])
    mix = cheapest_mix(chance, costs, most, probability)
    values = dict(zip(decision.settings, mix.values.tolist(), strict=True))
    options = {NOTHING: {}, CHEAPEST: values, **decision.options}
    frames = [_compared(decision, place, chosen, options) for place in places]
    return Evaluation(
        chosen,
        mix,
        probability,
        pd.concat(frames, ignore_index=True),
        _prices(chance, decision, most),
        _curve(chance, costs, most, mix),
    )


def joint_chance(
    place: Scene, targets: tuple[Target, ...], levers: Mapping[str, Setting]
) -> Chance:
    """Joint probability of targets by settings of levers, from the closed form.

    Parameters
    ----------
    place
        Of the scenario on which levers are set.
    targets
        Met together.
    levers
        A unit of each, by name.

    Raises
    ------
    DataError
        If a target has no data.
    """
    scenario = place.scenario
    fixed = [setting for setting in scenario.settings if has_form(setting)]
    parts = tuple(
        replace(part, settings=tuple(s for s in part.settings if not has_form(s)))
        for part in scenario.parts
    )
    named = dict(levers) | {f"fixed {n}": s for n, s in enumerate(fixed)}
    at_values = {f"fixed {n}": s.value for n, s in enumerate(fixed)}
    counter = counter_of(
        place.fits,
        place.outlook,
        targets,
        named,
        replace(scenario, parts=parts),
        at_values,
    )
    tail = np.array(list(at_values.values()))

    def chance(settings: Array) -> Array:
        whole = np.hstack([settings, np.tile(tail, (len(settings), 1))])
        return np.asarray(counter.count(whole)["p_joint"])

    return chance


def _compared(
    decision: Decision,
    place: Scene,
    targets: tuple[Target, ...],
    options: Mapping[str, Mapping[str, float]],
) -> pd.DataFrame:
    """Options in one scenario, with their regret."""
    rows = []
    for option, values in options.items():
        moved = [
            replace(decision.settings[name], value=value)
            for name, value in values.items()
        ]
        scenario = scenario_with(place.scenario, moved) if moved else place.scenario
        paths = project_paths(place.outlook, scenario)
        losses, met = np.zeros(place.fits.draws), np.ones(place.fits.draws, dtype=bool)
        for target in targets:
            drawn = outcome(paths, target)
            if drawn is None:
                raise DataError(
                    f"target {target.id!r} has no data, so its loss is not known. Drop "
                    "it, or add its series to observations.csv."
                )
            losses = losses + decision.losses[target.id].of(target, drawn)
            met &= target.met_by(drawn)
        cost, loss = decision.cost(values), float(losses.mean())
        rows.append(
            {
                "scenario": place.scenario.name,
                "option": option,
                "cost": cost,
                "expected_loss": loss,
                "cvar": tail_mean(losses, decision.tail),
                "total": cost + loss,
                "probability": float(met.mean()),
                **{name: values.get(name, 0.0) for name in decision.settings},
            }
        )
    frame = pd.DataFrame(rows)
    frame.insert(6, "regret", frame["total"] - frame["total"].min())
    return frame


def _prices(chance: Chance, decision: Decision, most: Array) -> pd.DataFrame:
    """Price of the first point of joint probability by each lever alone."""
    names = list(decision.settings)
    alone = np.vstack([np.zeros(len(names)), np.diag(most)])
    chances = chance(alone)
    rows = []
    for n, name in enumerate(names):
        steps = np.zeros((101, len(names)))
        steps[:, n] = np.linspace(0, most[n], 101)
        path = chance(steps)
        enough = np.flatnonzero(path >= path[0] + POINT)
        cost = decision.costs[name]
        price = cost * abs(steps[enough[0], n]) if len(enough) else np.nan
        points = 100 * (chances[n + 1] - chances[0]) / abs(most[n])
        rows.append({"lever": name, "price": price, "points": points})
    return pd.DataFrame(rows)


def _curve(chance: Chance, costs: Array, most: Array, mix: Mix) -> pd.DataFrame:
    """Least cost of probabilities from that of doing nothing up to the highest."""
    reached, spent = cost_curve(chance, costs, most, CURVE)
    curve = pd.DataFrame({"probability": reached, "cost": spent})
    if mix.reached:
        dearer = (curve["probability"] <= mix.probability) & (curve["cost"] > mix.cost)
        point = pd.DataFrame({"probability": [mix.probability], "cost": [mix.cost]})
        curve = pd.concat([curve[~dearer], point])
    return curve.sort_values("probability").reset_index(drop=True)
