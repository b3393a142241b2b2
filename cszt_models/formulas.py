r"""Formulas: what targets are about, draw by draw, as sums that levers move.

For settings :math:`v_1 \dots v_J` of the levers an outcome is

.. math::
    y = a \Bigl( \prod_f F_f \Big/ \prod_h H_h \Bigr)^{1/n} + b, \qquad
    F = \sum_r L_r \, \exp\Bigl(\sum_j k_{rj} v_j / 100\Bigr) \,
        \operatorname{clip}\Bigl(S_r + \sum_j m_{rj} v_j, 0, 100\Bigr)

with a level L and a share S in percent (without one the last factor is 1) of each draw
and region, and constants k and m of each region and lever. `closed_form` derives them
from an outlook; `packed` lays them out for another program, such as a page.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cszt_models.accounting import Array
from cszt_models.plan import Target


@dataclass(frozen=True)
class Sum:
    """A sum over regions of levels that levers move, each times a share or not.

    ``levels`` (draw, region); ``powers`` (region, lever) in log points per unit of the
    lever; ``shares`` (draw, region) in percent and ``slopes`` (region, lever) in points
    per unit, or None both.
    """

    levels: Array
    powers: Array
    shares: Array | None = None
    slopes: Array | None = None

    def weights(self, settings: Array) -> Array:
        """Factors of the levels (case, region) at settings (case, lever)."""
        return np.exp(settings @ self.powers.T / 100)

    def at(self, settings: Array) -> Array:
        """The sum (case, draw) at settings (case, lever)."""
        weights = self.weights(settings)
        if self.shares is None or self.slopes is None:
            return weights @ self.levels.T
        total = np.zeros((len(settings), len(self.levels)))
        steps = settings @ self.slopes.T
        for n, (level, share) in enumerate(
            zip(self.levels.T, self.shares.T, strict=True)
        ):
            moved = np.clip(share + steps[:, n, None], 0, 100)
            total += weights[:, n, None] * level * moved
        return total

    def times(self, factor: Array) -> "Sum":
        """The sum with levels multiplied (draw, region)."""
        return replace(self, levels=self.levels * factor)


@dataclass(frozen=True)
class Form:
    """The formula of one target: scale (tops / bottoms) ** (1 / root) + shift.

    ``tops`` and ``bottoms`` are the sums that are multiplied.
    """

    target: Target
    tops: tuple[Sum, ...]
    bottoms: tuple[Sum, ...] = ()
    root: int = 1
    scale: float = 1.0
    shift: float = 0.0

    def at(self, settings: Array) -> Array:
        """Draws of what the target is about (case, draw), in its unit."""
        made = self.tops[0].at(settings)
        for top in self.tops[1:]:
            made = made * top.at(settings)
        for bottom in self.bottoms:
            made = made / bottom.at(settings)
        if self.root > 1:
            made = made ** (1 / self.root)
        return self.scale * made + self.shift


@dataclass(frozen=True)
class ClosedForm:
    """Formulas of targets by id in the levers named, on the draws of one outlook.

    ``excluded`` says for each target without a formula why it has none.
    """

    levers: tuple[str, ...]
    forms: Mapping[str, Form]
    excluded: Mapping[str, str]

    def settings(self, **levers: float) -> Array:
        """One case (1, lever) from lever values by name; those not given are 0."""
        return np.array([[float(levers.get(name, 0.0)) for name in self.levers]])


def packed(closed: ClosedForm, kind: str = "<f8") -> tuple[dict[str, Any], bytes]:
    """Formulas as a plain record (JSON) and the bytes of their arrays.

    Parameters
    ----------
    kind
        NumPy type of the numbers: ``<f8`` keeps them, ``<f4`` halves the size.

    Returns
    -------
    record
        ``levers``, ``excluded``, ``kind`` and ``forms``: by id of the target its
        ``sense``, ``value``, ``root``, ``scale``, ``shift``, and ``tops`` and
        ``bottoms``, lists of sums. Of each sum ``levels``, ``powers``, ``shares`` and
        ``slopes`` are ``{"at", "shape"}``: where the array begins, counted in numbers,
        and its shape, row by row; or None. Arrays that are the same are kept once.
    content
        All numbers, one after another.
    """
    parts: list[bytes] = []
    places: dict[bytes, dict[str, Any]] = {}
    width = np.dtype(kind).itemsize

    def place(array: Array | None) -> dict[str, Any] | None:
        if array is None:
            return None
        content = np.ascontiguousarray(array, dtype=kind).tobytes()
        key = repr(array.shape).encode() + content
        if key not in places:
            at = sum(map(len, parts)) // width
            places[key] = {"at": at, "shape": list(array.shape)}
            parts.append(content)
        return places[key]

    def sums(found: tuple[Sum, ...]) -> list[dict[str, Any]]:
        return [{name: place(array) for name, array in vars(s).items()} for s in found]

    forms = {
        name: {
            "sense": form.target.sense,
            "value": form.target.value,
            "root": form.root,
            "scale": form.scale,
            "shift": form.shift,
            "tops": sums(form.tops),
            "bottoms": sums(form.bottoms),
        }
        for name, form in closed.forms.items()
    }
    record = {
        "levers": list(closed.levers),
        "excluded": dict(closed.excluded),
        "kind": kind,
        "forms": forms,
    }
    return record, b"".join(parts)


def unpacked(record: Mapping[str, Any], content: bytes, name: str) -> list[list[Sum]]:
    """Tops and bottoms of one target's formula, read back from `packed`."""
    numbers = np.frombuffer(content, record["kind"]).astype(float)

    def array(place: Mapping[str, Any] | None) -> Any:
        if place is None:
            return None
        size = math.prod(place["shape"])
        return numbers[place["at"] : place["at"] + size].reshape(place["shape"])

    form = record["forms"][name]
    return [
        [Sum(**{key: array(place) for key, place in one.items()}) for one in form[side]]
        for side in ("tops", "bottoms")
    ]
