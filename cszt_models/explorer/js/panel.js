// The panel: one page element that shows a content and answers every move.
//
// `mount(host, content, bridge)` works with a kernel (bridge) and without one (null).

const DEBOUNCE = 250, PATIENCE = 12000, HISTORY_OF_MOVES = 100;

const NOTHING = { settings: [], conditions: [], effects: [] };

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
      view: content.views.length - 1, scenario: "baseline", ...NOTHING,
      shown: content.targets[0].id, kept: null, language: "en", ...content.start,
    };
    // Keys are the panel's own, not a notebook's commands; Ctrl+S and the like are not.
    host.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    });
    this.root = host.attachShadow ? host.shadowRoot || host.attachShadow({ mode: "open" }) : host;
    this.build();
  }

  get words() { return WORDS[this.state.language]; }
  get view() { return this.views[this.state.view]; }
  /** What is set: settings of levers, conditions, and effects in full. */
  get setup() { return this.inFull(this.state); }
  get target() { return this.content.targets.find((one) => one.id === this.state.shown); }

  inFull({ settings, conditions, effects }) {
    return { settings, conditions, effects: effects.map((name) => this.content.effects[name]) };
  }

  /** Why a lever can move nothing at this date, up to the last year shown, or "". */
  closed(lever) {
    const { words, view } = this;
    if (lever === "event_risk" && !view.drop) return words.noEvent;
    const name = this.movedBy(lever);
    if (!(name in view.free) || view.missing.includes(name)) return words.noFigures;
    const { now, years, free } = view;
    const open = free[name].some((row) => row.some((is, t) => is && years[t] >= now));
    return open ? "" : words.over(view.as_of);
  }

  /** Name of the series that a lever moves. */
  movedBy(lever) {
    const { measures } = this.view;
    const measure = measures.find((one) => one.id === lever || one.part === lever);
    return {
      growth: "growth", level: "growth", event_risk: "growth", price: GDP, uncertainty: GDP,
      population: PEOPLE, migration: PEOPLE, urbanization: URBAN,
    }[lever] || (measure && measure.id);
  }

  /** Frames, names and listeners; all that does not change with a lever. */
  build() {
    const { words, content } = this, held = this.focused();
    const zh = this.state.language;
    this.root.innerHTML = `<style>${CSS}</style>` + frame(this);
    this.at = (name) => this.root.querySelector(`[data-at="${name}"]`);
    this.root.querySelector(".panel").lang = zh;
    this.at("language").onclick = () => this.change({ language: zh === "en" ? "zh" : "en" }, true);
    this.at("as_of").onchange = (event) => this.change({ view: Number(event.target.value) }, true);
    this.at("scenario").onchange = (event) => this.choose(event.target.value);
    bindSetting(this);
    bindRunning(this);
    this.at("undo").onclick = () => this.undo();
    this.at("reset").onclick = () => this.choose("baseline");
    this.at("keep").onclick = () => this.change({ kept: this.state.kept ? null : this.named() });
    this.at("python").onclick = () => this.copy(asPython(this));
    this.at("command").onclick = () => this.copy(asCommand(this));
    this.at("save").onclick = () => this.openSave();
    for (const kind of ["csv", "svg", "png"]) this.at(kind).onclick = () => exported(this, kind);
    this.at("chart").onpointermove = (event) => this.read(event);
    this.at("chart").onpointerleave = () => { this.at("readout").textContent = ""; };
    this.root.querySelectorAll("[data-target]").forEach((tile) => {
      tile.onclick = () => this.change({ shown: tile.dataset.target });
    });
    this.root.querySelectorAll("[name=scope]").forEach((radio) => {
      radio.onchange = () => { this.scope = radio.value; this.draw(); };
    });
    this.root.querySelectorAll("[type=range][data-lever]").forEach((slider) => this.listen(slider));
    const details = this.root.querySelector("details.more");
    if (details) details.ontoggle = () => { this.opened = details.open; };
    if (this.watch) this.watch.disconnect();
    this.watch = new ResizeObserver(() => this.later());
    this.watch.observe(this.at("chart"));
    this.draw();
    const again = held && this.root.querySelector(held);
    if (again) again.focus({ preventScroll: true });
  }

  /** How to find again what holds the focus, once the frame is made anew. */
  focused() {
    const held = this.root.activeElement;
    if (!held) return null;
    const { at, lever, target, year } = held.dataset;
    return at ? `[data-at="${at}"]` : lever ? `[data-lever="${lever}"]`
      : target ? `[data-target="${target}"]` : year ? `.pin[data-year="${year}"]` : null;
  }

  listen(slider) {
    const { lever } = slider.dataset;
    slider.oninput = () => {
      if (!this.before) this.before = this.snapshot();
      this.move(lever, Number(slider.value));
    };
    slider.onchange = () => {
      this.remember(this.before);
      this.before = null;
      this.later(); // the button to undo is drawn only now
    };
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
    this.set({ settings: withLever(this.state.settings, lever, rounded(value, step), where, regions) });
  }

  /** Change what is set, without a step of undo: a hand may still be moving. */
  set(what) {
    this.state = { ...this.state, ...what };
    this.state.scenario = this.nameOf();
    this.later();
    this.asks();
  }

  /** Name of the scenario that sets the same, if one does. */
  nameOf() {
    const hash = scenarioHash(this.setup);
    const found = this.content.scenarios.find((one) => one.hash === hash);
    return found ? found.name : null;
  }

  choose(name) {
    const found = this.content.scenarios.find((one) => one.name === name);
    const { settings, conditions, effects } = found || NOTHING;
    this.change({ scenario: name, settings, conditions, effects });
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
    const { settings, conditions, effects, scenario } = this.state;
    return { name: scenario, settings, conditions, effects };
  }

  /** How a scenario is called in the reader's language; own settings have no name. */
  label(name) {
    const found = this.content.scenarios.find((one) => one.name === name);
    return found ? found.label[this.state.language] : name || this.words.own;
  }

  /** Draw at the next frame; many moves in between are one picture. */
  later() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => { this.pending = 0; this.draw(); });
  }

  evaluate(setup) {
    const { content } = this;
    const view = setup.conditions.length ? pinned(this.view, setup) : this.view;
    const paths = project(view, setup.settings, setup.effects);
    return { view, paths, ...assess(view, paths, content.targets) };
  }

  baseline() {
    if (!this.baselines.has(this.state.view)) {
      this.baselines.set(this.state.view, this.evaluate(NOTHING));
    }
    return this.baselines.get(this.state.view);
  }

  /** The kept scenario, evaluated once for each date. */
  kept() {
    const setup = this.inFull(this.state.kept);
    const key = `${this.state.view} ${scenarioHash(setup)}`;
    if (this.keptKey !== key) [this.keptKey, this.keptFound] = [key, this.evaluate(setup)];
    return this.keptFound;
  }

  /** The kernel's figures of a scenario on this date, if it has told them. */
  exact(setup) {
    const hash = scenarioHash(setup);
    return this.view.exact[hash] || this.answers.get(`${this.view.as_of} ${hash}`);
  }

  get changed() {
    const { settings, conditions, effects } = this.state;
    return Boolean(settings.length || conditions.length || effects.length);
  }

  draw() {
    const base = this.baseline();
    const now = this.changed ? this.evaluate(this.setup) : base;
    this.now = now;
    this.tiles(now, base);
    this.sliders();
    this.picture(now, base);
    drawSetting(this);
    drawRunning(this);
    this.conditions();
    this.provenance();
    this.buttons();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.afterwards(now, base), 120);
  }

  tiles(now, base) {
    const { words, state, view, content } = this;
    const told = this.exact(this.setup), was = this.exact(NOTHING);
    const kept = state.kept && (this.exact(this.inFull(state.kept)) || this.kept());
    const both = told && was;
    const say = (p) => percent(p, state.language);
    const tile = (id, p, before, keptP, resolved) => {
      const box = this.root.querySelector(`[data-tile="${id}"]`);
      const change = 100 * (p - before);
      box.querySelector(".big").textContent = resolved || say(p);
      box.querySelector(".change").textContent = resolved ? ""
        : Math.abs(change) < 0.5 ? (this.changed ? words.same : "")
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
    if (!now.joint || !this.root.querySelector('[data-tile="joint"]')) return; // one target
    const p = both ? told.joint : now.joint;
    const lost = content.targets.some((one) => one.headline &&
      view.outcomes[one.id] !== undefined && now.targets[one.id].probability === 0);
    const box = tile("joint", p.probability, (both ? was.joint : base.joint).probability,
      kept ? kept.joint.probability : undefined, lost ? words.impossible : "");
    box.querySelector(".alone").textContent = lost ? "" : words.alone(say(p.if_independent));
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
      const shown = mixed ? words.several : leverAmount(value, lever, state.language);
      this.at(`value ${lever.id}`).textContent = shown;
      slider.setAttribute("aria-valuetext", shown);
      const share = (x) => ((x - lever.low) / (lever.high - lever.low)) * 100;
      const ends = [share(Math.min(0, value)), share(Math.max(0, value))];
      slider.style.setProperty("--from", `${ends[0]}%`);
      slider.style.setProperty("--to", `${ends[1]}%`);
      this.at(`zero ${lever.id}`).disabled = slider.disabled || (!mixed && value === 0);
    }
  }

  picture(now, base) {
    const { state, words, view, target } = this;
    const svg = this.at("chart"), box = this.at("figure");
    this.at("chart title").textContent = `${target.name[state.language]} · ${target.goal[state.language]}`;
    const mine = now.targets[target.id];
    if (!mine) { svg.innerHTML = ""; return; }
    const told = this.exact(this.setup);
    const chance = told && told.targets[target.id] ? told.targets[target.id].probability : mine.probability;
    const fans = [this.fan(now, told), now === base ? null : this.fan(base, this.exact(NOTHING))];
    const kept = state.kept ? this.fan(this.kept(), this.exact(this.inFull(state.kept))) : null;
    const width = Math.max(box.clientWidth, 240), height = width < 520 ? 250 : 390;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    const { unit } = target, say = percent(chance, state.language);
    this.chart = draw({
      years: view.years, history: view.history[target.id], fan: fans[0], base: fans[1] || fans[0],
      kept, draws: mine.draws, baseDraws: base.targets[target.id].draws, target, unit,
      unitName: this.axis(target), words, chance: say, range: this.held,
      resolved: view.outcomes[target.id] === undefined ? "" : mine.probability ? words.met : words.missed,
    }, width, height);
    this.at("drawing").innerHTML = this.chart.svg;
    this.pins(fans[0]);
    const q = fans[0][view.years.indexOf(target.year)];
    svg.setAttribute("aria-label", `${words.chartOf(target.name[state.language])}: ` +
      `${words.median} ${figure(q[3], unit)} (${figure(q[1], unit)}–${figure(q[5], unit)}), ` +
      `${words.target} ${figure(target.value, unit)}, ${words.meets(say)}`);
    const ahead = view.outcomes[target.id] === undefined;
    for (const name of ["median", "bands"]) this.at(`legend ${name}`).hidden = !ahead;
    this.at("legend base").hidden = now === base || !ahead;
    this.at("legend kept").hidden = !state.kept || !ahead;
    if (state.kept) this.at("kept name").textContent = words.keptLine(this.label(state.kept.name));
  }

  /** Say the values of the year under the pointer. */
  read(event) {
    const { view, target, words, state, chart } = this;
    if (!chart) return;
    const { left } = this.at("chart").getBoundingClientRect(), at = event.clientX - left;
    const published = new Map(view.history[target.id]);
    const years = [...new Set([...published.keys(), ...view.years])];
    const year = years.reduce((a, b) => (Math.abs(chart.x(b) - at) < Math.abs(chart.x(a) - at) ? b : a));
    const q = this.fan(this.now, this.exact(this.setup))[view.years.indexOf(year)];
    const say = (x) => figure(x, target.unit);
    const unit = target.unit_name[state.language];
    this.at("readout").textContent = published.has(year)
      ? words.readKnown(year, valued(say(published.get(year)), unit, state.language))
      : q ? words.readFan(year, say(q[3]), say(q[1]), say(q[5]), unit) : "";
  }

  /** What the axis measures: the indicator with its price basis, and its unit. */
  axis(target) {
    const { language } = this.state;
    const { name } = this.content.indicators[target.indicator];
    return language === "zh" ? `${name.zh}，${target.unit_name.zh}`
      : `${capital(name.en)}, ${target.unit_name.en}`;
  }

  /** Quantiles by year of the target shown, from the last published year on. */
  fan(found, told) {
    const { view, target } = this;
    const name = target.indicator === AVERAGE ? GROWTH : target.indicator;
    found.fans = found.fans || {};
    const own = (found.fans[target.id] ||= fan(found.paths(name, target.region)));
    const rows = told && told.fans ? told.fans[target.id] : own;
    const known = view.history[target.id], last = known.length ? known.at(-1)[0] : view.years[0];
    return rows.map((q, t) => (view.years[t] >= Math.min(last, target.year) ? q : null));
  }

  /** Handles on the median: dragged or moved by arrow keys, they fix a year's value. */
  pins(rows) {
    const { view, target, state, words, chart } = this;
    const layer = this.at("pins");
    const open = target.indicator === AVERAGE ? [] : view.years.filter((year, t) =>
      year <= target.year && rows[t] && this.isOpen(t));
    for (const year of open) {
      let dot = layer.querySelector(`[data-year="${year}"]`);
      if (!dot) {
        dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
        dot.dataset.year = year;
        for (const [key, value] of Object.entries({ class: "pin", tabindex: 0, role: "slider" })) {
          dot.setAttribute(key, value);
        }
        layer.append(dot);
        this.listenPin(dot, year);
      }
      const mine = this.pinOf(year), t = view.years.indexOf(year);
      const value = mine ? mine.says.value ?? mine.says.mean : rows[t][3];
      dot.setAttribute("cx", chart.x(year));
      dot.setAttribute("cy", chart.y(value));
      dot.setAttribute("r", mine ? 6.5 : 5);
      dot.setAttribute("data-fixed", String(Boolean(mine)));
      dot.setAttribute("aria-label", words.fix(target.short[state.language], year));
      dot.setAttribute("aria-valuenow", value);
      dot.setAttribute("aria-valuemin", chart.range[0]);
      dot.setAttribute("aria-valuemax", chart.range[1]);
      dot.setAttribute("aria-valuetext", `${figure(value, target.unit)} ${target.unit_name[state.language]}`);
    }
    this.at("hint").hidden = !open.length;
    for (const dot of [...layer.children]) if (!open.includes(Number(dot.dataset.year))) dot.remove();
  }

  /** Whether draws of a year of the target shown differ at the baseline. */
  isOpen(t) {
    const draws = this.baseline().paths(this.target.indicator, this.target.region)[t];
    return Boolean(draws) && draws.some((x) => Math.abs(x - draws[0]) > 1e-9 * Math.abs(draws[0]));
  }

  pinOf(year) {
    const { indicator, region } = this.target;
    return this.state.conditions.find((one) => one.indicator === indicator &&
      one.region === region && one.first === year && one.last === year && "kind" in one.says &&
      ["value", "about"].includes(one.says.kind));
  }

  /** Fix, or with null free, the value of a year of the target shown. */
  pin(year, value) {
    const { indicator, region } = this.target, mine = this.pinOf(year);
    const others = this.state.conditions.filter((one) => one !== mine);
    if (value === null) { this.set({ conditions: others }); return; }
    const [low, high] = this.chart.range;
    const grain = 10 ** Math.floor(Math.log10((high - low) / 200));
    const says = { kind: "value", value: rounded(Math.min(Math.max(value, low), high), grain) };
    const pinned = { indicator, region, first: year, last: year, average: false, says };
    this.set({ conditions: [...others, pinned] });
  }

  listenPin(dot, year) {
    dot.onpointerdown = (event) => {
      event.preventDefault();
      dot.focus();
      dot.setPointerCapture(event.pointerId);
      this.before = this.snapshot();
      this.held = this.chart.range;
      dot.onpointermove = (move) => {
        const box = this.at("chart").getBoundingClientRect();
        this.pin(year, this.chart.value(move.clientY - box.top));
      };
    };
    dot.onpointerup = () => {
      dot.onpointermove = null;
      this.held = null;
      this.remember(this.before);
      this.before = null;
      this.later();
    };
    dot.ondblclick = () => this.free(year);
    dot.onkeydown = (event) => {
      const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
      if (["Delete", "Backspace", "Escape"].includes(event.key)) { this.free(year); return; }
      if (!(event.key in steps)) return;
      event.preventDefault();
      this.remember(this.snapshot());
      const [low, high] = this.chart.range;
      this.pin(year, Number(dot.getAttribute("aria-valuenow")) + (steps[event.key] * (high - low)) / 200);
    };
  }

  free(year) {
    this.remember(this.snapshot());
    this.pin(year, null);
  }

  /** What is taken for granted, in words, each with a button that drops it. */
  conditions() {
    const { state, words, view, content } = this;
    const place = this.at("conditions");
    place.hidden = !state.conditions.length;
    const key = JSON.stringify([state.conditions, state.language, state.view]);
    if (this.listed === key) return;
    this.listed = key;
    place.innerHTML = `<span>${words.granted}</span>` + state.conditions.map((one, k) => {
      const { name: label, unit } = content.indicators[one.indicator];
      const region = content.regions[one.region][state.language];
      const years = one.first === one.last ? one.first : `${one.first}–${one.last}`;
      const left = pinnable(view, one) ? "" : ` <em>${words.leftOut}</em>`;
      return `<span class="chip">${escaped(`${region} ${label[state.language]} ${years} ${sayings(one, unit[state.language], state.language)}`)}${left}
        <button type="button" data-drop="${k}" aria-label="${words.dropOne}">×</button></span>`;
    }).join("");
    place.querySelectorAll("[data-drop]").forEach((button) => {
      button.onclick = () => this.change({
        conditions: state.conditions.filter((_, k) => k !== Number(button.dataset.drop)), scenario: null,
      });
    });
  }

  provenance() {
    const { view, words, state } = this;
    const told = this.exact(this.setup);
    const say = told ? words.exact(grouped(view.draws, 0)) : this.silent ? words.lonely(grouped(view.n, 0))
        : words.waiting(grouped(view.n, 0));
    const roughly = !told && state.conditions.length ? ` · ${words.gaussian}` : "";
    this.at("from").textContent = say + roughly;
    this.at("from").dataset.exact = String(Boolean(told));
    this.at("hash").textContent = scenarioHash(this.setup);
    this.at("seed").textContent = `${words.seed} ${view.seed}`;
  }

  buttons() {
    const { state, words } = this;
    this.at("undo").disabled = !this.moves.length;
    this.at("reset").disabled = !this.changed;
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
    const needed = neededGrowth(now.view, content.targets, this.setup);
    this.at("needed").textContent = needed
      ? this.neededWords(needed)
      : content.targets.some((one) => one.indicator === GDP) ? words.neededNone : words.neededNoGdp;
    const p = now === base ? null : leastPlausible(view, base.paths, now.paths, content.targets);
    const told = this.exact(this.setup);
    const given = Boolean(told) && told.plausibility !== null;
    const likely = given ? [words.conditionsText(say(told.plausibility))] : [];
    if (p !== null && (!given || state.settings.length)) likely.push(words.plausibleText(say(p), given));
    const roughly = likely.length && !told ? [words.roughly] : [];
    this.at("plausible").textContent = [...likely, ...roughly].join(state.language === "zh" ? "" : " ") ||
      (this.changed ? words.plausibleOver : words.plausibleNone);
    const binding = now.joint && now.joint.binding;
    const target = content.targets.find((one) => one.id === binding);
    this.at("binding").textContent = target
      ? words.bindingText(capital(target.short[state.language]), say(now.joint.without[binding]))
      : words.bindingNone;
    const tile = (id) => this.root.querySelector(`[data-tile="${id}"] .big`).textContent;
    const lines = content.targets.filter((one) => now.targets[one.id])
      .map((one) => `${one.short[state.language]} ${tile(one.id)}`);
    if (now.joint && this.root.querySelector("[data-tile=joint]")) {
      lines.push(`${words.together} ${tile("joint")}`);
    }
    this.at("spoken").textContent = lines.join(state.language === "zh" ? "；" : "; ");
    if (this.bridge) this.bridge.keep(state);
  }

  neededWords({ rate, more, first, last }) {
    const { words } = this, size = Math.abs(more).toFixed(1);
    const way = Number(size) ? Math.sign(more) : 0;
    return words.neededText(rate.toFixed(1), words.aside(size, way), first, last);
  }

  /** Ask the kernel for the exact figure once the hand rests. */
  asks() {
    clearTimeout(this.asking);
    if (!this.bridge) return;
    this.asking = setTimeout(() => {
      if (this.exact(this.setup)) return;
      clearTimeout(this.patience);
      this.patience = setTimeout(() => { this.silent = true; this.provenance(); }, PATIENCE);
      const { settings, conditions, effects } = this.state;
      this.bridge.ask({ as_of: this.view.as_of, settings, conditions, effects });
    }, DEBOUNCE);
  }

  /** The kernel's answer. */
  receive(record) {
    clearTimeout(this.patience);
    this.silent = false;
    if (record.error) { this.tell(record.error); return; }
    if (record.saved) { this.tell(this.words[record.saved](record.name, record.path)); return; }
    this.tell("");
    this.answers.set(`${record.as_of} ${record.hash}`, record);
    this.later();
  }

  tell(message) {
    const line = this.at("message");
    line.textContent = message;
    line.hidden = !message;
  }

  async copy(lines, about = "") {
    this.drawer(`<textarea readonly rows="8" spellcheck="false"></textarea>`);
    const area = this.root.querySelector("textarea");
    area.value = lines;
    area.rows = Math.min(lines.split("\n").length, 16);
    let done = false;
    try {
      await navigator.clipboard.writeText(lines);
      done = true;
    } catch { done = false; } // no permission, or a page that is not secure
    if (!done) area.select();
    this.tell([done ? this.words.copied : this.words.copyByHand, about].join(" ").trim());
  }

  drawer(body) {
    const place = this.at("drawer");
    const opener = this.root.activeElement;
    place.innerHTML = `${body}<button type="button" data-at="close">${this.words.close}</button>`;
    place.hidden = false;
    const close = () => { place.hidden = true; this.tell(""); if (opener) opener.focus(); };
    this.at("close").onclick = close;
    place.onkeydown = (event) => { if (event.key === "Escape") close(); };
  }

  openSave() {
    const { words } = this;
    if (!this.bridge || this.silent) { this.copy(asYaml("my scenario", this.state), words.byHand); return; }
    this.drawer(`<form><label>${words.saveName} <input name="name" required maxlength="60"></label>
      <button type="submit">${words.saveButton}</button></form>`);
    const form = this.root.querySelector("form");
    form.elements.name.focus();
    form.onsubmit = (event) => {
      event.preventDefault();
      const { settings, conditions, effects } = this.state;
      this.bridge.save({ name: form.elements.name.value, settings, conditions, effects });
    };
  }
}

/** Name of a target, with its place where targets are of several. */
function placed(content, target, language) {
  const places = new Set(content.targets.map((one) => one.region));
  const place = content.regions[target.region];
  const named = target.name[language].includes(place?.[language]);
  if (places.size < 2 || !place || named) return target.name[language];
  return `${place[language]}${language === "zh" ? "：" : ": "}${target.name[language]}`;
}

// Where a lever's range is from; in English and marked so where it is not translated.
function leverSource(lever, language, words) {
  const own = lever.source[language];
  if (own) return `<br>${escaped(words.source + own)}`;
  const other = lever.source.en;
  return other ? `<br><span lang="en">${escaped(words.original + other)}</span>` : "";
}

function frame(panel) {
  const { words, content, state, view } = panel;
  const zh = state.language;
  const name = content.project.name[zh], [first, last] = content.project.plan;
  const options = content.views.map((one, i) =>
    `<option value="${i}" ${i === state.view ? "selected" : ""}>${one.as_of}</option>`);
  const scenarios = content.scenarios.map((one) =>
    `<option value="${escaped(one.name)}">${escaped(panel.label(one.name))}</option>`);
  const tile = (target) => `<button type="button" class="tile" data-tile="${target.id}"
      data-target="${target.id}" aria-pressed="false">
    <span class="what">${escaped(placed(content, target, zh))}</span>
    <span class="goal">${escaped(words.chanceOf(target.goal[zh]))}</span>
    <span class="big"></span><span class="change"></span><span class="kept"></span>
    <span class="binds">${words.binds}</span></button>`;
  const together = content.targets.filter((one) => one.headline).length > 1
    ? `<div class="tile joint" data-tile="joint"><span class="what">${words.together}</span>
      <span class="goal alone"></span><span class="big"></span><span class="change"></span>
      <span class="kept"></span></div>` : "";
  const radios = [["", words.everywhere], ...view.regions.map((id) => [id, content.regions[id][zh]])]
    .map(([id, label]) => `<label><input type="radio" name="scope" value="${id}"
      ${panel.scope === id ? "checked" : ""}><span>${escaped(label)}</span></label>`);
  const slider = (lever) => {
    const idle = panel.closed(lever.id);
    return `<div class="lever${idle ? " idle" : ""}">
    <label for="s-${lever.id}">${escaped(lever.name[zh])}</label>
    <button type="button" class="zero" data-at="zero ${lever.id}"
      title="${escaped(words.reset1(lever.name[zh]))}"
      aria-label="${escaped(words.reset1(lever.name[zh]))}" ${idle ? "disabled" : ""}>↺</button>
    <output data-at="value ${lever.id}" for="s-${lever.id}"></output>
    <input type="range" id="s-${lever.id}" data-lever="${lever.id}" min="${lever.low}"
      max="${lever.high}" step="${lever.step}" ${idle ? `disabled aria-describedby="w-${lever.id}"` : ""}>
    <span class="ends"><span>${leverEnd(lever.low, lever, zh)}</span><span>${leverEnd(lever.high, lever, zh)}</span></span>
    ${idle ? `<span class="why" id="w-${lever.id}">${escaped(idle)}</span>` : ""}
    <details class="about"><summary>${words.what}</summary><p>${escaped(words.lever(lever.name[zh], leverAmount(lever.low, lever, zh), leverAmount(lever.high, lever, zh)))}
      ${leverSource(lever, zh, words)}</p></details>
    </div>`;
  };
  const main = content.levers.filter((one) => one.main).map(slider);
  const more = content.levers.filter((one) => !one.main).map(slider);
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
      ${more.length ? `<details class="more" ${panel.opened ? "open" : ""}><summary>${words.more}</summary>${more.join("")}</details>` : ""}
    </div>
    <figure data-at="figure"><figcaption data-at="chart title"></figcaption>
      <svg data-at="chart" role="group" width="100%"><g data-at="drawing"></g><g data-at="pins"></g></svg>
      <p class="readout" data-at="readout"></p>
      <div class="conditions" data-at="conditions" hidden></div>
      <div class="legend"><span><i class="line told"></i>${words.published}</span>
        <span data-at="legend median"><i class="line median"></i>${words.median}</span>
        <span data-at="legend bands"><i class="box"></i>${words.bands}</span>
        <span data-at="legend base" hidden><i class="line base"></i>${words.base}</span>
        <span data-at="legend kept" hidden><i class="line held"></i><span data-at="kept name"></span></span>
        <span class="hint" data-at="hint">${words.hint}</span></div>
    </figure>
  </div>
  ${settingFrame(panel)}
  ${runningFrame(panel)}
  <dl class="facts">
    <div><dt>${words.bindingLabel}</dt><dd data-at="binding"></dd></div>
    <div><dt>${words.needed}</dt><dd data-at="needed"></dd></div>
    <div><dt>${words.plausible}</dt><dd data-at="plausible"></dd></div>
  </dl>
  <footer><span class="from" data-at="from"></span><span data-at="seed"></span>
    <span>${words.scenario} <code data-at="hash"></code></span>
    <span class="group"><button type="button" data-at="python">${words.python}</button><button type="button" data-at="command">${words.command}</button><button type="button" data-at="save">${words.save}</button></span>
    <span class="group"><button type="button" data-at="csv">${words.table}</button><button type="button" data-at="svg">${words.picture("SVG")}</button><button type="button" data-at="png">${words.picture("PNG")}</button></span></footer>
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

/**
 * Boot only if the live panel does not appear: the kernel is gone, or never was. On a slow
 * machine it, or the notice that it is lost, may come after the stand-in; that gives way.
 */
function standIn(root, id, wait) {
  const plainTable = root.querySelector("[data-plain]");
  const host = root.querySelector("[data-cszt-host]");
  const plain = (seen) => { if (plainTable) plainTable.hidden = !seen; };
  const began = Date.now();
  let booted = false;
  plain(false);
  const look = () => {
    const waited = Date.now() - began;
    if (document.querySelector(`[data-cszt-live="${id}"]`)) {
      plain(false);
      host.style.display = "none";
      return;
    }
    const lost = [...document.querySelectorAll(".jupyter-widgets")].find((node) =>
      node.textContent === "Error displaying widget: model not found" && near(root, node));
    if (lost) lost.style.display = "none";
    if (!booted && (lost || waited >= wait)) {
      booted = true;
      boot(root);
    }
    plain(!booted && waited > wait / 3);
    if (!lost && waited < 20 * wait) setTimeout(look, 250);
  };
  look();
}

/** Whether a lost widget is of the same cell as the stand-in. */
function near(root, node) {
  const cell = root.closest(".jp-OutputArea, .output_wrapper");
  return Boolean(cell && cell.contains(node));
}
