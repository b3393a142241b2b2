// Setting a target: its value dragged along the curve of value against chance.

const SETTING = {
  en: {
    title: "Set the target", value: "Value", set: (p) => `Set at ${p} %`, plan: "As in the plan",
    chance: (value, p) => `Set at ${value}: met with probability ${p}`,
    curve: (name) => `Chance that values of ${name} are met: drag, or use the slider`,
    like: (n, years, met, low, high) =>
      `Targets like it: ${met} of ${n} past ones were met (${low}–${high} %, counting ${years} years).`,
    assumed: "Levers are assumptions, not policies.",
  },
  zh: {
    title: "设定目标值", value: "数值", set: (p) => `按${p}%概率设定`, plan: "规划目标值",
    chance: (value, p) => `定为${value}时，实现概率为${p}`,
    curve: (name) => `${name}各数值的实现概率：可拖动，或用滑块`,
    like: (n, years, met, low, high) =>
      `同类目标：以往${n}个中有${met}实现（${low}–${high}%，以${years}个年份计）。`,
    assumed: "调节项是假设，不是政策。",
  },
};
const CHANCES = [0.9, 0.7, 0.5, 0.2], CURVE_HEIGHT = 130, WIDEST = 640;

/** Share of draws that meet a value of a target. */
function chanceOf(draws, target, value) {
  const meets = {
    at_most: (x) => x <= value, exceeds: (x) => x > value,
  }[target.sense] || ((x) => x >= value);
  return draws.reduce((count, x) => count + meets(x), 0) / draws.length;
}

/**
 * Chance of a value from the panel's draws, shifted in log odds so that the target's own
 * value has the figure of all draws where that is known: one target has one number.
 */
function chanceAt(draws, target, exact) {
  const shift = shiftTo(exact, chanceOf(draws, target, target.value));
  return (value) => value === target.value && exact !== undefined ? exact
    : shifted(chanceOf(draws, target, value), shift);
}

const odds = (p) => Math.log(p / (1 - p));

/** Difference of log odds; none where a chance is 0, 1 or not known. */
function shiftTo(exact, own) {
  const open = (p) => p > 0 && p < 1;
  return open(exact) && open(own) ? odds(exact) - odds(own) : 0;
}

/** A chance after a shift of its log odds. */
const shifted = (p, shift) => (shift && p > 0 && p < 1 ? 1 / (1 + Math.exp(-(odds(p) + shift))) : p);

/** The value that is met with a chance, as `quantile_for` of Python. */
function valueAt(sorted, target, chance) {
  return quantile(sorted, target.sense === "at_most" ? chance : 1 - chance);
}

function settingFrame(panel) {
  const words = SETTING[panel.state.language];
  const buttons = CHANCES.map((p) =>
    `<button type="button" data-chance="${p}">${words.set(100 * p)}</button>`);
  return `<section class="setting" data-at="setting" aria-label="${words.title}">
    <h3>${words.title}</h3><svg data-at="curve" role="img" width="100%"></svg>
    <label>${words.value} <input type="range" data-at="asked value"></label>
    <output data-at="asked chance"></output>
    <span class="group">${buttons.join("")}<button type="button" data-chance="">${words.plan}</button></span>
    <p data-at="like"></p><p class="hint">${words.assumed}</p></section>`;
}

/** Listeners of the setting; values asked stay with the panel, by target. */
function bindSetting(panel) {
  panel.asked = panel.asked || {};
  const ask = (value) => { panel.asked[panel.state.shown] = value; drawSetting(panel); };
  panel.at("asked value").oninput = (event) => ask(Number(event.target.value));
  for (const button of panel.at("setting").querySelectorAll("[data-chance]")) {
    button.onclick = () => ask(button.dataset.chance
      ? valueAt(panel.curve.sorted, panel.target, shifted(Number(button.dataset.chance), -panel.curve.shift))
      : undefined);
  }
  const svg = panel.at("curve");
  const drag = (event) => {
    if (!event.buttons || !panel.curve) return;
    const { left } = svg.getBoundingClientRect();
    ask(panel.curve.value(event.clientX - left));
  };
  svg.onpointerdown = (event) => { svg.setPointerCapture(event.pointerId); drag(event); };
  svg.onpointermove = drag;
}

/** The curve of value against chance for the target shown, and the value asked on it. */
function drawSetting(panel) {
  const { target, view, state } = panel, mine = panel.now.targets[target.id];
  const words = SETTING[state.language], box = panel.at("setting"), unit = target.unit;
  box.hidden = !mine || view.outcomes[target.id] !== undefined || target.sense === "equals";
  if (box.hidden) return;
  const sorted = Float64Array.from(mine.draws).sort();
  const value = panel.asked[target.id] ?? target.value;
  const ends = [quantile(sorted, 0.02), quantile(sorted, 0.98), value, target.value];
  const low = Math.min(...ends), high = Math.max(...ends);
  const svg = panel.at("curve"), width = Math.min(Math.max(box.clientWidth, 220), WIDEST);
  const left = 44, right = width - 10, top = 8, bottom = CURVE_HEIGHT - 22;
  const x = (one) => left + ((one - low) / (high - low || 1)) * (right - left);
  const y = (p) => bottom - p * (bottom - top);
  const inside = (one) => Math.min(Math.max(one, low), high);
  const told = (panel.exact(panel.setup) || { targets: {} }).targets[target.id];
  const exact = told ? told.probability : undefined, at = chanceAt(mine.draws, target, exact);
  const shift = shiftTo(exact, chanceOf(mine.draws, target, target.value));
  panel.curve = { sorted, shift, value: (pixel) => inside(low + ((pixel - left) / (right - left)) * (high - low)) };
  const steps = Array.from({ length: 61 }, (_, k) => low + ((high - low) * k) / 60);
  const chance = at(value);
  let made = "";
  for (const p of [0, 0.5, 1]) {
    made += tag("line", { x1: left, x2: right, y1: y(p), y2: y(p), stroke: GRID });
    made += text(left - 6, y(p) + 4, `${100 * p}%`, { "text-anchor": "end" });
  }
  const even = ticks(low, high, width < 400 ? 3 : 5);
  for (const one of even) made += text(x(one), CURVE_HEIGHT - 6, figure(one, unit), { "text-anchor": "middle" });
  made += polyline(steps.map((one) => [x(one), y(at(one))]),
    { stroke: BAND, "stroke-width": 2.4 });
  made += tag("line", {
    x1: x(target.value), x2: x(target.value), y1: top, y2: bottom, stroke: GOAL, "stroke-dasharray": "2 3",
  });
  made += tag("circle", { cx: x(value), cy: y(chance), r: 6, fill: INK });
  svg.setAttribute("viewBox", `0 0 ${width} ${CURVE_HEIGHT}`);
  svg.setAttribute("height", CURVE_HEIGHT);
  svg.setAttribute("aria-label", words.curve(target.name[state.language]));
  svg.innerHTML = made;
  const slider = panel.at("asked value"), said = panel.at("asked chance");
  const step = 10 ** Math.floor(Math.log10((high - low || 1) / 50));
  Object.assign(slider, { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step, step });
  slider.value = value;
  const named = target.unit_name[state.language];
  const shown = valued(figure(value, unit), named, state.language);
  const near = told && value !== target.value ? "≈ " : ""; // from the panel's own draws
  said.textContent = words.chance(shown, near + percent(chance, state.language));
  slider.setAttribute("aria-valuetext", said.textContent);
  const like = (view.reference || {})[target.id];
  panel.at("like").textContent = like ? words.like(like.n, like.years,
    percent(like.met, state.language), Math.round(100 * like.low), Math.round(100 * like.high)) : "";
}
