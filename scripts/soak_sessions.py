"""Sessions of the soak: an explorer that is opened, moved at random and closed."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from soak_ground import DRAWS, Ground, Wrong

DATES = (date(2021, 6, 30), date(2023, 6, 30))
WARM, GROWTH_MAX = 0.2, 1.05  # share of sessions before memory counts; and its growth
RANGES = {
    "growth": (-3.0, 3.0),
    "price": (-3.0, 3.0),
    "population": (-2.0, 2.0),
    "urbanization": (-1.0, 1.0),
    "rd_intensity": (-0.3, 0.3),
    "uncertainty": (-50.0, 100.0),
}
CITIES = ("changsha", "zhuzhou", "xiangtan")
PINNED, SAVED, WRONG = 0.3, 0.2, 0.05  # shares of messages


def setting(rng: random.Random, lever: str) -> dict[str, Any]:
    """A lever, some of its regions, and its years."""
    first = rng.choice((None, 2024, 2025))
    moved = {"lever": lever, "value": rng.uniform(*RANGES[lever]), "first": first}
    moved |= {
        "last": None,
        "decay": 0.0,
        "ramp": 0 if first is None else rng.randint(0, 2),
    }
    few = lever in ("growth", "price") and rng.random() < 0.5
    return moved | {"regions": rng.sample(CITIES, rng.randint(1, 3)) if few else []}


def condition(rng: random.Random) -> dict[str, Any]:
    """GDP of a later year: a value, about one, or at least one."""
    value, year = rng.uniform(21000.0, 26000.0), rng.choice((2024, 2025))
    says = rng.choice(
        (
            {"kind": "value", "value": value},
            {"kind": "about", "mean": value, "sd": 300.0},
            {"kind": "within", "low": value, "high": None},
        )
    )
    place = {"indicator": "gdp_nominal", "region": "czt", "average": False}
    return place | {"first": year, "last": year, "says": says}


def message(rng: random.Random, name: str) -> dict[str, Any]:
    """What a reader might do next."""
    levers = rng.sample([*RANGES], rng.randint(0, 3))
    pins = [condition(rng)] if rng.random() < PINNED else []
    asked = {"kind": "ask", "as_of": rng.choice(DATES).isoformat(), "effects": []}
    asked |= {"settings": [setting(rng, each) for each in levers], "conditions": pins}
    if rng.random() < WRONG:
        asked |= {"as_of": "1999-01-01"}
    if rng.random() < SAVED:
        asked |= {"kind": "save", "name": name}
    return asked


def sessions(ground: Ground, count: int, rng: random.Random) -> Iterator[str]:
    """Explorer sessions of random moves: memory of the process that answers."""
    import cszt_models as cm
    from cszt_models.explorer import explore
    from cszt_models.models.fits import fit_blocks
    from cszt_models.project.observations import read_observations

    project = cm.load_project().select("2021-2025")
    figures = read_observations(project)
    fits = [
        fit_blocks(figures, project, as_of=day, seed=1, draws=int(DRAWS))
        for day in DATES
    ]
    sizes, messages, refused, saved = [], 0, 0, 0
    for number in range(count):
        panel = explore(fits, draws=100, save_to=ground.folder / "saved.yaml")
        for _ in range(rng.randint(3, 12)):
            reply = panel.reply(message(rng, f"s{number % 20}"))
            messages += 1
            refused += "error" in reply
            saved += "saved" in reply
        panel.close()
        sizes.append(resident())
    start, largest = sizes[int(WARM * count)], max(sizes[int(WARM * count) :])
    if largest > GROWTH_MAX * start:
        raise Wrong(f"memory grew from {start:.0f} to {largest:.0f} MB")
    yield (
        f"{count} sessions, {messages} messages ({saved} saved, {refused} refused with "
        f"a sentence): {start:.0f} MB after {int(WARM * count)}, at most {largest:.0f} "
        f"MB, {sizes[-1]:.0f} MB at the end"
    )


def resident() -> float:
    """Memory of this process in MB."""
    import psutil

    return psutil.Process().memory_info().rss / 1e6
