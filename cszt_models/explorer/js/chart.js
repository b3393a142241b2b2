// A fan beside the distribution at the target's year, on one scale, as SVG.

const INK = "#1b1f24", SOFT = "#5b6470", GRID = "#e6e9ed", BAND = "#0072B2";
const GOAL = "#B3261E", MISS = "#c3cad3", KEPT = "#9A4A00", BASE = "#6d7682";
const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
const BANDS = [[0, 6, 0.14], [1, 5, 0.2], [2, 4, 0.3]];
const BINS = 30;

const attributes = (given) =>
  Object.entries(given).map(([name, value]) => `${name}="${value}"`).join(" ");
const tag = (name, given, body = "") => `<${name} ${attributes(given)}>${body}</${name}>`;
const text = (x, y, words, given = {}) =>
  tag("text", { x: x.toFixed(1), y: y.toFixed(1), fill: SOFT, ...given }, escaped(words));
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const escaped = (words) => String(words).replace(/[&<>"]/g,
  (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** Round ticks inside a range. */
function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((s) => s >= rough);
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high + step * 1e-9; k++) found.push(k * step);
  return found;
}

/** Quantiles of each year (null where nothing is known). */
const fan = (path) => path.map((draws) => {
  if (!draws) return null;
  const sorted = Float64Array.from(draws).sort();
  return LEVELS.map((p) => quantile(sorted, p));
});

/** The range of the axis: all of the baseline, and of the present settings. */
function span(chart) {
  if (chart.range) return chart.range;
  const seen = [...chart.history.map(([, value]) => value), chart.target.value];
  for (const one of [chart.base, chart.fan]) {
    for (const q of one) if (q) seen.push(q[0], q[6]);
  }
  for (const draws of [chart.baseDraws, chart.draws]) {
    const sorted = Float64Array.from(draws).sort();
    seen.push(quantile(sorted, 0.01), quantile(sorted, 0.99));
  }
  const low = Math.min(...seen), high = Math.max(...seen);
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
}

/**
 * The picture as SVG text.
 *
 * chart: years, history [[year, value]], fan and base (quantiles by year), kept (medians
 * by year or null), draws and baseDraws at the target's year, target, unit, words, and
 * the verdict of a resolved target.
 */
function draw(chart, width, height) {
  const small = width < 520;
  const side = Math.min(Math.max(width * 0.24, 78), 190), gap = small ? 14 : 20;
  const box = { left: small ? 44 : 54, top: 26, bottom: height - 26 };
  box.right = width - side - gap;
  const [low, high] = span(chart);
  const years = [chart.history.length ? chart.history[0][0] : chart.years[0], chart.years.at(-1)];
  const x = (year) =>
    box.left + ((year - years[0]) / (years[1] - years[0])) * (box.right - box.left - 8);
  const y = (value) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
  const made = [
    axes(chart, { box, x, y, low, high, years, small, width }),
    bands(chart, x, y),
    distribution(chart, { left: width - side, right: width - 2, y, low, high, box, small }),
    goal(chart, { box, x, y, width }),
    lines(chart, x, y),
  ];
  const value = (pixel) => low + ((box.bottom - pixel) / (box.bottom - box.top)) * (high - low);
  return { svg: made.join(""), x, y, value, range: [low, high] };
}

function axes(chart, { box, x, y, low, high, years, small, width }) {
  let made = "";
  for (const value of ticks(low, high, small ? 4 : 6)) {
    const at = y(value);
    if (at < box.top - 4) continue;
    made += tag("line", { x1: box.left, x2: width, y1: at, y2: at, stroke: GRID });
    made += text(box.left - 7, at + 4, figure(value, chart.unit), { "text-anchor": "end" });
  }
  const step = [1, 2, 5, 10].find((k) => (years[1] - years[0]) / k <= (small ? 4 : 8));
  for (let year = years[1]; year >= years[0]; year -= step) {
    made += text(x(year), box.bottom + 18, year, { "text-anchor": "middle" });
  }
  made += tag("line", {
    x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom, stroke: "#8a9099",
  });
  return made + text(small ? 2 : 8, 14, chart.unitName);
}

/** Years of the fan, from the last published one. */
const ahead = (chart) =>
  chart.years.map((year, t) => [year, chart.fan[t]]).filter(([, q]) => q);

function bands(chart, x, y) {
  const told = ahead(chart);
  return BANDS.map(([a, b, opacity]) => {
    const up = told.map(([year, q]) => `${x(year).toFixed(1)},${y(q[b]).toFixed(1)}`);
    const down = told.map(([year, q]) => `${x(year).toFixed(1)},${y(q[a]).toFixed(1)}`);
    return tag("polygon", {
      points: [...up, ...down.reverse()].join(" "), fill: BAND, "fill-opacity": opacity,
    });
  }).join("");
}

const polyline = (points, given) => tag("polyline", {
  points: points.map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" "),
  fill: "none", "stroke-linejoin": "round", ...given,
});

function lines(chart, x, y) {
  const median = (rows) => chart.years
    .map((year, t) => rows[t] && [x(year), y(rows[t][3])]).filter((one) => one);
  const told = chart.history.map(([year, value]) => [x(year), y(value)]);
  const dots = told.map(([cx, cy]) =>
    tag("circle", { cx: cx.toFixed(1), cy: cy.toFixed(1), r: 2.6, fill: INK }));
  const changed = chart.base !== chart.fan;
  return [
    changed ? polyline(median(chart.base), { stroke: BASE, "stroke-width": 1.4 }) : "",
    chart.kept ? polyline(median(chart.kept),
      { stroke: KEPT, "stroke-width": 1.8, "stroke-dasharray": "7 3 1.5 3" }) : "",
    polyline(median(chart.fan),
      { stroke: BAND, "stroke-width": 2.4, "stroke-dasharray": "5 3", class: "median" }),
    polyline(told, { stroke: INK, "stroke-width": 1.7 }), ...dots,
  ].join("");
}

/** The target: a line through both pictures, a mark at its year, and its value. */
function goal(chart, { box, x, y, width }) {
  const { year, value } = chart.target, at = y(value);
  const cx = x(year), r = 5.5;
  const words = `${chart.words.target} ${figure(value, chart.unit)}`;
  return tag("line", {
    x1: box.left, x2: width, y1: at, y2: at,
    stroke: GOAL, "stroke-width": 1.4, "stroke-dasharray": "2 3",
  }) + tag("path", {
    d: `M${cx} ${at - r}L${cx + r} ${at}L${cx} ${at + r}L${cx - r} ${at}Z`, fill: GOAL,
  }) + text(box.left + 5, at < box.top + 16 ? at + 16 : at - 6, words, { // clear of the axis' title
    fill: GOAL, "paint-order": "stroke", stroke: "#fff", "stroke-width": 3,
    "stroke-linejoin": "round",
  });
}

function counts(draws, low, high) {
  const found = new Float64Array(BINS);
  for (const value of draws) {
    const k = Math.floor(((value - low) / (high - low)) * BINS);
    if (k >= 0 && k < BINS) found[k] += 1 / draws.length;
  }
  return found;
}

/** Futures of the target's year, lying on their side; those that meet it are dark. */
function distribution(chart, { left, right, y, low, high, box, small }) {
  const { target, words } = chart;
  const now = counts(chart.draws, low, high), was = counts(chart.baseDraws, low, high);
  const most = Math.max(...now, ...was), width = right - left;
  const edge = (k) => low + ((high - low) * k) / BINS;
  const over = target.sense !== "at_most";
  let made = tag("line", { x1: left, x2: left, y1: box.top, y2: box.bottom, stroke: "#8a9099" });
  now.forEach((share, k) => {
    if (!share) return;
    const long = (share / most) * width;
    const cut = Math.min(Math.max(target.value, edge(k)), edge(k + 1));
    for (const [from, to, meets] of [[edge(k), cut, !over], [cut, edge(k + 1), over]]) {
      if (to - from <= 0) continue;
      const tall = y(from) - y(to);
      made += tag("rect", {
        x: left.toFixed(1), y: y(to).toFixed(1), width: long.toFixed(1),
        height: Math.max(tall - 0.6, 0.4).toFixed(1), fill: meets ? BAND : MISS,
      });
    }
  });
  if (chart.draws !== chart.baseDraws) {
    let path = `M${left} ${y(low)}`;
    was.forEach((share, k) => {
      path += `H${(left + (share / most) * width).toFixed(1)}V${y(edge(k + 1)).toFixed(1)}`;
    });
    made += tag("path", { d: path, fill: "none", stroke: BASE, "stroke-width": 1.2 });
  }
  const told = chart.resolved ? words.published : words.at(target.year);
  const head = text(small ? right : left, 14, told, small ? { "text-anchor": "end" } : {});
  const foot = chart.resolved || words.meets(chart.chance);
  return made + head + text(right, box.bottom + 18, foot,
    { "text-anchor": "end", fill: chart.resolved ? INK : BAND, "font-weight": 600 });
}
