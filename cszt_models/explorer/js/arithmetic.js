// Projection in the browser: the formulas of projection.py on the draws of one view.
//
// A table is [region][year]; a draw table holds at each place a Float64Array over draws.
// Published values are null where unknown. Python's `project_paths` on the same draws
// is what the tests hold this file against.

const GDP = "gdp_nominal", GROWTH = "gdp_real_growth", AVERAGE = "gdp_real_growth_avg";
const PEOPLE = "population_resident";
const URBAN = "urbanization_rate", URBAN_PEOPLE = "population_urban";

/** Numbers of a base64 text of little-endian Float32. */
function floats(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return Float64Array.from(new Float32Array(bytes.buffer));
}

const table = (regions, years, make) =>
  Array.from({ length: regions }, (_, r) => Array.from({ length: years }, (_, t) => make(r, t)));

/** Whether each year lies after the last published one. */
function afterLast(known) {
  return known.map((row) => {
    const last = row.findLastIndex((value) => value !== null);
    return row.map((_, t) => t > last);
  });
}

/** Arrays over draws where `places` says, null elsewhere. */
function unpack(view, packed) {
  const found = table(view.regions.length, view.years.length, () => null);
  const numbers = floats(packed.data);
  packed.places.forEach(([r, t], i) => {
    found[r][t] = numbers.subarray(i * view.n, (i + 1) * view.n);
  });
  return found;
}

/** A view ready to be projected: draws decoded, and baseline levels worked out. */
function prepare(view) {
  const unpacked = (tables) => Object.fromEntries(
    Object.entries(tables).map(([name, packed]) => [name, unpack(view, packed)]));
  const free = {};
  for (const [name, known] of Object.entries(view.published.regions)) free[name] = afterLast(known);
  free.growth = free[GDP].map((row, r) =>
    row.map((is, t) => is && view.published.regions[GROWTH][r][t] === null));
  const elasticities = Object.fromEntries(
    Object.entries(view.elasticities).map(([name, packed]) => [name, floats(packed)]));
  const drop = view.drop && view.drop.map(floats), chances = view.chances
    .map((packed) => floats(packed).map((order) => (order + 0.5) / view.n));
  return ready({
    ...view, now: Number(view.as_of.slice(0, 4)), free, drop, chances, elasticities, cells: unpacked(view.cells), logits: unpacked(view.logits),
  });
}

/** The same with levels, rates and shares worked out from the cells. */
function ready(view) {
  const { cells, published, n } = view;
  const [R, Y] = [view.regions.length, view.years.length];
  const told = published.regions[GROWTH];
  const nominal = table(R, Y, (r, t) => {
    if (!view.free[GDP][r][t]) return null;
    return told[r][t] === null ? sum(cells.growth[r][t], cells.price[r][t])
      : cells.price[r][t].map((x) => x + 100 * Math.log1p(told[r][t] / 100));
  });
  const baseline = {
    [GDP]: rolled(view, GDP, nominal),
    [PEOPLE]: rolled(view, PEOPLE, cells.population),
    growth: table(R, Y, (r, t) => told[r][t] === null && cells.growth[r][t] &&
      cells.growth[r][t].map((x) => Math.exp(x / 100))),
  };
  for (const [name, logits] of Object.entries(view.logits)) {
    baseline[name] = logits.map((row) => row.map((draws) =>
      draws && draws.map((x) => 100 / (1 + Math.exp(-x)))));
  }
  return { ...view, baseline };
}

const constant = (n, value) => new Float64Array(n).fill(value);
const sum = (a, b) => a.map((x, i) => x + b[i]);

/** Levels at the baseline: published, or moved from the last published by log points. */
function rolled(view, name, change) {
  const known = view.published.regions[name], fixed = view.cells[`${name}_gaps`];
  return known.map((row, r) => {
    const last = row.findLastIndex((value) => value !== null);
    const total = new Float64Array(view.n);
    return row.map((value, t) => {
      if (value !== null) return constant(view.n, value);
      if (t < last) return fixed[r][t];
      for (let i = 0; i < view.n; i++) total[i] += change[r][t][i];
      return total.map((x) => row[last] * Math.exp(x / 100));
    });
  });
}

/** What a setting is worth in each year. */
function worth(setting, years) {
  const { value, first, last } = setting;
  const steps = Math.max(setting.ramp || 0, 1), kept = 1 - (setting.decay || 0);
  return years.map((year) => {
    if (last != null && year > last) return 0;
    if (first == null) return value;
    const since = year - first;
    const rise = Math.min(Math.max((since + 1) / steps, 0), 1);
    return value * rise * kept ** Math.max(since - steps + 1, 0);
  });
}

/** A lever's value in each region and open year that is not over, else 0. */
function leverPath(view, settings, lever, free) {
  const path = free.map((row) => row.map(() => 0));
  for (const setting of settings) {
    if (setting.lever !== lever) continue;
    const values = worth(setting, view.years);
    view.regions.forEach((region, r) => {
      if (setting.regions.length && !setting.regions.includes(region)) return;
      values.forEach((value, t) => { if (free[r][t] && view.years[t] >= view.now) path[r][t] += value; });
    });
  }
  return path;
}

/** Points of a level turned into changes; a year that is not free keeps the level. */
function stepsOf(level, free) {
  return level.map((row, r) => {
    let reached = 0;
    return row.map((value, t) => {
      const now = free[r][t] ? value : reached, step = now - reached;
      reached = now;
      return step;
    });
  });
}

const running = (path) => path.map((row) => {
  let total = 0;
  return row.map((value) => (total += value));
});

const added = (a, b) => a.map((row, r) => row.map((x, t) => x + b[r][t]));

/** Levels times exp(log points / 100). */
function moved(levels, points) {
  return levels.map((row, r) => row.map((level, t) => {
    if (!level || !points[r][t]) return level;
    const factor = Math.exp(points[r][t] / 100);
    return level.map((x) => x * factor);
  }));
}

/** Members not published scaled so that they sum to a published total. */
function matched(view, levels) {
  const known = view.published.regions[GDP];
  for (const group of view.groups) {
    const totals = view.published.groups[group.id][GDP];
    totals.forEach((total, t) => {
      const missing = group.members.filter((r) => known[r][t] === null);
      if (total === null || !missing.length) return;
      const factor = new Float64Array(view.n);
      for (let i = 0; i < view.n; i++) {
        let open = 0, told = 0;
        for (const r of group.members) {
          if (known[r][t] === null) open += levels[r][t][i]; else told += levels[r][t][i];
        }
        factor[i] = (total - told) / open;
      }
      for (const r of missing) {
        const later = known[r].findIndex((value, s) => s > t && value !== null);
        const end = later < 0 ? view.years.length : later;
        for (let s = t; s < end; s++) levels[r][s] = levels[r][s].map((x, i) => x * factor[i]);
      }
    });
  }
  return levels;
}

/**
 * A share in percent. A lever adds points a year from the last published year; one on
 * its part multiplies it by the additional growth since then.
 */
function shares(view, settings, name, lever, part) {
  const known = view.published.regions[name], cells = view.baseline[name];
  const path = running(leverPath(view, settings, lever, view.free[name]));
  const more = part && running(leverPath(view, settings, part, view.free[name]));
  return known.map((row, r) => row.map((value, t) => {
    if (value !== null) return constant(view.n, value);
    const add = path[r][t], factor = more ? Math.exp(more[r][t] / 100) : 1;
    return cells[r][t] && cells[r][t].map((x) => Math.min(Math.max(x * factor + add, 0), 100));
  }));
}

/** People with those who move in, and their growth since. */
function movedIn(view, settings, people) {
  const free = view.free[PEOPLE], mine = settings.filter((one) => one.lever === "migration");
  if (!mine.length) return people;
  const weights = free.map((row, r) => {
    const first = row.indexOf(true);
    const before = people[r].at(first < 0 ? -1 : first - 1);
    return before[0];
  });
  const arrived = free.map((row) => row.map(() => 0));
  for (const setting of mine) {
    const values = worth(setting, view.years);
    const names = setting.regions.length ? setting.regions
      : view.groups.flatMap((group) => group.members.map((r) => view.regions[r]));
    const share = weights.map((x, r) => (names.includes(view.regions[r]) ? x : 0));
    const whole = share.reduce((a, b) => a + b, 0);
    share.forEach((x, r) => values.forEach((value, t) => {
      if (free[r][t] && view.years[t] >= view.now) arrived[r][t] += (x / whole) * value;
    }));
  }
  return people.map((row, r) => {
    const relative = new Float64Array(view.n);
    return row.map((level, t) => {
      if (!arrived[r].slice(0, t + 1).some((x) => x)) return level;
      const more = arrived[r][t];
      return level.map((x, i) => x * (1 + (relative[i] += more / x)));
    });
  });
}

/**
 * The view with its draws as levers change them one by one: the lever of uncertainty moves
 * them away from their mean, and events take growth away where they happen.
 */
function altered(view, settings) {
  const has = (lever) => settings.some((one) => one.lever === lever);
  let { cells, logits } = view;
  if (has("uncertainty")) {
    const wider = (tables, free) => {
      const more = leverPath(view, settings, "uncertainty", free);
      return tables.map((row, r) => row.map((draws, t) => {
        if (!draws || !more[r][t]) return draws;
        const center = mean(draws), factor = more[r][t] / 100;
        return draws.map((x) => x + factor * (x - center));
      }));
    };
    cells = {
      ...cells, growth: wider(cells.growth, view.free.growth),
      price: wider(cells.price, view.free[GDP]),
      population: wider(cells.population, view.free[PEOPLE]),
    };
    logits = Object.fromEntries(Object.entries(logits).map(([name, tables]) =>
      [name, wider(tables, view.free[name])]));
  }
  if (has("event_risk") && view.drop) {
    const risk = leverPath(view, settings, "event_risk", view.free.growth);
    cells = { ...cells, growth: cells.growth.map((row, r) => row.map((draws, t) =>
      (draws && risk[r][t] ? draws.map((x, i) =>
        (view.chances[t][i] < risk[r][t] / 100 ? x + view.drop[r][i] : x)) : draws))) };
  }
  return cells === view.cells ? view : ready({ ...view, cells, logits });
}

/** The view with growth as cross-effects change it, draw by draw. */
function withEffects(view, settings, effects) {
  if (!effects.length || !settings.length) return view;
  let { growth } = view.cells;
  for (const effect of effects) {
    const sizes = view.elasticities[effect.name];
    const measure = view.measures.find((one) => one.id === effect.cause);
    const lever = effect.cause === URBAN ? "urbanization" : effect.cause;
    const now = shares(view, settings, effect.cause, lever, measure && measure.part);
    const still = shares(view, [], effect.cause, lever, null);
    growth = growth.map((row, r) => {
      const reached = new Float64Array(view.n);
      return row.map((draws, t) => {
        if (!draws || !view.free.growth[r][t]) return draws;
        return draws.map((x, i) => {
          const change = sizes[i] * (now[r][t][i] - still[r][t][i]);
          if (effect.on === "growth") return x + change;
          const step = change - reached[i];
          reached[i] = change;
          return x + step;
        });
      });
    });
  }
  return growth === view.cells.growth ? view
    : ready({ ...view, cells: { ...view.cells, growth } });
}

/**
 * All indicators of a view under settings.
 *
 * Returns a function of indicator and place that gives an array over years, each with an
 * array over draws (or null before the first year that is known).
 */
function project(before, settings, effects = []) {
  const view = withEffects(altered(before, settings), settings, effects);
  const { free, baseline, groups } = view;
  const path = (lever, where) => leverPath(view, settings, lever, where);
  const growth = added(path("growth", free.growth),
    stepsOf(path("level", free.growth), free.growth));
  const nominal = running(added(growth, path("price", free[GDP])));
  const people = moved(baseline[PEOPLE], running(path("population", free[PEOPLE])));
  const own = {
    [GDP]: matched(view, moved(baseline[GDP], nominal)),
    [GROWTH]: rates(view, growth),
    [PEOPLE]: movedIn(view, settings, people),
    [URBAN]: shares(view, settings, URBAN, "urbanization", null),
  };
  own[URBAN_PEOPLE] = parts(own[URBAN], own[PEOPLE]);
  for (const measure of view.measures) {
    own[measure.id] = shares(view, settings, measure.id, measure.id, measure.part);
    own[measure.part] = parts(own[measure.id], own[measure.weight]);
  }
  const kept = new Map();
  return (indicator, place) => {
    const key = `${indicator} ${place}`;
    if (!kept.has(key)) {
      const group = groups.find((one) => one.id === place);
      kept.set(key, group ? ofGroup(view, own, indicator, group)
        : own[indicator][view.regions.indexOf(place)]);
    }
    return kept.get(key);
  };
}

/** Real growth in percent: published where it is, else drawn and moved by the lever. */
function rates(view, lever) {
  const known = view.published.regions[GROWTH];
  return known.map((row, r) => row.map((value, t) => {
    if (value !== null) return constant(view.n, value);
    const base = view.baseline.growth[r][t], factor = Math.exp(lever[r][t] / 100);
    return base && base.map((x) => 100 * (x * factor - 1));
  }));
}

const parts = (share, whole) => share.map((row, r) => row.map((x, t) =>
  x && whole[r][t] && x.map((value, i) => value * whole[r][t][i] / 100)));

function total(view, tables, members, t) {
  const found = new Float64Array(view.n);
  for (const r of members) {
    const values = tables[r][t];
    if (!values) return null;
    for (let i = 0; i < view.n; i++) found[i] += values[i];
  }
  return found;
}

/** A group's indicator: as published, else a sum, a ratio of sums or weighted growth. */
function ofGroup(view, own, indicator, group) {
  const told = view.published.groups[group.id];
  const ratios = [
    { id: URBAN, part: URBAN_PEOPLE, weight: PEOPLE }, ...view.measures,
  ];
  const ratio = ratios.find((one) => one.id === indicator);
  const part = ratios.find((one) => one.part === indicator);
  const all = (name, t) => {
    const official = told[name] ? told[name][t] : null;
    return official === null ? total(view, own[name], group.members, t)
      : constant(view.n, official);
  };
  return view.years.map((_, t) => {
    const official = told[indicator] ? told[indicator][t] : null;
    if (official !== null) return constant(view.n, official);
    if (indicator === GROWTH) return weighted(view, own, group.members, t);
    if (ratio) {
      const above = total(view, own[ratio.part], group.members, t);
      const below = total(view, own[ratio.weight], group.members, t);
      return above && below && above.map((x, i) => 100 * x / below[i]);
    }
    if (part && told[part.id] && told[part.id][t] !== null) {
      return all(part.weight, t).map((x) => x * told[part.id][t] / 100);
    }
    return total(view, own[indicator], group.members, t);
  });
}

/** Growth of a sum: members' rates weighted by their levels of the year before. */
function weighted(view, own, members, t) {
  if (t === 0) return null;
  const found = new Float64Array(view.n);
  for (let i = 0; i < view.n; i++) {
    let above = 0, below = 0;
    for (const r of members) {
      const rate = own[GROWTH][r][t];
      if (!rate) return null;
      const before = own[GDP][r][t - 1][i];
      above += rate[i] * before;
      below += before;
    }
    found[i] = above / below;
  }
  return found;
}

/** Draws of the quantity that a target is about. */
function outcome(view, paths, target) {
  const at = view.years.indexOf(target.year);
  if (target.indicator !== AVERAGE) return paths(target.indicator, target.region)[at];
  const first = view.years.indexOf(target.since ?? target.year);
  const rate = paths(GROWTH, target.region).slice(first, at + 1);
  return Float64Array.from({ length: view.n }, (_, i) => {
    let logs = 0;
    for (const year of rate) logs += Math.log1p(year[i] / 100);
    return 100 * Math.expm1(logs / rate.length);
  });
}

const RULES = {
  at_least: (x, value) => x >= value,
  exceeds: (x, value) => x > value,
  at_most: (x, value) => x <= value,
  about: (x, value) => x >= value,
  between: (x, value) => x >= value,
  equals: (x, value) => x === value,
};

/** Probabilities of targets, one by one and of the headline ones together. */
function assess(view, paths, targets) {
  const found = {}, together = [];
  for (const target of targets) {
    const status = view.status[target.id];
    if (status === "no_data") continue;
    const told = view.outcomes[target.id];
    const draws = told === undefined ? outcome(view, paths, target) : constant(view.n, told);
    const met = Uint8Array.from(draws, (x) => RULES[target.sense](x, target.value));
    found[target.id] = { probability: mean(met), draws, met };
    if (target.headline) together.push([target.id, met]);
  }
  return { targets: found, joint: joint(view.n, together) };
}

function mean(values) {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** Joint probability, what independence would say, and the target that binds. */
function joint(n, together) {
  if (!together.length) return null;
  const all = (list) => {
    let count = 0;
    for (let i = 0; i < n; i++) count += list.every(([, met]) => met[i]) ? 1 : 0;
    return count / n;
  };
  const probability = all(together);
  const without = together.map((_, k) => all(together.filter((_, j) => j !== k)));
  const alone = together.map(([, met]) => mean(met));
  const order = together.map((_, k) => k)
    .sort((a, b) => without[b] - without[a] || alone[a] - alone[b] || a - b);
  const lone = together.length === 1 || probability === 1;
  return {
    probability,
    if_independent: alone.reduce((a, b) => a * b, 1),
    binding: lone ? null : together[order[0]][0],
    without: Object.fromEntries(together.map(([id], k) => [id, without[k]])),
  };
}

/** Quantile of sorted numbers, interpolated as NumPy's default does. */
function quantile(sorted, p) {
  const at = (sorted.length - 1) * p, below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
