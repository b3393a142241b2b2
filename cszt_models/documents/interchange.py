"""Paths and probabilities as files that other programs read: IAMC, SDMX-CSV, Parquet.

All three hold the same rows: quantiles of every indicator by region and year, and the
probability of every target with its Monte-Carlo error.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from cszt_models.errors import DataError, unknown
from cszt_models.present.tables.attainment import QUANTILES
from cszt_models.storage.files import plain_text
from cszt_models.sweeps.counting.counter import JOINT
from cszt_models.sweeps.iamc import COLUMNS, MODEL, UNIT
from cszt_models.targets.attainment import Assessment
from cszt_models.vocabulary import DRAW, REGION, YEAR

PROBABILITY, ERROR = "P", "MCSE"  # statistics besides quantiles
LEVELS: Mapping[str, float] = {f"Q{100 * level:02.0f}": level for level in QUANTILES}
IAMC_NAMES: Mapping[str, str] = {  # as in the databases of the IPCC's scenarios
    PROBABILITY: "Probability|{}",
    ERROR: "Probability error|{}",
    **{code: f"{{}}|{100 * level:.1f}th Percentile" for code, level in LEVELS.items()},
}
DATAFLOW = "CSZT:PATHS(1.0.0)"
STRUCTURE = Path(__file__).with_name("sdmx_structure.xml")  # SDMX-ML 3.0
SDMX_COLUMNS: Mapping[str, str] = {
    "scenario": "SCENARIO",
    "region": "REF_AREA",
    "indicator": "INDICATOR",
    "statistic": "STATISTIC",
    "year": "TIME_PERIOD",
    "value": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
    "as_of": "AS_OF",
    "model": "MODEL",
}


class Projected(NamedTuple):
    """Paths under one scenario, with units in ``attrs``, and its probabilities."""

    paths: xr.Dataset
    assessment: Assessment


def long_table(projected: Sequence[Projected]) -> pd.DataFrame:
    """Quantiles of paths and probabilities of targets under some scenarios.

    Parameters
    ----------
    projected
        A scenario each.

    Returns
    -------
    DataFrame
        model, as_of, scenario, region, indicator, statistic, unit, year, value. The
        statistic is ``Q05`` to ``Q95`` of an indicator; or ``P``, a probability (share
        of 1), and ``MCSE``, its Monte-Carlo error, of a target in its region and year,
        and of the headline targets together (``joint``) in the last of their years and
        the region of the first. What is not known is left out.
    """
    columns = ["model", "as_of", "scenario"]
    columns += ["region", "indicator", "statistic", "unit", "year", "value"]
    frames = [
        part.assign(
            model=MODEL,
            as_of=each.assessment.as_of.isoformat(),
            scenario=each.assessment.scenario.name,
        )
        for each in projected
        for part in (*_quantiles(each.paths), _probabilities(each.assessment))
    ]
    return pd.concat(frames, ignore_index=True)[columns]


def _quantiles(paths: xr.Dataset) -> Iterator[pd.DataFrame]:
    """Quantiles of each indicator; regions and years that are not known left out."""
    for name, path in paths.items():
        ordered = path.transpose(DRAW, REGION, YEAR)
        table = np.quantile(ordered.to_numpy(), list(LEVELS.values()), axis=0)
        coords = {
            "statistic": list(LEVELS),
            **ordered.isel({DRAW: 0}, drop=True).coords,
        }
        values = xr.DataArray(table, coords, ["statistic", REGION, YEAR])
        series = values.transpose(REGION, "statistic", YEAR).to_series().dropna()
        unit = path.attrs["units"]
        rows = series.rename("value").reset_index()
        yield rows.assign(indicator=str(name), unit=unit)


def _probabilities(assessment: Assessment) -> pd.DataFrame:
    """Probability of each target and of the joint, and their Monte-Carlo errors."""
    answered = [
        (result.target.id, result.target.region, result.target.year, result)
        for result in assessment.targets
        if result.probability is not None
    ]
    rows = [
        (region, name, year, result.probability, result.mcse)
        for name, region, year, result in answered
    ]
    joint = assessment.joint
    if joint is not None:
        members = [assessment.of(name).target for name in joint.targets]
        last = max(target.year for target in members)
        rows.append((members[0].region, JOINT, last, joint.probability, joint.mcse))
    keys = ["region", "indicator", "year"]
    wide = pd.DataFrame(rows, columns=[*keys, PROBABILITY, ERROR])
    long = wide.melt(keys, var_name="statistic", value_name="value")
    return long.astype({"value": float}).dropna().assign(unit=UNIT)


def as_iamc(table: pd.DataFrame) -> bytes:
    """A long table as CSV in the layout of IAMC, which pyam reads.

    The model names the as-of date. Variables are ``<indicator>|5.0th Percentile`` and
    the like, ``Probability|<target>`` and ``Probability error|<target>``.
    """
    models = table["model"] + " (as of " + table["as_of"] + ")"
    variables = [
        IAMC_NAMES[statistic].format(name)
        for statistic, name in zip(table["statistic"], table["indicator"], strict=True)
    ]
    return _as_csv(table.assign(model=models, variable=variables)[list(COLUMNS)])


def as_sdmx(table: pd.DataFrame) -> bytes:
    """A long table as SDMX-CSV 2.0, whose structure is the file `STRUCTURE`."""
    named = table[list(SDMX_COLUMNS)].rename(columns=SDMX_COLUMNS)
    constant = {"STRUCTURE": "dataflow", "STRUCTURE_ID": DATAFLOW, "ACTION": "I"}
    head = pd.DataFrame(constant | {"FREQ": "A"}, index=table.index)
    return _as_csv(pd.concat([head, named], axis=1))


def as_parquet(table: pd.DataFrame) -> bytes:
    """A long table as Parquet, with its columns as they are."""
    file = BytesIO()
    table.to_parquet(file, index=False)
    return file.getvalue()


def _as_csv(table: pd.DataFrame) -> bytes:
    texts = table.columns[table.dtypes == "str"]
    safe = table.assign(**{name: table[name].map(plain_text) for name in texts})
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8")


WRITERS: Mapping[str, Callable[[pd.DataFrame], bytes]] = {
    "iamc": as_iamc,
    "sdmx": as_sdmx,
    "parquet": as_parquet,
}
ENDINGS: Mapping[str, str] = {"iamc": ".csv", "sdmx": ".csv", "parquet": ".parquet"}


def form_of(path: Path, to: str = "") -> str:
    """Form in which a file is written: the one named, else that of the file's ending.

    Raises
    ------
    DataError
        If the form is unknown, or the file has another ending than it.

    Examples
    --------
    >>> form_of(Path("paths.csv")), form_of(Path("paths.csv"), "sdmx")
    ('iamc', 'sdmx')
    """
    if to and to not in WRITERS:
        raise DataError(f"{unknown('form', to, WRITERS)} Choose one of them.")
    known = [form for form, ending in ENDINGS.items() if path.suffix == ending]
    if not known or (to and to not in known):
        endings = [ENDINGS[to]] if to else dict.fromkeys(ENDINGS.values())
        raise DataError(
            f"{path} does not end in {' or '.join(endings)}. Give a name that does."
        )
    return to or known[0]
