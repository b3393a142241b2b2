"""``cszt fit``: estimated scales and correlations, and the diagnostics of the fits."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from cszt_models.cli.options import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    Engine,
    Json,
    NoStore,
    ProjectDir,
    Request,
    Seed,
    print_json,
    show,
    working,
)

if TYPE_CHECKING:
    from cszt_models.inference.joint_fit import Step

EPILOG = "Examples: `cszt fit --as-of 2021-06-30` · `cszt fit --engine nuts`"


def fit(
    project: ProjectDir = None,
    as_of: AsOf = None,
    engine: Engine = "marginal",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Fit all blocks, or reuse their fits; print scales before and after, and gate."""
    from cszt_models.present.tables import attainment as tables

    request = Request(project, as_of, seed=seed, draws=draws, no_store=no_store)
    day = request.day
    steps: dict[str, Step] = {}
    with working(f"fitting to what was known at {day}") as status:

        def report(step: "Step") -> None:
            steps[step.name] = step
            status.console.print(f"{step.name:<18} {tables.origin(step)}", markup=False)

        fits = request.fits(engine=engine, on_step=report)
    scales, gates = tables.scales(fits), tables.diagnostics(fits)
    pairs = tables.correlations(fits)
    if as_json:
        head = {"project": request.project.id, "as_of": day.isoformat(), "seed": seed}
        print_json(
            head
            | {"draws": draws, "scales": scales.to_dict("records")}
            | {"correlations": pairs.to_dict("records")}
            | {"gate": gates.to_dict("records")}
            | {"fits": [asdict(step) for step in steps.values()]}
        )
        return
    numbers = ("prior_median", "prior_spread", "median", "low", "high")
    rows = scales.assign(**{n: scales[n].map("{:.3g}".format) for n in numbers})
    show(rows, f"Scales at {day} (80 % interval from low to high)", numbers)
    distinct = pairs[pairs["correlation"].abs() > pairs["sd"]]
    signs = {"correlation": "{:+.2f}".format, "sd": "{:.2f}".format}
    distinct = distinct.assign(
        **{name: distinct[name].map(form) for name, form in signs.items()}
    )
    title = f"Correlated shocks: {len(distinct)} of {len(pairs)} pairs beyond their sd"
    show(distinct, title, ("correlation", "sd"))
    gates = gates.assign(
        value=gates["value"].map("{:.3f}".format),
        ess=gates["ess"].map("{:.0f}".format),
        fit=[tables.origin(steps[name]) for name in gates["block"]],
    )
    title = (
        "Gate: k-hat at most 0.7 and 100 effective scale vectors, R-hat 1.01 and 400"
    )
    show(gates, title, ("rows", "value", "ess", "of"))
