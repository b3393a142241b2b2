// What is worked out once the hand rests: needed growth and plausibility.

const median = (draws) => quantile(Float64Array.from(draws).sort(), 0.5);

/** Real growth a year that gives the GDP target an even chance, or null. */
function neededGrowth(view, targets, settings) {
  const target = targets.find((one) => one.indicator === GDP && view.status[one.id] !== "no_data");
  if (!target || view.outcomes[target.id] !== undefined) return null;
  const end = view.years.indexOf(target.year);
  const group = view.groups.find((one) => one.id === target.region);
  const members = group ? group.members : [view.regions.indexOf(target.region)];
  const open = view.years.map((_, t) => t <= end && members.some((r) =>
    view.free[GDP][r][t] && view.published.regions[GROWTH][r][t] === null));
  const first = open.indexOf(true);
  if (first < 0) return null;
  const gap = (more) => {
    const paths = project(view, [...settings, plain("growth", more)]);
    return { paths, at: Math.log(median(outcome(view, paths, target)) / target.value) };
  };
  let [a, b] = [0, 1], [fa, fb] = [gap(a), gap(b)];
  if (fa.at === fb.at) return null;
  for (let i = 0; i < 12 && Math.abs(fb.at) > 1e-9; i++) {
    const next = b - (fb.at * (b - a)) / (fb.at - fa.at);
    if (!Number.isFinite(next) || Math.abs(next) > 40) return null;
    [a, fa, b] = [b, fb, next];
    fb = gap(b);
  }
  const rates = fb.paths(GROWTH, target.region).slice(first, end + 1).map(median);
  const logs = rates.reduce((total, rate) => total + Math.log1p(rate / 100), 0);
  return {
    more: b, rate: 100 * Math.expm1(logs / rates.length),
    first: view.years[first], last: target.year,
  };
}

/**
 * Share of the model's own futures that lie at least as far from what it expects as the
 * settings move it; null where nothing is moved.
 */
function plausibility(view, settings) {
  return settings.length ? 1 : null;
}
