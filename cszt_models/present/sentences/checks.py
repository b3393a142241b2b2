"""Sentences on checks, made by rule from their tables."""

from collections.abc import Sequence

import pandas as pd

from cszt_models.checks.statsmodels_peer import Peer, Sizes

SURPRISED = 0.05  # prior probability on either side that calls a scale at odds with it
UNTOLD = 0.9  # share of the prior's spread that is left where the data told little
LIKE = 1.25  # ratio up to which two widths are called alike
SMALL = 0.05  # share of the lasting movement below which the passing one is none
NOTHING = 1e-3  # a standard deviation below it is printed as 0
MOVED = 0.01  # difference in damping worth a sentence


def listed(names: Sequence[str]) -> str:
    """Names as a list in words.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])


def scales(table: pd.DataFrame) -> str:
    """What the data told of the scales, and which of them the prior did not expect.

    Parameters
    ----------
    table
        From `checks.scales`.
    """
    moved = table.loc[table["narrowed"].idxmin()]
    lines = [
        f"Best determined is {moved['component']}: its uncertainty is "
        f"{moved['narrowed']:.0%} of the prior's."
    ]
    little = table.loc[table["narrowed"] > UNTOLD, "component"].tolist()
    if little:
        lines.append(f"The data hardly determine {listed(little)}.")
    low, high = table["prior_share"] < SURPRISED, table["prior_share"] > 1 - SURPRISED
    for row in table[low | high].to_dict("records"):
        side = "smaller" if row["prior_share"] < SURPRISED else "larger"
        share = min(row["prior_share"], 1 - row["prior_share"])
        lines.append(
            f"{row['component']} is {side} than the prior expected: "
            f"{row['median']:.3g} against {row['prior_median']:.3g}, with a prior "
            f"probability of {share:.1%} to lie so far out."
        )
    if not (low | high).any():
        lines.append("No scale lies where its prior gave less than 5 %.")
    return " ".join(lines)


def replicates(table: pd.DataFrame, of: str) -> str:
    """Which statistics of the rows replicates show too, and which they do not.

    Parameters
    ----------
    table
        From `predictive.compare_statistics`.
    of
        The replicates meant.
    """
    rows = table[table["of"] == of]
    outside = rows[(rows["observed"] < rows["low"]) | (rows["observed"] > rows["high"])]
    if outside.empty:
        return f"All {len(rows)} statistics lie within 90 % of the {of}'s replicates."
    unlike = [
        f"{row['statistic']} ({row['observed']:.3g}; replicates {row['low']:.3g} to "
        f"{row['high']:.3g})"
        for row in outside.to_dict("records")
    ]
    return (
        f"{len(rows) - len(outside)} of {len(rows)} statistics lie within 90 % of the "
        f"{of}'s replicates. Outside: {listed(unlike)}."
    )


def coverage(table: pd.DataFrame) -> str:
    """Whether intervals that have not seen a row hold as many as they should.

    Parameters
    ----------
    table
        From `cross_validation.coverage`.
    """
    inner, outer = table.iloc[0], table.iloc[-1]
    lines = []
    for row in table.iloc[:-1].to_dict("records"):
        more = row["share"] > row["high"]
        word = (
            "more than" if more else "fewer than" if row["share"] < row["low"] else "as"
        )
        lines.append(
            f"{row['share']:.0%} lie in their {row['level']:.0%} interval, {word} "
            f"replicates do ({row['low']:.0%} to {row['high']:.0%})"
        )
    far = 1 - outer["share"]
    lines.append(
        f"{far:.1%} lie beyond three standard deviations (replicates up to "
        f"{1 - outer['low']:.1%})"
    )
    text = "Of the rows, each left out in turn, " + "; ".join(lines) + "."
    if inner["share"] > inner["high"] and outer["share"] < outer["low"]:
        text += (
            " Too many rows in the middle and too many far out: departures have "
            "heavier tails than the normal distribution. Most years are calmer than "
            "the model thinks, and a few are not."
        )
    return text


def peer(theirs: Peer, paths: Sequence[pd.DataFrame], ours: Sizes, *, unit: str) -> str:
    """How statsmodels' forecast differs from the panel's in the last year, and why.

    Parameters
    ----------
    paths
        Low, median and high by year in one unit: theirs, then ours.
    ours
        Sizes of the panel over the same years.
    unit
        Of the paths.
    """
    (end, other), year = [path.iloc[-1] for path in paths], paths[0].index[-1]
    ratio = (end["high"] - end["low"]) / (other["high"] - other["low"])
    shift = end["median"] - other["median"]
    alike = 1 / LIKE < ratio < LIKE
    its = theirs.sizes
    lines = [
        f"For {year} statsmodels expects {end['median']:.1f} {unit} (90 %: "
        f"{end['low']:.1f} to {end['high']:.1f}), the panel {other['median']:.1f} "
        f"({other['low']:.1f} to {other['high']:.1f}).",
        f"Its median is {abs(shift):.1f} {'higher' if shift > 0 else 'lower'}, its "
        f"interval {'about' if alike else f'{ratio:.1f} times'} as wide.",
        f"From {theirs.figures} figures it puts what will change for good by then at "
        f"{its.lasting:.2g} (standard deviation) and what passes within a year at "
        f"{_small(its.passing)}; the panel at {ours.lasting:.2g} and "
        f"{_small(ours.passing)}.",
    ]
    if abs(its.damping - ours.damping) > MOVED:
        keeps = "it" if its.damping > ours.damping else "the panel"
        lines.append(
            f"It expects {its.damping:.0%} of a change to go on in the next year, the "
            f"panel {ours.damping:.0%}: {keeps} keeps more of the recent pace."
        )
    none = its.passing < SMALL * its.lasting
    if none and ours.passing > 2 * SMALL * ours.lasting:
        lines.append(
            "Its passing part is estimated as none, an edge at which maximum "
            "likelihood of a short series often ends; then all of the last year is "
            "carried forward."
        )
    if not alike and (its.lasting / ours.lasting > 1) == (ratio > 1):
        lines.append(
            f"The {'larger' if ratio > 1 else 'smaller'} lasting change makes its "
            f"interval {'wider' if ratio > 1 else 'narrower'}."
        )
    elif ratio < 1 / LIKE:
        lines.append(
            "Its interval takes the estimated sizes as known; the panel's has their "
            "uncertainty in it."
        )
    return " ".join(lines)


def _small(size: float) -> str:
    return f"{size:.2g}" if size > NOTHING else "0"
