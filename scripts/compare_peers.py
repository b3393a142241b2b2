"""Score one block's model against every simple method, with the simple methods cached.

Prints, for early origins (those that may choose a model), later ones (that confirm it)
and all, the CRPS of the model and of every method at one year, five years, over all
years and of the five-year mean, each with its ratio to the best simple method's, and
the coverage of 80 and 95 percent intervals. Simple methods are computed once and kept,
under a hash of the panel, the origins and the code of the methods; the model is
computed anew each time.

Examples
--------
python scripts/compare_peers.py ../shared/reference build/peers --block rd_intensity
python scripts/compare_peers.py ../shared/reference build/peers --block gdp_deflator \
    --draws 400 --origins 2008-2013
"""

import argparse
import hashlib
import inspect
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from score_reference import HORIZON, PANELS, SEED, Panel

from cszt_models.hindcast import benchmarks, scores
from cszt_models.hindcast.benchmarks import EVERYWHERE
from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import COVERAGES, FAILED, MEAN, YEAR, run
from cszt_models.hindcast.methods import (
    combinations,
    panel_matrix,
    pooled,
    recent_mean,
    ridge,
    series,
    univariate,
)
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.target_replay import verification
from cszt_models.hindcast.variables import variable_named
from cszt_models.project.project import load_project
from cszt_models.storage.files import write_whole

OURS = "structural"
LAST_EARLY = {"rd_intensity": 2016, "population_resident": 2016}  # series begin late
EARLY = 2013
CODE = (
    *(benchmarks, combinations, panel_matrix, pooled, recent_mean, ridge),
    *(scores, series, univariate),
)
CELL = ["kind", "group", "origin", "region", "part", "horizon"]
COLUMNS = {"crps": "CRPS", COVERAGES[1]: "80 %", COVERAGES[2]: "95 %"}


@dataclass(frozen=True)
class Request:
    """A block of the reference panels, with the origins and draws that are scored."""

    name: str
    panel: Panel
    reference: Path
    origins: tuple[int, ...]
    draws: int
    jobs: int

    def scored(self, method: str) -> pd.DataFrame:
        """Scores of every case of a method, nothing stored."""
        panel = read_panel(
            self.reference / self.panel.file, group=self.panel.group, confirmed=True
        )
        design = HindcastDesign(self.origins, HORIZON, SEED, (method,), self.draws)
        listed = panel_cases(panel, load_project(), variable_named(self.name), design)
        return run(listed, folder=None, jobs=self.jobs)

    @cached_property
    def specification(self) -> str:
        """Hash of the panel, the origins and the code of simple methods."""
        digest = hashlib.sha256((self.reference / self.panel.file).read_bytes())
        digest.update(repr((self.origins, HORIZON, SEED, self.draws)).encode())
        for module in CODE:
            lines = inspect.getsource(module).splitlines()
            code = [line for line in lines if not line.startswith(("from ", "import "))]
            digest.update("\n".join(code).encode())
        return digest.hexdigest()[:16]


def cached(request: Request, method: str, folder: Path) -> pd.DataFrame:
    """Scores of a simple method, from the folder if they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{request.name}-{method}-{request.specification}.parquet"
    if path.exists():
        return pd.read_parquet(path)
    print(f"{request.name}: {method} is computed once", file=sys.stderr, flush=True)
    table = request.scored(method)
    write_whole(path, table.to_parquet(index=False))
    return table


def comparable(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows of the cells that every method forecast, the model's failures left out."""
    rows = pd.concat(tables, ignore_index=True)
    failed = rows[rows["kind"] == FAILED]
    for case in failed.itertuples():
        print(f"left out {case.group} {case.origin}: {case.reason}", file=sys.stderr)
    lost = pd.MultiIndex.from_frame(failed[["group", "origin"]])
    rows = rows[~pd.MultiIndex.from_frame(rows[["group", "origin"]]).isin(lost)]
    scored = rows[rows["kind"].isin([YEAR, MEAN])]
    counts = scored.groupby(CELL)["method"].nunique()
    shared = counts.index[counts == scored["method"].nunique()]
    if len(shared) < len(counts):
        print(f"{len(counts) - len(shared)} cells lack a method", file=sys.stderr)
    kept = scored.set_index(CELL).loc[shared].reset_index()
    return pd.concat([kept, rows[rows["kind"] == "goal"]], ignore_index=True)


def comparison(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each method, the best over all years first."""
    years = rows[rows["kind"] == YEAR]
    parts = {
        "1 year": years[years["horizon"] == 1],
        f"{HORIZON} years": years[years["horizon"] == HORIZON],
        "all years": years,
        "mean": rows[rows["kind"] == MEAN],
    }
    tables = {}
    for name, part in parts.items():
        means = part.groupby("method")[list(COLUMNS)].mean().rename(columns=COLUMNS)
        others = means["CRPS"].drop(OURS, errors="ignore")
        means.insert(1, "/best", means["CRPS"] / others.min())
        tables[name] = means
    table = pd.concat(tables, axis=1)
    goals = rows[rows["kind"] == "goal"]
    if len(goals):
        brier = verification(goals).set_index("method")["brier"]
        table["goals", "Brier"] = brier
    return table.sort_values(("all years", "CRPS"))


def sections(name: str, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The comparison of early, later and all origins."""
    last = LAST_EARLY.get(name, EARLY)
    early = rows["origin"] <= last
    parts = {
        f"origins to {last}": rows[early],
        f"origins after {last}": rows[~early],
        "all origins": rows,
    }
    return {title: comparison(part) for title, part in parts.items() if len(part)}


def sentence(table: pd.DataFrame) -> str:
    """The model's ratio to the best of all methods, with the best one's name."""
    words = []
    for part in dict.fromkeys(table.columns.get_level_values(0)):
        if (part, "CRPS") in table and OURS in table.index:
            column = table[part, "CRPS"]
            others = column.drop(OURS)
            ratio = column[OURS] / others.min()
            words.append(f"{part} {ratio:.3f} of {others.idxmin()}")
    return "model: " + ", ".join(words) if words else "simple methods alone"


def report(name: str, rows: pd.DataFrame) -> None:
    """Print the tables of a block."""
    for title, table in sections(name, rows).items():
        count = int((rows["kind"] == YEAR).sum() / rows["method"].nunique())
        print(f"\n{name}, {title} (cells of all origins: {count})")
        shown = table.map(lambda value: "" if pd.isna(value) else f"{value:.3f}")
        print(shown.to_string())
        print(sentence(table))


def years(text: str) -> tuple[int, ...]:
    """Origins written as FIRST-LAST."""
    first, _, last = text.partition("-")
    return tuple(range(int(first), int(last or first) + 1))


def options() -> argparse.Namespace:
    """Options from the command line."""
    parser = argparse.ArgumentParser(description="The model against simple methods.")
    parser.add_argument("reference", type=Path, help="folder of the reference panels")
    parser.add_argument("cache", type=Path, help="folder of simple methods' scores")
    parser.add_argument(
        "--block", action="append", choices=list(PANELS), help="repeatable; default all"
    )
    parser.add_argument("--origins", type=years, help="FIRST-LAST; default all")
    parser.add_argument("--draws", type=int, default=1000, help="of the model's cases")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--method", action="append", help="only these simple methods")
    parser.add_argument("--peers-only", action="store_true", help="without the model")
    parser.add_argument("--out", type=Path, help="CSV of the tables, as numbers")
    return parser.parse_args()


def main() -> None:
    """Score and print every block asked for."""
    given = options()
    written = []
    for name in given.block or PANELS:
        panel = PANELS[name]
        whole = Request(
            name, panel, given.reference, tuple(panel.origins), 1000, given.jobs
        )
        methods = given.method or [m for m in panel.methods if m != OURS]
        if panel.group is None:
            methods = [m for m in methods if m not in EVERYWHERE]
        tables = [cached(whole, method, given.cache) for method in methods]
        if not given.peers_only:
            origins = given.origins or whole.origins
            ours = replace(whole, origins=origins, draws=given.draws)
            tables = [ours.scored(OURS), *tables]
        chosen = given.origins or whole.origins
        tables = [table[table["origin"].isin(chosen)] for table in tables]
        rows = comparable(tables)
        report(name, rows)
        for title, table in sections(name, rows).items():
            flat = table.set_axis([" ".join(c) for c in table.columns], axis=1)
            written.append(flat.reset_index().assign(block=name, origins=title))
    if given.out:
        text = pd.concat(written).to_csv(index=False, float_format="%.4g")
        write_whole(given.out, text.encode())


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
