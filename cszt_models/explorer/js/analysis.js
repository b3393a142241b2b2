// What is worked out once the hand rests: needed growth and plausibility.

const median = (draws) => quantile(Float64Array.from(draws).sort(), 0.5);

/** Real growth a year that gives the GDP target an even chance, or null. */
function neededGrowth(view, targets, { settings, effects }) {
  const target = targets.find((one) => one.indicator === GDP && view.status[one.id] !== "no_data");
  if (!target || view.outcomes[target.id] !== undefined) return null;
  const end = view.years.indexOf(target.year);
  const group = view.groups.find((one) => one.id === target.region);
  const members = group ? group.members : [view.regions.indexOf(target.region)];
  const open = view.years.map((_, t) => t <= end && view.years[t] >= view.now && members.some((r) =>
    view.free[GDP][r][t] && view.published.regions[GROWTH][r][t] === null));
  const first = open.indexOf(true);
  if (first < 0) return null;
  const gap = (more) => {
    const paths = project(view, [...settings, plain("growth", more)], effects);
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
 * Averages of a region over the open years, by draw: real and nominal growth, population
 * growth, and the last year's shares as logits; only what is still open.
 */
function averages(view, paths, place, last) {
  const at = view.years.indexOf(last), found = [];
  const logits = (draws) => draws.map((x) => Math.log(x / (100 - x)));
  const growth = paths(GROWTH, place);
  const total = new Float64Array(view.n);
  for (let t = 1; t <= at; t++) {
    if (growth[t]) growth[t].forEach((x, i) => { total[i] += Math.log1p(x / 100); });
  }
  found.push(total, paths(GDP, place)[at].map(Math.log), paths(PEOPLE, place)[at].map(Math.log));
  for (const name of [URBAN, ...view.measures.map((one) => one.id)]) {
    found.push(logits(paths(name, place)[at].map((x) => Math.min(Math.max(x, 0.01), 99.99))));
  }
  return found;
}

/**
 * Share of the model's own futures that lie at least as far from what it expects as the
 * settings move its mean, in the metric of the averages that they move; null where none
 * is moved.
 */
function plausibility(view, base, now, place, last) {
  const before = averages(view, base, place, last), after = averages(view, now, place, last);
  const rows = [];
  before.forEach((draws, k) => {
    const shift = mean(after[k]) - mean(draws), center = mean(draws);
    const off = draws.map((x) => x - center);
    const sd = Math.sqrt(mean(off.map((x) => x * x)));
    if (sd > 1e-9 && Math.abs(shift) > 1e-6 * sd) rows.push({ shift: shift / sd, off: off.map((x) => x / sd) });
  });
  if (!rows.length) return null;
  const covariance = rows.map((a, i) => rows.map((b, j) =>
    mean(a.off.map((x, d) => x * b.off[d])) + (i === j ? 1e-9 : 0)));
  const inverse = inverted(covariance);
  const far = (v) => v.reduce((all, a, i) => all + a * v.reduce((t, b, j) => t + inverse[i][j] * b, 0), 0);
  const distance = far(rows.map((one) => one.shift));
  let further = 0;
  for (let d = 0; d < view.n; d++) further += far(rows.map((one) => one.off[d])) >= distance ? 1 : 0;
  return further / view.n;
}

/** Plausibility of what is set where it is least, among the places of headline targets. */
function leastPlausible(view, base, now, targets) {
  const headlines = targets.filter((one) => one.headline);
  const ends = new Map((headlines.length ? headlines : targets.slice(0, 1))
    .map((one) => [`${one.region} ${one.year}`, one]));
  const found = [...ends.values()]
    .map((one) => plausibility(view, base, now, one.region, one.year)).filter((p) => p !== null);
  return found.length ? Math.min(...found) : null;
}

/** Inverse of a small matrix by Gauss and Jordan. */
function inverted(matrix) {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < size; k++) {
    const best = rows.slice(k).reduce((top, row, i) =>
      (Math.abs(row[k]) > Math.abs(rows[top][k]) ? k + i : top), k);
    [rows[k], rows[best]] = [rows[best], rows[k]];
    const pivot = rows[k][k];
    rows[k] = rows[k].map((x) => x / pivot);
    rows.forEach((row, i) => {
      if (i !== k) rows[i] = row.map((x, j) => x - row[k] * rows[k][j]);
    });
  }
  return rows.map((row) => row.slice(size));
}
