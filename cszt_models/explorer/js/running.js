// The running year: growth of the year as expected after each release, and what the rest
// of it must be. Stages are those of the baseline; the bar at the right is as set here.

const RUNNING = {
  en: {
    title: (year) => `The running year: growth of ${year}`, place: "Place", reach: "For the year to reach",
    asSet: "as set", rate: (x) => `${x} %`,
    chart: (place, mid, low, high) => `Growth of the year in ${place}: median ${mid} %, 80 % between ${low} and ${high} %`,
    known: (part, growth, share, basis) =>
      `Growth in ${part} was ${growth} %, and it counts for ${share} % of the year (${basis}).`,
    rest: (rate, rest, must) => `For ${rate} % in the year, ${rest} must grow by ${must} %.`,
    expected: (mid, low, high, p) => `Expected as set here are ${mid} % (${low} to ${high}); the year reaches it with probability ${p}.`,
    chance: (rate, p) => `The year reaches ${rate} % with probability ${p}, as set here.`,
    marks: "◆ growth to date · ● estimates · ▼ other releases · paler: width expected as releases fall due",
  },
  zh: {
    title: (year) => `年内进展：${year}年增速`, place: "地区", reach: "全年要达到",
    asSet: "当前设定", rate: (x) => `${x}%`,
    chart: (place, mid, low, high) => `${place}全年增速：中位数${mid}%，80%区间${low}%至${high}%`,
    known: (part, growth, share, basis) => `${part}增长${growth}%，占全年权重${share}%（${basis}）。`,
    rest: (rate, rest, must) => `全年要增长${rate}%，${rest}须增长${must}%。`,
    expected: (mid, low, high, p) => `按当前设定预期为${mid}%（${low}%至${high}%），全年达到的概率为${p}。`,
    chance: (rate, p) => `按当前设定，全年达到${rate}%的概率为${p}。`,
    marks: "◆累计增速 · ●预计数 · ▼其他数据 · 浅色为今后数据公布后预期的区间宽度",
  },
};
const RUNNING_HEIGHT = 230, RUNNING_WIDEST = 720;

function runningFrame(panel) {
  const words = RUNNING[panel.state.language], { running } = panel.view;
  if (!running) return "";
  const options = running.regions.map(({ id }) =>
    `<option value="${escaped(id)}">${escaped(panel.content.regions[id][panel.state.language])}</option>`);
  const title = words.title(running.year);
  return `<section class="setting running" data-at="running" aria-label="${title}">
    <h3>${title}</h3>
    ${options.length > 1 ? `<span class="group"><label class="place">${words.place} <select data-at="running place">${options.join("")}</select></label></span>` : ""}
    <svg data-at="running chart" role="img" width="100%"></svg><p class="hint">${words.marks}</p>
    <label>${words.reach} <input type="range" data-at="running rate" step="0.1"></label>
    <output data-at="running asked"></output><p data-at="running said"></p></section>`;
}

/** Listeners; the place and the rates asked stay with the panel. */
function bindRunning(panel) {
  if (!panel.view.running) return;
  panel.rates = panel.rates || {};
  const places = panel.at("running place");
  const ids = panel.view.running.regions.map(({ id }) => id);
  const asked = panel.view.running.regions.find(({ rates }) => rates.some(({ target }) => target));
  if (!ids.includes(panel.place)) panel.place = asked ? asked.id : ids[0];
  if (places) {
    places.value = panel.place;
    places.onchange = () => { panel.place = places.value; drawRunning(panel); };
  }
  panel.at("running rate").oninput = (event) => {
    panel.rates[panel.place] = Number(event.target.value);
    drawRunning(panel);
  };
}

/** Growth in the rest of a year, as `rest_growth` of Python. */
const restGrowth = (year, { growth, weight }) => (year - weight * growth) / (1 - weight);

function drawRunning(panel) {
  const { running } = panel.view;
  if (!running) return;
  const { state, view } = panel, words = RUNNING[state.language];
  const region = running.regions.find(({ id }) => id === panel.place);
  const draws = panel.now.paths(GROWTH, region.id)[view.years.indexOf(running.year)];
  const sorted = Float64Array.from(draws).sort(), set = LEVELS.map((p) => quantile(sorted, p));
  const one = (x) => minus(x.toFixed(1));
  const asked = panel.rates[region.id] ?? (region.rates.length ? region.rates[0].rate : set[3]);
  const rate = Math.round(asked * 10) / 10;
  const every = [rate, ...set, ...region.stages.flatMap(({ q }) => q),
    ...region.marks.filter(({ own }) => own).map(({ value }) => value)];
  const range = [Math.floor(Math.min(...every) - 0.2), Math.ceil(Math.max(...every) + 0.2)];
  const slider = panel.at("running rate");
  Object.assign(slider, { min: range[0], max: range[1] });
  slider.value = rate;
  slider.style.setProperty("--from", "0%");
  slider.style.setProperty("--to", `${(100 * (rate - range[0])) / (range[1] - range[0])}%`);
  panel.at("running asked").textContent = words.rate(one(rate));
  slider.setAttribute("aria-valuetext", words.rate(one(rate)));
  const chance = percent(chanceOf(draws, { sense: "at_least" }, rate), state.language);
  const known = region.to_date, said = [];
  if (known) {
    const [mid, low, high] = [3, 1, 5].map((k) => one(restGrowth(set[k], known)));
    said.push(words.known(known.part[state.language], one(known.growth), Math.round(100 * known.weight), known.basis[state.language]));
    said.push(words.rest(one(rate), known.rest[state.language], one(restGrowth(rate, known))));
    said.push(words.expected(mid, low, high, chance));
  } else said.push(words.chance(one(rate), chance));
  panel.at("running said").textContent = said.join(state.language === "en" ? " " : "");
  const svg = panel.at("running chart");
  const width = Math.min(Math.max(panel.at("running").clientWidth, 240), RUNNING_WIDEST);
  svg.setAttribute("viewBox", `0 0 ${width} ${RUNNING_HEIGHT}`);
  svg.setAttribute("height", RUNNING_HEIGHT);
  const place = panel.content.regions[region.id][state.language];
  svg.setAttribute("aria-label", words.chart(place, ...[3, 1, 5].map((k) => one(set[k]))));
  svg.innerHTML = runningPicture(region, { set, rate, range, width, words, language: state.language });
}

/** Steps of the fan by day, the releases, the rate asked, and the year as set. */
function runningPicture(region, { set, rate, range, width, words, language }) {
  const day = (text) => Date.parse(text) / 864e5, { stages, marks } = region;
  const left = 36, right = width - 74, top = 14, bottom = RUNNING_HEIGHT - 26;
  const [begin, end] = [day(stages[0].first), day(stages.at(-1).last)];
  const x = (at) => left + ((at - begin) / (end - begin || 1)) * (right - left);
  const y = (value) => bottom - ((value - range[0]) / (range[1] - range[0])) * (bottom - top);
  let made = "";
  for (const value of ticks(...range, 5)) {
    made += tag("line", { x1: left, x2: width - 4, y1: y(value), y2: y(value), stroke: GRID });
    made += text(left - 6, y(value) + 4, minus(Number(value.toFixed(1))), { "text-anchor": "end" });
  }
  const wide = width > 520;
  for (let month = 0, last = -99; ; month += 1) {
    const start = new Date(Date.parse(stages[0].first));
    const at = Date.UTC(start.getUTCFullYear(), month, 1) / 864e5;
    if (at > end) break;
    if (x(at) - last < (wide ? 34 : 44)) continue;
    last = x(at);
    const name = new Date(at * 864e5).toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { month: "short", timeZone: "UTC" });
    made += text(last, RUNNING_HEIGHT - 8, name, { "text-anchor": "middle" });
    made += tag("line", { x1: last, x2: last, y1: bottom, y2: bottom + 4, stroke: SOFT });
  }
  const box = (from, to, q, shade) => BANDS.map(([a, b, opacity]) => tag("rect", {
    x: from.toFixed(1), y: y(q[b]).toFixed(1), width: Math.max(to - from, 1).toFixed(1),
    height: Math.max(y(q[a]) - y(q[b]), 0.5).toFixed(1), fill: BAND, "fill-opacity": opacity * shade,
  })).join("") + tag("line", {
    x1: from.toFixed(1), x2: to.toFixed(1), y1: y(q[3]).toFixed(1), y2: y(q[3]).toFixed(1),
    stroke: BAND, "stroke-width": 2.2, "stroke-opacity": shade,
  });
  for (const { first, last, ahead, q } of stages) made += box(x(day(first)), x(day(last)), q, ahead ? 0.45 : 1);
  made += box(right + 22, right + 52, set, 1);
  made += text(right + 37, RUNNING_HEIGHT - 8, words.asSet, { "text-anchor": "middle" });
  made += tag("line", { x1: left, x2: width - 4, y1: y(rate), y2: y(rate), stroke: GOAL, "stroke-width": 1.6, "stroke-dasharray": "2 3" });
  for (const mark of marks) made += runningMark(mark, { stages, x, y, day, language });
  return made;
}

function runningMark({ day: on, value, own, short, name }, { stages, x, y, day, language }) {
  const stage = stages.find(({ first }) => first === on);
  const cx = x(day(on)), cy = y(own ? value : stage.q[3]), r = 5.5;
  const told = `<title>${escaped(name[language])} ${value}%</title>`;
  if (!own) return tag("path", { d: `M${cx - 4} ${cy - 9}h8l-4 7z`, fill: INK }, told);
  if (!short[language]) return tag("circle", { cx, cy, r: 4.5, fill: INK }, told);
  return tag("path", { d: `M${cx} ${cy - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z`, fill: INK }, told) +
    text(cx, cy - 10, short[language], { "text-anchor": "middle", fill: INK, "font-weight": 600, "paint-order": "stroke", stroke: "#fff", "stroke-width": 3 });
}
