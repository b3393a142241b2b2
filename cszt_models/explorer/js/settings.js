// Settings of levers: read and changed by place, and written for Python, shell and YAML.

const covers = (setting, region) => !setting.regions.length || setting.regions.includes(region);
const plain = (lever, value) =>
  ({ lever, value, regions: [], first: null, last: null, ramp: 0, decay: 0 });

/** Value of a lever in each region; null where several settings follow each other. */
function valuesOf(settings, lever, regions) {
  return regions.map((region) => {
    const found = settings.filter((one) => one.lever === lever && covers(one, region));
    return found.length > 1 ? null : found.length ? found[0].value : 0;
  });
}

/** Settings with a lever set in some regions; years, ramp and decay stay as they were. */
function withLever(settings, lever, value, where, regions) {
  const others = settings.filter((one) => one.lever !== lever);
  const mine = settings.filter((one) => one.lever === lever);
  const groups = new Map();
  for (const region of regions) {
    let found = mine.filter((one) => covers(one, region));
    if (where.includes(region)) {
      found = [{ ...(found.length === 1 ? found[0] : plain(lever, 0)), value }];
    }
    for (const one of found.filter((entry) => entry.value !== 0)) {
      const key = JSON.stringify({ ...one, regions: [] });
      groups.set(key, [...(groups.get(key) || []), region]);
    }
  }
  for (const [key, places] of groups) {
    others.push({ ...JSON.parse(key), regions: places.length === regions.length ? [] : places });
  }
  return others;
}

const rounded = (x, step) => Number((Math.round(x / step) * step).toFixed(10));

/** Lines of Python that give the numbers of the panel. */
function asPython(panel) {
  const { content, view, state } = panel;
  const folder = content.project.folder ? JSON.stringify(content.project.folder) : "";
  return [
    "import cszt_models as cm", "", `project = cm.load_project(${folder})`,
    "analysis = cm.analyse(", `    project, as_of="${view.as_of}", seed=${view.seed}, draws=${view.draws}`, ")",
    ...pythonScenario(panel),
    "results = analysis.attain(scenario=scenario)",
    "print(scenario.hash, results.joint.probability)", "",
  ].join("\n");
}

function pythonScenario({ state, changed }) {
  if (!changed) return ['scenario = analysis.scenario("baseline")'];
  if (state.scenario) return [`scenario = analysis.scenario(${JSON.stringify(state.scenario)})`];
  const list = (name, entries) =>
    (entries.length ? [`    ${name}=[`, ...entries.map((one) => `        ${one},`), "    ],"] : []);
  const effects = state.effects.length ? [
    "effects = {e.name: e for s in analysis.scenarios.values() for e in s.effects}"] : [];
  return [
    ...effects, "scenario = cm.scenario(", '    "explorer",',
    ...list("settings", state.settings.map(pythonSetting)),
    ...list("conditions", state.conditions.map(pythonCondition)),
    ...list("effects", state.effects.map((name) => `effects[${JSON.stringify(name)}]`)),
    ")",
  ];
}

function pythonSetting(one) {
  const words = [JSON.stringify(one.lever), one.value];
  if (one.regions.length) words.push(`regions=(${one.regions.map((r) => `${JSON.stringify(r)},`).join(" ")})`);
  for (const key of ["first", "last"]) if (one[key] != null) words.push(`${key}=${one[key]}`);
  for (const key of ["ramp", "decay"]) if (one[key]) words.push(`${key}=${one[key]}`);
  return `cm.Setting(${words.join(", ")})`;
}

function pythonCondition({ indicator, region, first, last, average, says }) {
  const { kind, ...numbers } = says;
  const [name, keys] = {
    value: ["fix", ["value"]], about: ["about", ["mean", "sd"]],
    within: ["between", ["low", "high"]], chance: ["chance", ["below", "probability"]],
  }[kind];
  const years = first === last ? first : `(${first}, ${last})`;
  const words = [JSON.stringify(indicator), JSON.stringify(region), years];
  for (const key of keys) if (numbers[key] != null) words.push(`${key}=${numbers[key]}`);
  if (average) words.push("average=True");
  return `cm.${name}(${words.join(", ")})`;
}

/** A line for the shell that gives the numbers of the panel. */
function asCommand({ content, view, state, changed }) {
  const quoted = (text) => (/^[\w.,:=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const words = ["cszt", "scenario", "run"];
  const simple = !state.conditions.length && !state.effects.length &&
    !state.settings.some((one) => one.ramp || one.decay);
  if (state.scenario || !changed) words.push(quoted(state.scenario || "baseline"));
  else if (!simple) {
    const part = partOf(state).map(([key, value]) => `${key}: ${value}`).join(", ");
    words.push("baseline", "--part", quoted(`{${part}}`));
  } else {
    words.push("baseline");
    for (const one of state.settings) {
      const places = one.regions.length ? `@${one.regions.join(",")}` : "";
      const years = one.first != null || one.last != null ? `:${one.first ?? ""}-${one.last ?? ""}` : "";
      words.push("--set", quoted(`${one.lever}=${one.value}${places}${years}`));
    }
  }
  if (content.project.folder) words.push("--project", quoted(content.project.folder));
  words.push("--as-of", view.as_of, "--seed", view.seed, "--draws", view.draws);
  return words.join(" ");
}

const yamlText = (text) => (/^[A-Za-z_][\w ]*$/.test(text) ? text : JSON.stringify(text));

/** What is set as the keys and values of a part, each value on one line of YAML. */
function partOf({ settings, conditions, effects }) {
  const entry = (one) => {
    const words = [`value: ${one.value}`];
    if (one.regions.length) words.push(`regions: [${one.regions.join(", ")}]`);
    if (one.first != null) words.push(`from: ${one.first}`);
    if (one.last != null) words.push(`to: ${one.last}`);
    for (const key of ["ramp", "decay"]) if (one[key]) words.push(`${key}: ${one[key]}`);
    return `{${words.join(", ")}}`;
  };
  const levers = new Map();
  for (const one of settings) levers.set(one.lever, [...(levers.get(one.lever) || []), entry(one)]);
  const part = [...levers].map(([lever, found]) =>
    [lever, found.length > 1 ? `[${found.join(", ")}]` : found[0]]);
  const list = (texts) => `[${texts.join(", ")}]`;
  if (conditions.length) {
    part.push(["conditions", list(conditions.map((one) => `{${yamlCondition(one)}}`))]);
  }
  if (effects.length) part.push(["effects", list(effects.map(yamlText))]);
  return part;
}

/** What is set as a part and a scenario of scenarios.yaml. */
function asYaml(name, state) {
  const lines = partOf(state).map(([key, value]) => `    ${key}: ${value}\n`).join("");
  const called = yamlText(name);
  return `parts:\n  ${called}:\n${lines}scenarios:\n  ${called}: [${called}]\n`;
}

function yamlCondition({ indicator, region, first, last, average, says }) {
  const years = first === last ? `year: ${first}` : `from: ${first}, to: ${last}`;
  const { kind, ...numbers } = says;
  const names = { mean: "value" };
  const told = Object.entries(numbers).filter(([, x]) => x !== null)
    .map(([key, x]) => `${names[key] || key}: ${x}`);
  return [`indicator: ${indicator}`, `region: ${region}`, years,
    ...(average ? ["average: true"] : []), ...told].join(", ");
}
