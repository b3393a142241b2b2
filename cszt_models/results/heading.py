"""Headings: the date, scenario and seed that a table is of."""

from typing import Any

from cszt_models.targets.attainment import Assessment


def heading(assessment: Assessment, language: str = "en", subject: str = "") -> str:
    """A title with the as-of date, the scenario with its hash, and the seed.

    Parameters
    ----------
    subject
        What the table shows, put before; nothing if empty.
    """
    scenario = assessment.scenario
    named = f"{scenario.name} ({scenario.hash})"
    day, seed = assessment.as_of, assessment.seed
    if language == "zh":
        start = f"{subject}，" if subject else ""
        return f"{start}截至{day}，情景{named}，随机种子{seed}"
    start = f"{subject}, as" if subject else "As"
    return f"{start} known at {day}, scenario {named}, seed {seed}"


def numbers(frame: Any, form: str) -> list[str]:
    """Numbers as text of one form, with a minus sign, which never stands before zero.

    Examples
    --------
    >>> numbers([0.5, -0.001, -1], "{:+.2f}")
    ['+0.50', '+0.00', '−1.00']
    """
    texts = [form.format(value) for value in frame]
    zero = {form.format(-0.0): form.format(0.0)}
    return [zero.get(text, text).replace("-", "\N{MINUS SIGN}") for text in texts]
