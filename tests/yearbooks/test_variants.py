"""Generated variants of every kind of input end right, or name the cell.

``python -m tests.yearbooks.test_variants`` prints the table of kinds by outcomes.
"""

import random
import re
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cszt_models.errors import DataError
from tests.yearbooks.reading import new_project, values
from tests.yearbooks.variants import KINDS

QUICK, MANY = 5, 40
ADDRESS = re.compile(r"\b[A-Z]{1,2}\d+\b")
NO_CELL = (
    "no figure of a known indicator"  # of a file whose every word is known and left
)


def outcome(kind, number: int, folder: Path) -> str:
    """How the import of a variant ends: right, refused, or what is wrong."""
    variant = kind(random.Random(f"{kind.__name__} {number}"), folder)
    project = new_project(folder / "project", **variant.units)
    try:
        found = values(variant.path, project, **variant.how)
    except DataError as error:
        if variant.must:
            return f"must be read: {error}"
        named = ADDRESS.search(str(error)) or NO_CELL in str(error)
        return "refused" if named else f"no cell: {error}"
    except Exception as error:  # a traceback is no answer
        return f"crash: {error!r}"
    same = found.keys() == variant.truth.keys() and all(
        found[key] == pytest.approx(variant.truth[key], rel=1e-9) for key in found
    )
    return "right" if same else f"wrong: {found} for {variant.truth}"


def check(kind, count: int, folder: Path) -> Counter:
    """Outcomes of the first variants of a kind, which must be right or refused."""
    outcomes: Counter = Counter()
    for number in range(count):
        place = folder / str(number)
        place.mkdir()
        outcomes[outcome(kind, number, place)] += 1
    assert set(outcomes) <= {"right", "refused"}, outcomes
    return outcomes


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_variants_end_right_or_name_the_cell(kind, tmp_path):
    check(kind, QUICK, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_40_variants_end_right_or_name_the_cell(kind, tmp_path):
    outcomes = check(kind, MANY, tmp_path)
    assert outcomes["right"] or kind.__name__ == "merged_figure"


if __name__ == "__main__":
    print(f"{'kind':18} right refused other")
    for each in KINDS:
        counts: Counter = Counter()
        with TemporaryDirectory() as temporary:
            for n in range(MANY):
                spot = Path(temporary) / str(n)
                spot.mkdir()
                counts[outcome(each, n, spot)] += 1
        other = {key: n for key, n in counts.items() if key not in ("right", "refused")}
        row = (counts["right"], counts["refused"], sum(other.values()))
        print("{:18} {:5} {:7} {:5}".format(each.__name__, *row))
        for line in list(other)[: int(sys.argv[1]) if len(sys.argv) > 1 else 3]:
            print("    ", line[:400])
