// Conditions: exact in the kernel; here draws are moved as if all were Gaussian.
//
// A condition says something of one indicator of one place in years. With quantities y of
// the conditions, on scales without bounds, and drawn cells c, each draw becomes
//
//     c + cov(c, y) cov(y)^-1 (y* - y)
//
// and, since levels are no straight lines in the cells, again until y is y*.

const ROUNDS = 4;

/** What a condition is about, as draws on a scale without bounds. */
function quantity(view, paths, condition) {
  const { indicator, region, first, last } = condition;
  const years = paths(indicator, region).slice(view.years.indexOf(first), view.years.indexOf(last) + 1);
  const total = new Float64Array(view.n);
  for (const draws of years) draws.forEach((x, i) => { total[i] += unbound(indicator, x); });
  return total.map((x) => x / years.length);
}

/** A value of an indicator on that scale: log of levels and growth, logit of shares. */
function unbound(indicator, x) {
  if (indicator === GROWTH) return Math.log1p(x / 100);
  if ([GDP, PEOPLE, URBAN_PEOPLE].includes(indicator)) return Math.log(x);
  const share = Math.min(Math.max(x, 0.001), 99.999);
  return Math.log(share / (100 - share));
}

/** Single years and averages; what is about each of several years is one for each. */
function apart(conditions) {
  return conditions.flatMap((one) => {
    if (one.average || one.first === one.last) return [one];
    const years = Array.from({ length: one.last - one.first + 1 }, (_, k) => one.first + k);
    return years.map((year) => ({ ...one, first: year, last: year }));
  });
}

/** Whether the browser can take a condition for granted. */
function pinnable(view, condition) {
  const known = [GDP, GROWTH, PEOPLE, URBAN, URBAN_PEOPLE, ...view.measures.map((one) => one.id)];
  const places = [...view.regions, ...view.groups.map((one) => one.id)];
  return ["value", "about"].includes(condition.says.kind) && known.includes(condition.indicator) &&
    places.includes(condition.region) && view.years.includes(condition.first) &&
    view.years.includes(condition.last) && condition.first > view.years[0];
}

/** Numbers like draws of a standard normal, the same each time. */
function noise(n, seed) {
  let state = 2654435761 * (seed + 1);
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  return Float64Array.from({ length: n }, () =>
    Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()));
}

const centered = (draws) => {
  const center = mean(draws);
  return draws.map((x) => x - center);
};
const product = (a, b) => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total / a.length;
};

/** Tables of drawn cells of a view, those of growth, prices, people and shares. */
const drawnTables = (view) => ({
  growth: view.cells.growth, price: view.cells.price, population: view.cells.population,
  ...view.logits,
});

/** What each quantity is to be in each draw; soft conditions leave some of what was. */
function aimsOf(view, conditions, drawn, covariance) {
  const value = ({ says }) => (says.kind === "about" ? says.mean : says.value);
  const middle = conditions.map((one) => unbound(one.indicator, value(one)));
  const sd = conditions.map((one, k) => (one.says.kind === "about"
    ? Math.abs(unbound(one.indicator, value(one) + one.says.sd) - middle[k]) : 0));
  const wider = inverted(covariance.map((row, i) => row.map((x, j) =>
    x + (i === j ? sd[i] ** 2 : 0))));
  const gain = covariance.map((row) => wider[0].map((_, j) =>
    row.reduce((all, x, k) => all + x * wider[k][j], 0)));
  const wanted = sd.map((size, k) => noise(view.n, k).map((z) => middle[k] + size * z));
  return drawn.map((y, i) => y.map((x, d) =>
    gain[i].reduce((all, g, k) => all + g * (wanted[k][d] - drawn[k][d]), x)));
}

/** The view with its draws moved to meet conditions once settings act. */
function pinned(view, { settings, conditions, effects }) {
  const asked = apart(conditions.filter((one) => pinnable(view, one)));
  const start = project(view, settings, effects);
  const open = asked.filter((one) => {
    const draws = quantity(view, start, one), center = mean(draws);
    return draws.some((x) => Math.abs(x - center) > 1e-9);
  });
  if (!open.length) return view;
  const drawn = open.map((one) => quantity(view, start, one));
  const first = drawn.map(centered);
  const covariance = first.map((a, i) => first.map((b, j) =>
    product(a, b) * (i === j ? 1 + 1e-9 : 1)));
  const inverse = inverted(covariance);
  const aims = aimsOf(view, open, drawn, covariance);
  const loading = (draws) => {
    const with_ = first.map((y) => product(y, draws)); // y is centered
    return first.map((_, j) => with_.reduce((all, c, k) => all + c * inverse[k][j], 0));
  };
  const tables = drawnTables(view);
  const loadings = Object.fromEntries(Object.entries(tables).map(([name, rows]) =>
    [name, rows.map((row) => row.map((draws) => draws && loading(draws)))]));
  let moved = view;
  for (let round = 0; round < ROUNDS; round++) {
    const paths = project(moved, settings, effects);
    const gaps = open.map((one, k) => {
      const y = quantity(moved, paths, one);
      return y.map((x, i) => aims[k][i] - x);
    });
    if (round && gaps.every((gap) => gap.every((x) => Math.abs(x) < 1e-7))) break;
    const now = drawnTables(moved);
    const next = Object.fromEntries(Object.entries(now).map(([name, rows]) =>
      [name, rows.map((row, r) => row.map((draws, t) => {
        if (!draws) return draws;
        const found = Float64Array.from(draws);
        loadings[name][r][t].forEach((slope, k) => {
          if (slope) for (let i = 0; i < found.length; i++) found[i] += slope * gaps[k][i];
        });
        return found;
      }))]));
    const { growth, price, population, ...logits } = next;
    moved = ready({ ...moved, cells: { ...moved.cells, growth, price, population }, logits });
  }
  return moved;
}
