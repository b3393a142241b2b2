"""Sweeps in the IAMC long format, which pyam and scenario databases read.

Columns are model, scenario, region, variable, unit, year and value. Every case is a
scenario of its own, named by the design's case number; its levers are variables too.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from cszt_models import __version__
from cszt_models.storage.files import plain_text, whole_file, writing
from cszt_models.sweeps.counting.counter import JOINT
from cszt_models.sweeps.inputs import SweepInputs

COLUMNS = ("model", "scenario", "region", "variable", "unit", "year", "value")
MODEL = f"cszt_models {__version__}"
UNIT = "1"  # a probability, as a share of one
ROWS = 50_000  # cases written at once


def long_table(
    cases: pd.DataFrame, inputs: SweepInputs, *, first: int = 0
) -> pd.DataFrame:
    """Cases of a sweep in the IAMC long layout.

    Parameters
    ----------
    cases
        Rows of a sweep: columns of the design, then of outcomes.
    first
        Number of the first case in the design.

    Returns
    -------
    DataFrame
        ``Probability|<target>`` and ``Probability error|<target>`` by the target's
        region and year; of the joint by the plan's last year and its first target's
        region; ``Lever|<column>`` likewise. Columns of text are left out.
    """
    names = [f"case {first + n:07d}" for n in range(len(cases))]
    parts = [
        pd.DataFrame(
            {
                "model": MODEL,
                "scenario": names,
                "region": region,
                "variable": variable,
                "unit": unit,
                "year": year,
                "value": cases[column].to_numpy(),
            }
        )
        for column, region, variable, unit, year in _variables(cases, inputs)
    ]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _variables(
    cases: pd.DataFrame, inputs: SweepInputs
) -> Iterator[tuple[str, str, str, str, int]]:
    """Column, region, variable, unit and year of each variable."""
    first = inputs.targets[0]
    year = max(target.year for target in inputs.targets)
    levers = inputs.context.levers
    for column in cases.columns:
        if column in inputs.outcomes or cases[column].dtype.kind not in "fiu":
            continue
        lever = column.split("@")[0].split(":")[0]
        unit = levers[lever].unit if lever in levers else UNIT
        yield column, first.region, f"Lever|{column}", unit, year
    for target in inputs.targets:
        for kind, word in (("p", "Probability"), ("mcse", "Probability error")):
            place = f"{word}|{target.id}", UNIT, target.year
            yield f"{kind}_{target.id}", target.region, *place
    for kind, word in (("p", "Probability"), ("mcse", "Probability error")):
        yield f"{kind}_{JOINT}", first.region, f"{word}|{JOINT}", UNIT, year


def write_iamc(sweep: Path, path: Path, inputs: SweepInputs) -> None:
    """Write a sweep's file as a CSV file in the IAMC long layout, whole or not at all.

    Parameters
    ----------
    sweep
        ``sweep.parquet`` of a run; it is read a part at a time.

    Raises
    ------
    DataError
        If the file cannot be written; the sweep stands.
    """
    import pyarrow.parquet as pq

    first = 0
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path), whole_file(path) as file:
        for batch in pq.ParquetFile(sweep).iter_batches(ROWS):
            cases = batch.to_pandas()
            table = long_table(cases, inputs, first=first)
            texts = ["region", "variable", "unit"]
            table[texts] = table[texts].map(plain_text)
            file.write(table.to_csv(index=False, header=not first).encode())
            first += len(cases)
