"""Moves: one table of what each probability did between dates, and why."""

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from cszt_models.attribution.contributions import JOINT, Move
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences import revisions as revision_sentences
from cszt_models.present.tables.html import grid
from cszt_models.present.texts.pages import words
from cszt_models.project.plan import Target
from cszt_models.project.project import Project

SEEN = 0.05  # change of a probability from which a waterfall is drawn


def largest(moves: Sequence[Move], most: int) -> list[Move]:
    """The largest moves of at least `SEEN` points, largest first."""
    large = [move for move in moves if abs(move.change) >= SEEN]
    return sorted(large, key=lambda move: -abs(move.change))[:most]


def moves_table(
    moves: Sequence[Move],
    project: Project,
    targets: Mapping[str, Target],
    language: str,
) -> Markup:
    """Targets by dates: probability before and after, change, and its main cause.

    Parameters
    ----------
    moves
        Of each target, and of all together.
    targets
        By id, in the order of the rows.
    """
    texts = words(language)
    names = {
        name: target.label.in_language(language) for name, target in targets.items()
    }
    names[JOINT] = texts["joint"]
    ends = sorted({move.until for move in moves})
    rows = []
    for name, label in names.items():
        by_day = {move.until: move for move in moves if move.target == name}
        if by_day:
            known = [day for day, move in by_day.items() if move.published is not None]
            cells = {
                str(day): _verdict(by_day[day], language)
                if known and day > min(known)
                else _cell(by_day[day], project, targets.get(name), language)
                for day in by_day
            }
            cells = {str(day): cells.get(str(day), "–") for day in ends}
            rows.append({"target": label[0].upper() + label[1:], **cells})
    labels = {str(day): f"{texts['until']} {day}" for day in ends}
    return grid(
        pd.DataFrame(rows, dtype=object),
        name="moves",
        labels={"target": texts["target"], **labels},
        caption=texts["moves"],
        broad=len(ends) > 2,
    )


def _cell(
    move: Move, project: Project, target: Target | None, language: str
) -> Markup | str:
    before, after = (numbers.percent(p, language) for p in (move.before, move.after))
    if move.published is not None and target is not None:
        verdict = words(language)[
            "is_met" if target.met_by(move.published) else "is_missed"
        ]
        value = numbers.amount(move.published, target.unit, language)
        return _lines(f"{before} → {verdict}", "", value)
    if before == after:
        return after
    points = revision_sentences.points(move.after) - revision_sentences.points(
        move.before
    )
    causes = revision_sentences.causes(move, project, language)
    return _lines(f"{before} → {after}", revision_sentences.signed(points), causes)


def _verdict(move: Move, language: str) -> str:
    """Verdict of a target whose outcome was known before."""
    return words(language)["is_met" if move.after > 0 else "is_missed"]


def _lines(values: str, change: str, cause: str) -> Markup:
    start = Markup("{} <strong>{}</strong>" if change else "{}{}").format(
        values, change
    )
    return start + Markup('<span class="rests">{}</span>').format(cause)
