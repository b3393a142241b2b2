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
function asPython(content, view, settings) {
  const [year, month, day] = view.as_of.split("-").map(Number);
  const folder = content.project.folder ? JSON.stringify(content.project.folder) : "";
  const sets = settings.map((one) => {
    const where = [
      one.regions.length ? `regions=(${one.regions.map((r) => `${JSON.stringify(r)},`).join(" ")})` : "",
      one.first != null ? `first=${one.first}` : "", one.last != null ? `last=${one.last}` : "",
      one.ramp ? `ramp=${one.ramp}` : "", one.decay ? `decay=${one.decay}` : "",
    ].filter((word) => word);
    return `scenario = scenario.with_lever(${[JSON.stringify(one.lever), one.value, ...where].join(", ")})`;
  });
  return [
    "from datetime import date", "", "import cszt_models as cm", "",
    `project = cm.load_project(${folder})`,
    "observations = cm.read_observations(project)",
    `fits = cm.fit_blocks(`,
    `    observations, project, as_of=date(${year}, ${month}, ${day}),`,
    `    seed=${view.seed}, draws=${view.draws}, store=cm.Store(),`, `)`,
    "scenario = cm.baseline()", ...sets,
    "assessment = cm.assess(fits, cm.read_targets(project), scenario)",
    "print(scenario.hash, assessment.joint.probability)", "",
  ].join("\n");
}

/** The settings as a part and a scenario of scenarios.yaml. */
function asYaml(name, settings) {
  const quoted = (text) => (/^[\w ]+$/.test(text) ? text : JSON.stringify(text));
  const entry = (one) => {
    const words = [`value: ${one.value}`];
    if (one.regions.length) words.push(`regions: [${one.regions.join(", ")}]`);
    if (one.first != null) words.push(`from: ${one.first}`);
    if (one.last != null) words.push(`to: ${one.last}`);
    if (one.ramp) words.push(`ramp: ${one.ramp}`);
    if (one.decay) words.push(`decay: ${one.decay}`);
    return words.length > 1 ? `{${words.join(", ")}}` : String(one.value);
  };
  const levers = new Map();
  for (const one of settings) levers.set(one.lever, [...(levers.get(one.lever) || []), entry(one)]);
  const lines = [...levers].map(([lever, found]) =>
    `    ${lever}: ${found.length > 1 ? `[${found.join(", ")}]` : found[0]}`);
  return `parts:\n  ${quoted(name)}:\n${lines.join("\n")}\nscenarios:\n  ${quoted(name)}: [${quoted(name)}]\n`;
}

/** A line for the shell that gives the numbers of the panel. */
function asCommand(content, view, state) {
  const words = ["cszt attain"];
  if (content.project.folder) words.push(`--project "${content.project.folder}"`);
  words.push(`--as-of ${view.as_of}`, `--seed ${view.seed}`, `--draws ${view.draws}`);
  if (state.scenario && state.scenario !== "baseline") words.push(`--scenario "${state.scenario}"`);
  return words.join(" ");
}
