"""Derive the archive of targets that the package carries from the compiled facts.

Of each target and its outcome the numbers, hedges, a short quote and the address of the
report are taken, and no text of a report. The same facts give the same rows.

Example
-------
python scripts/build_archive.py ../shared/facts/targets_archive.csv
"""

import gzip
import sys
from pathlib import Path

import pandas as pd

from cszt_models.archive.read import PATH
from cszt_models.archive.schema import COLUMNS, SENTENCE
from cszt_models.storage.files import write_whole

NAMES = {  # of columns that the facts name otherwise
    "made_on": "set_on",
    "outcome_first": "outcome",
    "outcome_told_on": "outcome_on",
}
ORDER = ["region", "plan", "since", "year", "indicator"]
ADDRESS = "https://github.com/{0}/blob/{2}/{1}"  # repository, path, commit


def addresses(facts: pd.DataFrame, url: str, source: str) -> pd.Series:
    """The official page of each report, or the stored copy where none is named."""
    parts = facts[source].str.extract(r"^([^:]+):(.+)@([0-9a-f]+)$")
    copies = [
        ADDRESS.format(*row) if isinstance(row[0], str) else None
        for row in parts.itertuples(index=False, name=None)
    ]
    return facts[url].fillna(pd.Series(copies, facts.index, dtype=object))


def shortened(quotes: pd.Series) -> pd.Series:
    """Quotes of at most `SENTENCE` characters, the end cut off a longer one."""
    cut = quotes.str.slice(0, SENTENCE - 1) + "…"
    return quotes.where(quotes.isna() | (quotes.str.len() <= SENTENCE), cut)


def archive_text(facts: pd.DataFrame) -> str:
    """The archive as CSV, in a fixed order."""
    table = facts.rename(columns=NAMES)
    table["source"] = addresses(facts, "url", "source")
    table["outcome_source"] = addresses(facts, "outcome_url", "outcome_source")
    for column in ("quote", "outcome_quote"):
        table[column] = shortened(table[column])
    table["met"] = table["met"].astype("Int64")
    table = table.sort_values(ORDER, kind="stable")
    return table[list(COLUMNS)].to_csv(index=False, lineterminator="\n")


def main(facts: Path) -> None:
    """Write the compressed archive into the package."""
    text = archive_text(pd.read_csv(facts))
    write_whole(PATH, gzip.compress(text.encode("utf-8"), 9, mtime=0))
    print(f"wrote {PATH}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: build_archive.py TARGETS_ARCHIVE.csv")
    main(Path(sys.argv[1]))
