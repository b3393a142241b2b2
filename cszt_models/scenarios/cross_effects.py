r"""Cross-effects of a lever's change in one indicator on growth or the level of GDP.

Active only if a part of a scenario names them. With :math:`\Delta_t` the points by
which levers move the cause in year t, and elasticity e, an effect on growth adds
:math:`e \Delta_t` points to growth in each year, and one on the level adds
:math:`e \Delta_t` percent to real GDP. The elasticity is drawn once per draw, the same
in every scenario.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cszt_models.errors import ScenarioError, unknown
from cszt_models.project.project import Label, Project
from cszt_models.scenarios.levers import LeverName, is_number
from cszt_models.vocabulary import URBANIZATION

ACTS_ON = (LeverName.GROWTH, LeverName.LEVEL)
DISTRIBUTIONS = ("normal", "uniform")
REQUIRED_KEYS = ("cause", "acts_on", "distribution", "en", "zh", "source")


@dataclass(frozen=True)
class Effect:
    """Elasticity of growth or level to a ``cause``, with its distribution.

    Parameters
    ----------
    cause
        Indicator whose change counts, in points: the urban share, or a ratio.
    on
        ``growth`` or ``level``, as the levers of these names.
    distribution
        ``normal`` (a mean, b standard deviation) or ``uniform`` (a low, b high).
    a, b
        Parameters, in points or percent for one point of the cause.
    source
        Where the elasticity comes from.
    """

    name: str
    cause: str
    on: str
    distribution: Literal["normal", "uniform"]
    a: float
    b: float
    label: Label
    source: str

    def elasticities(self, chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Elasticities (draw) from uniform numbers between 0 and 1 (draw)."""
        if self.distribution == "uniform":
            return self.a + (self.b - self.a) * chances
        from scipy.special import ndtri  # slow to import

        return self.a + self.b * ndtri(chances)

    def __str__(self) -> str:
        """The effect in words: cause, what it acts on, and size."""
        size = (
            f"{self.a:g} ± {self.b:g}"
            if self.distribution == "normal"
            else f"{self.a:g} to {self.b:g}"
        )
        return f"{self.name}: {self.cause} on {self.on}, {size} for one point"


def causes(project: Project) -> tuple[str, ...]:
    """Indicators that a cross-effect may start from: shares, which levers move."""
    ratios = [n for n, measure in project.measures.items() if measure.model == "ratio"]
    return (URBANIZATION, *ratios)


def read_effects(project: Project, entries: Any, place: str) -> dict[str, Effect]:
    """Cross-effects by name.

    Parameters
    ----------
    project
        The project.
    entries
        Section ``effects`` of scenarios.yaml.
    place
        The file, for errors.

    Raises
    ------
    ScenarioError
        If an entry lacks a field, a name is unknown or the distribution is malformed.
    """
    if not isinstance(entries, dict):
        raise ScenarioError(
            f"{place}: 'effects' must be a mapping of names. "
            "See the comment at the head of the bundled file."
        )
    return {
        str(name): _effect(str(name), entry, causes(project), f"{place}, effect {name}")
        for name, entry in entries.items()
    }


def _effect(name: str, entry: Any, known: tuple[str, ...], place: str) -> Effect:
    if not isinstance(entry, dict) or [
        key for key in REQUIRED_KEYS if key not in entry
    ]:
        raise ScenarioError(
            f"{place}: an effect needs {', '.join(REQUIRED_KEYS)}. Add them."
        )
    choices = (("cause", known), ("acts_on", ACTS_ON), ("distribution", DISTRIBUTIONS))
    for key, allowed in choices:
        if not isinstance(entry[key], str) or entry[key] not in allowed:
            raise ScenarioError(f"{place}: {unknown(key, entry[key], allowed)}")
    kind = entry["distribution"]
    keys = ("mean", "sd") if kind == "normal" else ("low", "high")
    extra = sorted(str(key) for key in entry if key not in (*REQUIRED_KEYS, *keys))
    if extra:
        raise ScenarioError(
            f"{place}: {unknown('key', extra[0], (*REQUIRED_KEYS, *keys))}"
        )
    a, b = _parameters(entry, keys, place)
    label = Label(str(entry["en"]), str(entry["zh"]))
    return Effect(
        name, entry["cause"], entry["acts_on"], kind, a, b, label, entry["source"]
    )


def _parameters(
    entry: Mapping[str, Any], keys: tuple[str, str], place: str
) -> tuple[float, float]:
    a, b = (entry.get(key) for key in keys)
    numbers = [float(value) for value in (a, b) if is_number(value)]  # type: ignore[arg-type]
    if len(numbers) < 2 or numbers[1] < (0.0 if keys[0] == "mean" else numbers[0]):
        raise ScenarioError(
            f"{place}: {keys[0]} {a!r} and {keys[1]} {b!r} are no distribution. "
            f"Write two numbers, {keys[1]} not below "
            f"{'0' if keys[0] == 'mean' else keys[0]}."
        )
    if not isinstance(entry["source"], str) or not entry["source"].strip():
        raise ScenarioError(f"{place}: the source is empty. Say where the sizes are.")
    return numbers[0], numbers[1]
