"""Draw the picture of the README: probabilities of the last plan over time.

Example
-------
python scripts/draw_sample.py docs/probability.svg
"""

import sys
from pathlib import Path

import cszt_models as cm
from cszt_models.present.charts.base import as_svg

SEED = 1
PLAN = "2021-2025"  # the one that is over, from its first year to its outcomes


def main(path: Path) -> None:
    """Write the picture as SVG."""
    chart = cm.history(plan=PLAN, seed=SEED).attain().plot()
    path.write_text(as_svg(chart), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python scripts/draw_sample.py FILE.svg")
    main(Path(sys.argv[1]))
