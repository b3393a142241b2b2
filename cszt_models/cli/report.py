"""``cszt report``: a page for readers."""

from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.options import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    NoStore,
    ProjectDir,
    ScenarioName,
    Seed,
    open_project,
    scenario_of,
    store_of,
    working,
)
from cszt_models.errors import DataError

EPILOG = "Example: `cszt report --out reports/czt.html --lang zh`"


def report(
    project: ProjectDir = None,
    as_of: AsOf = None,
    scenario: ScenarioName = "baseline",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Default: reports/<project>.html."),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|zh", help="Language of the page.")
    ] = "en",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
) -> None:
    """Write a self-contained HTML page with the probabilities, then and now."""
    from cszt_models import reports
    from cszt_models.story import dates_until, tell

    opened, day = open_project(project, as_of)
    if lang not in reports.LANGUAGES:
        raise DataError(f"--lang {lang!r} is not a language of the page. Use en or zh.")
    path = out or Path("reports") / f"{opened.id}.html"
    reports.require_writable(path)
    chosen = scenario_of(opened, scenario)
    with working("starting") as status:
        story = tell(
            opened,
            chosen,
            dates=dates_until(opened, day),
            seed=seed,
            draws=draws,
            store=store_of(no_store),
            on_chapter=lambda one: status.update(f"fitting what was known at {one}"),
        )
        status.update("drawing the page")
        reports.write(path, reports.render(story, language=lang))
    print(f"wrote {path}")
