"""Lists that the desk shows: indicators to choose from, and targets of the plan."""

from collections.abc import Mapping

from markupsafe import Markup

from cszt_models.present.sentences.goals import goal
from cszt_models.present.sentences.numbers import unit
from cszt_models.project.plan import Target
from cszt_models.project.project import Project

BRACKETS: Mapping[str, str] = {"en": "{} ({})", "zh": "{}（{}）"}


def indicator_names(project: Project, language: str) -> list[tuple[str, str]]:
    """Indicators by their names with units.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> dict(indicator_names(load_project(), "zh"))["地区生产总值增速（不变价）（%）"]
    'gdp_real_growth'
    """
    return [
        (
            BRACKETS[language].format(
                quantity.label.in_language(language), unit(quantity.unit, language)
            ),
            name,
        )
        for name, quantity in project.indicators.items()
    ]


def target_list(
    project: Project, targets: Mapping[str, Target], language: str
) -> Markup:
    """Targets as an HTML list: indicator, region, year and what is asked.

    Parameters
    ----------
    project
        Has the names of regions.
    targets
        By id.
    language
        ``"en"`` or ``"zh"``.
    """
    line = Markup("<li>{} · {} · {} · {}</li>")
    lines = [
        line.format(
            target.label.in_language(language),
            project.places[target.region].in_language(language),
            target.year,
            goal(target, language),
        )
        for target in targets.values()
    ]
    return Markup("<ul>{}</ul>").format(Markup("").join(lines))
