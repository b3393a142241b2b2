// The panel: one page element that shows a content and answers every move.
//
// `mount(host, content, bridge)` works with a kernel (bridge) and without one (null).

const DEBOUNCE = 250, PATIENCE = 12000, HISTORY_OF_MOVES = 100;

class Panel {
  constructor(host, content, bridge) {
    this.content = content;
    this.bridge = bridge;
    this.views = content.views.map(prepare);
    this.baselines = new Map();
    this.answers = new Map();
    this.moves = [];
    this.scope = "";
    this.silent = !bridge;
    this.state = {
      view: content.views.length - 1, scenario: "baseline", settings: [],
      shown: content.targets[0].id, kept: null, language: "en", ...content.start,
    };
    host.setAttribute("data-lm-suppress-shortcuts", "true"); // keys are the panel's own
    this.root = host.attachShadow ? host.shadowRoot || host.attachShadow({ mode: "open" }) : host;
    this.build();
  }

  get words() { return WORDS[this.state.language]; }
  get view() { return this.views[this.state.view]; }
  get levers() {
    return this.content.levers.filter((lever) => this.acts(lever.id));
  }

  /** Whether a lever can move anything at this date, up to the last year shown. */
  acts(lever) {
    const { free, measures } = this.view;
    const measure = measures.find((one) => one.id === lever || one.part === lever);
    const name = {
      growth: "growth", level: "growth", event_risk: "growth", price: GDP, uncertainty: GDP,
      population: PEOPLE, migration: PEOPLE, urbanization: URBAN,
    }[lever] || measure.id;
    if (lever === "event_risk" && !this.view.drop) return false;
    return free[name].some((row) => row.some((is) => is));
  }

  /** Frames, names and listeners; all that does not change with a lever. */
  build() {
    const { words, content } = this;
    const zh = this.state.language;
    this.root.innerHTML = `<style>${CSS}</style>` + frame(this);
    this.at = (name) => this.root.querySelector(`[data-at="${name}"]`);
    this.root.querySelector(".panel").lang = zh;
    this.at("language").onclick = () => this.change({ language: zh === "en" ? "zh" : "en" }, true);
    this.at("as_of").onchange = (event) => this.change({ view: Number(event.target.value) }, true);
    this.at("scenario").onchange = (event) => this.choose(event.target.value);
    this.at("undo").onclick = () => this.undo();
    this.at("reset").onclick = () => this.choose("baseline");
    this.at("keep").onclick = () => this.change({ kept: this.state.kept ? null : this.named() });
    this.at("python").onclick = () => this.copy(asPython(content, this.view, this.state.settings));
    this.at("command").onclick = () => this.copy(asCommand(content, this.view, this.state));
    this.at("save").onclick = () => this.openSave();
    this.root.querySelectorAll("[data-target]").forEach((tile) => {
      tile.onclick = () => this.change({ shown: tile.dataset.target });
    });
    this.root.querySelectorAll("[name=scope]").forEach((radio) => {
      radio.onchange = () => { this.scope = radio.value; this.draw(); };
    });
    this.root.querySelectorAll("[type=range]").forEach((slider) => this.listen(slider));
    const details = this.root.querySelector("details");
    if (details) details.ontoggle = () => { this.opened = details.open; };
    if (this.watch) this.watch.disconnect();
    this.watch = new ResizeObserver(() => this.later());
    this.watch.observe(this.at("chart"));
    this.draw();
  }

  listen(slider) {
    const { lever } = slider.dataset;
    slider.oninput = () => {
      if (!this.before) this.before = this.snapshot();
      this.move(lever, Number(slider.value));
    };
    slider.onchange = () => { this.remember(this.before); this.before = null; };
    slider.ondblclick = () => this.zero(lever);
    this.at(`zero ${lever}`).onclick = () => this.zero(lever);
  }

  zero(lever) {
    this.remember(this.snapshot());
    this.move(lever, 0);
  }

  move(lever, value) {
    const { regions } = this.view;
    const step = this.content.levers.find((one) => one.id === lever).step;
    const where = this.scope ? [this.scope] : regions;
    const settings = withLever(this.state.settings, lever, rounded(value, step), where, regions);
    this.state = { ...this.state, settings, scenario: this.nameOf(settings) };
    this.later();
    this.asks();
  }

  /** Name of the scenario that sets the same, if one does. */
  nameOf(settings) {
    const hash = scenarioHash(settings);
    const found = this.content.scenarios.find((one) => one.hash === hash);
    return found ? found.name : null;
  }

  choose(name) {
    const found = this.content.scenarios.find((one) => one.name === name);
    this.change({ scenario: name, settings: found ? found.settings : [] });
  }

  change(what, rebuild = false) {
    this.remember(this.snapshot());
    this.state = { ...this.state, ...what };
    if (rebuild) this.build(); else this.later();
    this.asks();
  }

  snapshot() { return JSON.stringify(this.state); }

  remember(before) {
    if (!before || before === this.snapshot()) {
      if (before && before !== this.moves.at(-1)) this.moves.push(before);
    } else this.moves.push(before);
    if (this.moves.length > HISTORY_OF_MOVES) this.moves.shift();
  }

  undo() {
    let before = this.moves.pop();
    while (before && before === this.snapshot()) before = this.moves.pop();
    if (!before) return;
    this.state = JSON.parse(before);
    this.build();
    this.asks();
  }

  named() {
    return { name: this.state.scenario || this.words.own, settings: this.state.settings };
  }

  /** Draw at the next frame; many moves in between are one picture. */
  later() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => { this.pending = 0; this.draw(); });
  }

  evaluate(settings) {
    const { view, content } = this;
    const paths = project(view, settings);
    return { paths, settings, ...assess(view, paths, content.targets) };
  }

  baseline() {
    if (!this.baselines.has(this.state.view)) {
      this.baselines.set(this.state.view, this.evaluate([]));
    }
    return this.baselines.get(this.state.view);
  }

  exact(settings) {
    const hash = scenarioHash(settings);
    return this.view.exact[hash] || this.answers.get(`${this.view.as_of} ${hash}`);
  }

  draw() {
    const { state } = this;
    const base = this.baseline();
    const now = state.settings.length ? this.evaluate(state.settings) : base;
    this.now = now;
    this.tiles(now, base);
    this.sliders();
    this.picture(now, base);
    this.provenance();
    this.buttons();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.afterwards(now, base), 120);
  }

  tiles(now, base) {
    const { words, state, view, content } = this;
    const told = this.exact(state.settings), was = this.exact([]);
    const kept = state.kept && this.keptAnswer();
    const both = told && was;
    const say = (p) => percent(p, state.language);
    const tile = (id, p, before, keptP, resolved) => {
      const box = this.root.querySelector(`[data-tile="${id}"]`);
      const change = 100 * (p - before);
      box.querySelector(".big").textContent = resolved || say(p);
      box.querySelector(".change").textContent = resolved ? ""
        : Math.abs(change) < 0.5 ? (state.settings.length ? words.same : "")
          : words.points(signed(change, 0));
      box.querySelector(".change").dataset.way = Math.abs(change) < 0.5 ? "" : change > 0 ? "up" : "down";
      box.querySelector(".kept").textContent = keptP === undefined || resolved ? "" : words.kept(say(keptP));
      return box;
    };
    for (const target of content.targets) {
      const mine = now.targets[target.id];
      const box = this.root.querySelector(`[data-tile="${target.id}"]`);
      box.setAttribute("aria-pressed", String(state.shown === target.id));
      if (!mine) { box.querySelector(".big").textContent = words.nothing; continue; }
      const outcome = view.outcomes[target.id];
      const resolved = outcome === undefined ? "" : mine.probability ? words.met : words.missed;
      const p = both ? told.targets[target.id].probability : mine.probability;
      const before = both ? was.targets[target.id].probability : base.targets[target.id].probability;
      tile(target.id, p, before, kept ? kept.targets[target.id].probability : undefined, resolved);
      box.dataset.binds = String(now.joint && now.joint.binding === target.id && !resolved);
    }
    if (!now.joint) return;
    const p = both ? told.joint : now.joint;
    const lost = content.targets.some((one) => one.headline &&
      view.outcomes[one.id] !== undefined && now.targets[one.id].probability === 0);
    const box = tile("joint", p.probability, (both ? was.joint : base.joint).probability,
      kept ? kept.joint.probability : undefined, lost ? words.impossible : "");
    box.querySelector(".alone").textContent = lost ? "" : words.alone(say(p.if_independent));
  }

  keptAnswer() {
    const { kept } = this.state;
    const told = this.exact(kept.settings);
    if (told && this.exact(this.state.settings)) return told;
    const key = `${this.state.view} ${scenarioHash(kept.settings)}`;
    if (this.keptKey !== key) [this.keptKey, this.keptFound] = [key, this.evaluate(kept.settings)];
    return this.keptFound;
  }

  sliders() {
    const { words, state, view } = this;
    for (const lever of this.content.levers) {
      const slider = this.root.querySelector(`[type=range][data-lever="${lever.id}"]`);
      if (!slider) continue;
      const where = this.scope ? [this.scope] : view.regions;
      const values = valuesOf(state.settings, lever.id, where);
      const mixed = values.some((value) => value === null || value !== values[0]);
      const value = mixed ? values.reduce((a, b) => a + (b || 0), 0) / values.length : values[0];
      if (this.root.activeElement !== slider || Number(slider.value) !== value) slider.value = value;
      const digits = Math.max(0, -Math.floor(Math.log10(lever.step) + 1e-9));
      const amount = value ? signed(value, digits) : "0";
      const shown = mixed ? words.several : `${amount} ${lever.unit[state.language]}`;
      this.at(`value ${lever.id}`).textContent = shown;
      slider.setAttribute("aria-valuetext", shown);
      const share = (x) => ((x - lever.low) / (lever.high - lever.low)) * 100;
      const ends = [share(Math.min(0, value)), share(Math.max(0, value))];
      slider.style.setProperty("--from", `${ends[0]}%`);
      slider.style.setProperty("--to", `${ends[1]}%`);
      this.at(`zero ${lever.id}`).disabled = !mixed && value === 0;
    }
  }

  picture(now, base) {
    const { state, words, view, content } = this;
    const target = content.targets.find((one) => one.id === state.shown);
    const svg = this.at("chart"), box = this.at("figure");
    this.at("chart title").textContent = `${target.name[state.language]} · ${target.goal[state.language]}`;
    const mine = now.targets[target.id];
    if (!mine) { svg.innerHTML = ""; return; }
    const name = target.indicator === AVERAGE ? GROWTH : target.indicator;
    const known = view.history[target.id];
    const last = known.length ? known.at(-1)[0] : view.years[0];
    const from = (one) => {
      const key = `${target.id} ${this.state.view}`;
      one.fans = one.fans || {};
      one.fans[key] = one.fans[key] || fan(one.paths(name, target.region));
      return one.fans[key].map((q, t) => (view.years[t] >= Math.min(last, target.year) ? q : null));
    };
    const fans = [from(now), now === base ? null : from(base)];
    const kept = state.kept ? from(this.keptPaths()) : null;
    const width = Math.max(box.clientWidth, 240), height = width < 520 ? 250 : 390;
    const told = this.exact(state.settings);
    const chance = told && told.targets[target.id] ? told.targets[target.id].probability : mine.probability;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    const unit = target.unit;
    svg.innerHTML = draw({
      years: view.years, history: known, fan: fans[0], base: fans[1] || fans[0], kept,
      draws: mine.draws, baseDraws: base.targets[target.id].draws, target, unit,
      unitName: target.unit_name[state.language], words,
      chance: percent(chance, state.language),
    }, width, height);
    const q = fans[0][view.years.indexOf(target.year)];
    svg.setAttribute("aria-label", `${words.chartOf(target.name[state.language])}: ` +
      `${words.median} ${figure(q[3], unit)} (${figure(q[1], unit)}–${figure(q[5], unit)}), ` +
      `${words.target} ${figure(target.value, unit)}, ${words.meets(percent(chance, state.language))}`);
    this.at("legend base").hidden = now === base;
    this.at("legend kept").hidden = !state.kept;
  }

  keptPaths() {
    const key = `${this.state.view} ${scenarioHash(this.state.kept.settings)}`;
    if (this.pathsKey !== key) {
      [this.pathsKey, this.pathsFound] = [key, this.evaluate(this.state.kept.settings)];
    }
    return this.pathsFound;
  }

  provenance() {
    const { view, words, state } = this;
    const say = this.exact(state.settings) ? words.exact(grouped(view.draws, 0))
      : this.silent ? words.lonely(grouped(view.n, 0))
        : words.waiting(grouped(view.n, 0));
    this.at("from").textContent = say;
    this.at("from").dataset.exact = String(Boolean(this.exact(state.settings)));
    this.at("hash").textContent = scenarioHash(state.settings);
    this.at("seed").textContent = `${words.seed} ${view.seed}`;
  }

  buttons() {
    const { state, words } = this;
    this.at("undo").disabled = !this.moves.length;
    this.at("reset").disabled = !state.settings.length;
    this.at("keep").textContent = state.kept ? words.drop : words.keep;
    this.at("keep").setAttribute("aria-pressed", String(Boolean(state.kept)));
    const own = this.root.querySelector("option[value='']");
    own.hidden = state.scenario !== null;
    this.at("scenario").value = state.scenario === null ? "" : state.scenario;
  }

  /** What may wait until the hand rests: needed growth, plausibility, the spoken line. */
  afterwards(now, base) {
    const { words, view, content, state } = this;
    const say = (p) => percent(p, state.language);
    const needed = neededGrowth(view, content.targets, state.settings);
    this.at("needed").textContent = needed
      ? words.neededText(needed.rate.toFixed(1), signed(needed.more, 1), needed.first, needed.last)
      : words.neededNone;
    const headline = content.targets[0];
    const p = now === base ? null
      : plausibility(view, base.paths, now.paths, headline.region, headline.year);
    this.at("plausible").textContent = p === null ? words.plausibleNone : words.plausibleText(say(p));
    const binding = now.joint && now.joint.binding;
    const target = content.targets.find((one) => one.id === binding);
    this.at("binding").textContent = target
      ? words.bindingText(target.short[state.language], say(now.joint.without[binding]))
      : words.bindingNone;
    const lines = content.targets.filter((one) => now.targets[one.id])
      .map((one) => `${one.short[state.language]} ${say(now.targets[one.id].probability)}`);
    if (now.joint) lines.push(`${words.together} ${say(now.joint.probability)}`);
    this.at("spoken").textContent = lines.join("; ");
    if (this.bridge) this.bridge.keep(state);
  }

  /** Ask the kernel for the exact figure once the hand rests. */
  asks() {
    clearTimeout(this.asking);
    if (!this.bridge) return;
    this.asking = setTimeout(() => {
      if (this.exact(this.state.settings)) return;
      clearTimeout(this.patience);
      this.patience = setTimeout(() => { this.silent = true; this.provenance(); }, PATIENCE);
      this.bridge.ask({ as_of: this.view.as_of, settings: this.state.settings });
    }, DEBOUNCE);
  }

  /** The kernel's answer. */
  receive(record) {
    clearTimeout(this.patience);
    this.silent = false;
    if (record.error) { this.tell(record.error); return; }
    if (record.message) { this.tell(record.message); return; }
    this.answers.set(`${record.as_of} ${record.hash}`, record);
    this.later();
  }

  tell(message) {
    const line = this.at("message");
    line.textContent = message;
    line.hidden = !message;
  }

  async copy(lines) {
    this.drawer(`<textarea readonly rows="8" spellcheck="false"></textarea>`);
    const area = this.root.querySelector("textarea");
    area.value = lines;
    area.rows = Math.min(lines.split("\n").length, 16);
    area.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(lines);
      done = true;
    } catch { done = false; } // no permission, or a page that is not secure
    this.tell(done ? this.words.copied : this.words.copyByHand);
  }

  drawer(body) {
    const place = this.at("drawer");
    place.innerHTML = `${body}<button type="button" data-at="close">${this.words.close}</button>`;
    place.hidden = false;
    this.at("close").onclick = () => { place.hidden = true; this.tell(""); };
  }

  openSave() {
    const { words, state } = this;
    if (!this.bridge || this.silent) { this.copy(asYaml("my scenario", state.settings)); return; }
    this.drawer(`<form><label>${words.saveName} <input name="name" required maxlength="60"></label>
      <button type="submit">${words.saveButton}</button></form>`);
    const form = this.root.querySelector("form");
    form.elements.name.focus();
    form.onsubmit = (event) => {
      event.preventDefault();
      this.bridge.save({ name: form.elements.name.value.trim(), settings: state.settings });
    };
  }
}

function frame(panel) {
  const { words, content, state, view } = panel;
  const zh = state.language;
  const name = content.project.name[zh], [first, last] = content.project.plan;
  const options = content.views.map((one, i) =>
    `<option value="${i}" ${i === state.view ? "selected" : ""}>${one.as_of}</option>`);
  const scenarios = content.scenarios.map((one) =>
    `<option value="${escaped(one.name)}">${escaped((one.label && one.label[zh]) || one.name)}</option>`);
  const tile = (target) => `<button type="button" class="tile" data-tile="${target.id}"
      data-target="${target.id}" aria-pressed="false">
    <span class="what">${escaped(target.name[zh])}</span>
    <span class="goal">${escaped(target.goal[zh])}</span>
    <span class="big"></span><span class="change"></span><span class="kept"></span>
    <span class="binds">${words.binds}</span></button>`;
  const together = content.targets.filter((one) => one.headline).length > 1
    ? `<div class="tile joint" data-tile="joint"><span class="what">${words.together}</span>
      <span class="goal alone"></span><span class="big"></span><span class="change"></span>
      <span class="kept"></span></div>` : "";
  const radios = [["", words.everywhere], ...view.regions.map((id) => [id, content.regions[id][zh]])]
    .map(([id, label]) => `<label><input type="radio" name="scope" value="${id}"
      ${panel.scope === id ? "checked" : ""}><span>${escaped(label)}</span></label>`);
  const slider = (lever) => `<div class="lever">
    <label for="s-${lever.id}">${escaped(lever.name[zh])}</label>
    <button type="button" class="zero" data-at="zero ${lever.id}"
      aria-label="${escaped(words.reset1(lever.name[zh]))}">0</button>
    <output data-at="value ${lever.id}" for="s-${lever.id}"></output>
    <input type="range" id="s-${lever.id}" data-lever="${lever.id}" min="${lever.low}"
      max="${lever.high}" step="${lever.step}">
    <span class="ends"><span>${String(lever.low).replace("-", "−")}</span><span>+${lever.high}</span></span>
    </div>`;
  const main = panel.levers.filter((one) => one.main).map(slider);
  const more = panel.levers.filter((one) => !one.main).map(slider);
  return `<section class="panel" aria-label="${words.panel}">
  <header><h2>${escaped(words.title(name, first, last))}</h2>
    <button type="button" class="quiet" data-at="language" lang="${zh === "en" ? "zh" : "en"}">${words.other}</button></header>
  <div class="bar">
    <label>${words.asOf} <select data-at="as_of">${options.join("")}</select></label>
    <label>${words.scenario} <select data-at="scenario">${scenarios.join("")}<option value="">${words.own}</option></select></label>
    <span class="group"><button type="button" data-at="undo">${words.undo}</button><button type="button" data-at="reset">${words.reset}</button><button type="button" data-at="keep"></button></span>
  </div>
  <div class="tiles">${content.targets.map(tile).join("")}${together}</div>
  <div class="body">
    <div class="levers">
      <fieldset><legend>${words.where}</legend><div class="scope">${radios.join("")}</div></fieldset>
      ${main.join("") || `<p>${words.noLevers}</p>`}
      ${more.length ? `<details ${panel.opened ? "open" : ""}><summary>${words.more}</summary>${more.join("")}</details>` : ""}
    </div>
    <figure data-at="figure"><figcaption data-at="chart title"></figcaption>
      <svg data-at="chart" role="img" width="100%"></svg>
      <div class="legend"><span class="line told"></span>${words.published}
        <span class="line median"></span>${words.median} <span class="box"></span>${words.bands}
        <span data-at="legend base" hidden><span class="line base"></span>${words.base}</span>
        <span data-at="legend kept" hidden><span class="line held"></span>${words.keptLine}</span></div>
    </figure>
  </div>
  <dl class="facts">
    <div><dt>${words.bindingLabel}</dt><dd data-at="binding"></dd></div>
    <div><dt>${words.needed}</dt><dd data-at="needed"></dd></div>
    <div><dt>${words.plausible}</dt><dd data-at="plausible"></dd></div>
  </dl>
  <footer><span class="from" data-at="from"></span><span data-at="seed"></span>
    <span>${words.scenario} <code data-at="hash"></code></span>
    <span class="group"><button type="button" data-at="python">${words.python}</button><button type="button" data-at="command">${words.command}</button><button type="button" data-at="save">${words.save}</button></span></footer>
  <div class="drawer" data-at="drawer" hidden></div>
  <p class="message" data-at="message" role="status" hidden></p>
  <p class="spoken" data-at="spoken" aria-live="polite"></p>
</section>`;
}

const mount = (host, content, bridge) => new Panel(host, content, bridge);

/** Panels of a page without a kernel, each with its content beside it. */
function boot(root) {
  const content = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const host = root.querySelector("[data-cszt-host]");
  return mount(host, content, null);
}

/** The widget: the same panel, with a kernel behind it. */
function render({ model, el }) {
  const host = document.createElement("div");
  el.replaceChildren(host);
  el.dataset.csztLive = model.get("panel_id");
  const send = (message) => {
    try { model.send(message); } catch { panel.silent = true; } // the kernel is gone
  };
  const bridge = {
    ask: (request) => send({ kind: "ask", ...request }),
    save: (request) => send({ kind: "save", ...request }),
    keep: (state) => {
      model.set("state", state);
      try { model.save_changes(); } catch { panel.silent = true; }
    },
  };
  const content = { ...model.get("content"), start: { ...model.get("content").start, ...model.get("state") } };
  const panel = mount(host, content, bridge);
  const listen = (message) => panel.receive(message);
  model.on("msg:custom", listen);
  return () => model.off("msg:custom", listen);
}

/** Boot only if the live panel does not appear: the kernel is gone, or never was. */
function standIn(root, id, wait) {
  const plainTable = root.querySelector("[data-plain]");
  if (plainTable) plainTable.hidden = true;
  const began = Date.now();
  const look = () => {
    if (plainTable && Date.now() - began > wait / 3) plainTable.hidden = false;
    if (document.querySelector(`[data-cszt-live="${id}"]`)) {
      if (plainTable) plainTable.hidden = true;
      return;
    }
    const lost = [...document.querySelectorAll(".jupyter-widgets")].find((node) =>
      node.textContent === "Error displaying widget: model not found" && near(root, node));
    if (!lost && Date.now() - began < wait) { setTimeout(look, 250); return; }
    if (lost) lost.style.display = "none";
    if (plainTable) plainTable.hidden = true;
    boot(root);
  };
  look();
}

/** Whether a lost widget is of the same cell as the stand-in. */
function near(root, node) {
  const cell = root.closest(".jp-OutputArea, .output_wrapper");
  return Boolean(cell && cell.contains(node));
}
