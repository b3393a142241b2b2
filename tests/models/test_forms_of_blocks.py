"""Forms in priors.yaml: components they have, weights, and what is refused."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import yaml

from cszt_models.errors import DataError
from cszt_models.models.panels import panels
from cszt_models.models.priors import read_priors
from cszt_models.project.observations import as_of

DAY = date(2021, 6, 30)


@pytest.fixture(scope="module")
def known(observations):
    return as_of(observations, DAY)


def panel(known, project, priors):
    return panels(known, project, DAY, priors=priors)["urbanization"]


def weighted(priors, **weights):
    block = priors["urbanization"]
    forms = [replace(f, weight=weights.get(f.name, 0.0)) for f in block.forms]
    return {**priors, "urbanization": replace(block, forms=tuple(forms))}


def test_a_form_has_its_components_and_those_of_all(known, czt):
    built = panel(known, czt, read_priors(czt))
    damped = next(form for form in built.forms if form.name == "damped")
    assert {"level", "shock", "trend", "region_trend"} <= set(damped.components)
    assert not {"drift", "brief_trend", "drift_walk"} & set(damped.components)
    assert sum(form.weight for form in built.forms) == pytest.approx(1)


def test_a_form_of_weight_zero_is_as_if_it_were_not_there(known, czt):
    built = panel(known, czt, weighted(read_priors(czt), damped=1.0))
    assert not built.forms
    names = {component.name for component in built.components}
    assert "trend" in names
    assert not {"drift", "short_trend", "brief_trend"} & names


def test_a_component_may_have_a_damping_of_its_own(known, czt):
    """A damping of 0.3 carries less of a change than the block's."""
    parts = {c.name: c for c in panel(known, czt, read_priors(czt)).components}
    steps = [
        np.diff(np.diff(parts[n].shape[:4, :4]).T) for n in ("trend", "short_trend")
    ]
    carried = [step[1, 2] / step[1, 1] for step in steps]
    assert carried == pytest.approx([0.95, 0.3])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b["forms"]["damped"].update(weight=0.9), "add up to"),
        (lambda b: b["forms"]["damped"].update(weight=-1), "not a number of at least"),
        (lambda b: b["forms"]["damped"].update(components="trend"), "is not a list"),
        (lambda b: b["forms"]["damped"].update(components=["trnd"]), "Did you mean"),
        (lambda b: b["forms"]["damped"].pop("source"), "no source"),
        (lambda b: b["scales"]["shock"].update(damping=0.5), "has no damping"),
        (lambda b: b["scales"]["trend"].update(damping=1.5), "below 1"),
    ],
)
def test_forms_that_make_no_sense_are_refused(czt, tmp_path, change, message):
    entries = yaml.safe_load(czt.file("priors.yaml").read_text(encoding="utf-8"))
    change(entries["urbanization"])
    (tmp_path / "priors.yaml").write_text(yaml.safe_dump(entries), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_priors(replace(czt, folder=tmp_path))
