"""Draw the picture of the README: probabilities of the headline targets over time.

Example
-------
python scripts/draw_sample.py docs/probability.svg
"""

import sys
from pathlib import Path

from cszt_models import load_project
from cszt_models.present.charts import base as figures
from cszt_models.present.tables import attainment as tables
from cszt_models.project.dates import dates_until
from cszt_models.targets.history import assess_history

SEED = 1


def main(path: Path) -> None:
    """Write the picture as SVG."""
    project = load_project()
    story = assess_history(
        project, dates=dates_until(project, project.data_date), seed=SEED
    )
    labels = {t.id: t.label.en for t in story.targets.values() if t.headline}
    history = tables.attainment_history(story.assessments)
    chart = figures.probability_over_time(history, labels | {"joint": "all together"})
    path.write_text(figures.as_svg(chart), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python scripts/draw_sample.py FILE.svg")
    main(Path(sys.argv[1]))
