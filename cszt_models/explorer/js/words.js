// Words and numbers for readers, in English and Chinese.

const WORDS = {
  en: {
    title: (name, first, last) => `What if? ${name}, plan ${first}–${last}`,
    other: "中文", panel: "What-if explorer",
    asOf: "As known on", scenario: "Scenario", own: "own settings",
    undo: "Undo", reset: "Reset", keep: "Keep to compare", drop: "Drop the kept one",
    python: "Copy as Python", command: "Copy as command", save: "Save as scenario",
    saveName: "Name of the part and scenario", saveButton: "Save", close: "Close",
    copied: "Copied.", copyByHand: "Select the text and copy it.",
    together: "All together", alone: (p) => `if independent ${p}`,
    same: "as in the baseline", points: (x) => `${x} ${/^[+−]1$/.test(x) ? "point" : "points"} from the baseline`,
    kept: (p) => `kept: ${p}`, binds: "limits most",
    more: "More levers", everywhere: "All", where: "Levers move", several: "differs by place",
    met: "met", missed: "missed", impossible: "impossible", nothing: "no data",
    reset1: (lever) => `Set ${lever} to zero`,
    target: "target", published: "published", median: "median",
    bands: "50, 80 and 90 % of futures", base: "baseline", keptLine: (name) => `kept: ${name}`,
    meets: (p) => `${p} meet it`, at: (year) => `Futures of ${year}`,
    plausible: "Plausibility",
    plausibleText: (p, given) => (given ? `Levers and conditions together: ${p}.`
      : `${p} of the model's own futures lie at least as far from what it expects.`),
    plausibleNone: "nothing is changed",
    conditionsText: (p) => `The conditions: ${p} of the model's own futures lie at least as far from what it expects.`,
    needed: "Growth needed",
    neededText: (rate, more, first, last) =>
      `${rate} % a year ${first === last ? `in ${last}` : `${first}–${last}`} gives the GDP target an even chance: ${more}`,
    aside: (x, way) => (way ? `${x} points ${way > 0 ? "more" : "less"} than set here` : "as set here"),
    neededNone: "the GDP target no longer depends on growth", neededNoGdp: "no target of the plan is a size of GDP",
    bindingLabel: "What limits most", bindingNone: "none",
    bindingText: (name, p) => `${name}: without it the chance of all others together is ${p}`,
    browser: (n) => `≈ ${n} draws in the browser`,
    waiting: (n) => `≈ ${n} draws in the browser, exact figure follows`,
    exact: (n) => `exact: all ${n} draws of the fit`,
    lonely: (n) => `≈ ${n} draws, computed in this page`,
    seed: "seed", legend: "Legend", chartOf: (name) => `Fan chart of ${name}`,
    noLevers: "Everything the levers move is already published at this date.",
    noEvent: "No event that lowered growth was known on this date.",
    noFigures: "No figure known on this date tells what it moves.",
    over: (day) => `All that it moves is published or over at ${day}.`,
    what: "What is this lever?", source: "Range from: ", original: "Range from: ",
    lever: (name, low, high) => `Adds to ${name}, in every year that is not over, between ${low} and ${high}.`,
    table: "Table (CSV)", picture: (kind) => `Picture (${kind})`,
    chanceOf: (goal) => `probability of ${goal}`,
    roughly: "Approximate: from the draws in this page.",
    plausibleOver: "what is set moves no year that is still open",
    readKnown: (year, value) => `${year}: ${value}, published`,
    readFan: (year, mid, low, high, unit) => `${year}: median ${mid}, 80 % between ${low} and ${high} (${unit})`,
    fix: (name, year) => `Fix ${name} of ${year}: drag, or use the arrow keys; Delete frees it`,
    granted: "Taken for granted:", leftOut: "(in the kernel only)", dropOne: "Drop this condition",
    gaussian: "conditions as if Gaussian",
    saved: (name, path) => `Saved as “${name}” in ${path}.`,
    stands: (name, path) => `“${name}” already stands like this in ${path}.`,
    hint: "Drag a circle on the median to fix a year.",
    byHand: "A page cannot save, so nothing was saved. Add these lines to scenarios.yaml, each under its section.",
  },
  zh: {
    title: (name, first, last) => `假如……？${name}，${first === last ? last : `${first}—${last}`}年规划`,
    other: "English", panel: "情景探索面板",
    asOf: "信息截至", scenario: "情景", own: "自定义设定",
    undo: "撤销", reset: "重置", keep: "保留对照", drop: "取消对照",
    python: "复制为Python", command: "复制为命令", save: "另存为情景",
    saveName: "部件与情景的名称", saveButton: "保存", close: "关闭",
    copied: "已复制。", copyByHand: "请选中文字后复制。",
    together: "同时实现", alone: (p) => `若相互独立为${p}`,
    same: "与基准相同", points: (x) => `较基准${x}个百分点`,
    kept: (p) => `对照：${p}`, binds: "约束最强",
    more: "更多调节项", everywhere: "全部", where: "作用范围", several: "各地不同",
    met: "已实现", missed: "未实现", impossible: "已不可能", nothing: "无数据",
    reset1: (lever) => `将${lever}归零`,
    target: "目标", published: "已公布", median: "中位数",
    bands: "50%、80%、90%区间", base: "基准", keptLine: (name) => `对照：${name}`,
    meets: (p) => `${p}达标`, at: (year) => `${year}年的分布`,
    plausible: "可信程度",
    plausibleText: (p, given) => (given ? `调节项与条件合计：${p}。` : `模型自身的未来中，有${p}偏离预期至少这么远。`),
    plausibleNone: "未作任何改动",
    conditionsText: (p) => `给定条件：模型自身的未来中，有${p}偏离预期至少这么远。`,
    needed: "所需增速",
    neededText: (rate, more, first, last) =>
      `${first === last ? `${last}年增长` : `${first}—${last}年年均`}${rate}%，GDP目标才有一半把握（${more}）`,
    aside: (x, way) => (way ? `较当前设定${way > 0 ? "高" : "低"}${x}个百分点` : "与当前设定相同"),
    neededNone: "GDP目标已不再取决于增速", neededNoGdp: "规划没有地区生产总值总量目标",
    bindingLabel: "约束最强的目标", bindingNone: "无",
    bindingText: (name, p) => `${name}：若不计它，其余同时实现的概率为${p}`,
    browser: (n) => `≈ 浏览器中${n}次抽样`,
    waiting: (n) => `≈ 浏览器中${n}次抽样，精确数字随后到达`,
    exact: (n) => `精确：拟合的全部${n}次抽样`,
    lonely: (n) => `≈ 本页内嵌的${n}次抽样`,
    seed: "种子", legend: "图例", chartOf: (name) => `${name}扇形图`,
    noLevers: "在这一日期，各调节项所影响的数字均已公布。",
    noEvent: "截至这一日期，没有已知的拉低增速的事件。",
    noFigures: "截至这一日期，没有数据说明其作用对象。",
    over: (day) => `截至${day}，其作用的年份均已公布或已过去。`,
    what: "这是什么调节项？", source: "数值范围的来源：", original: "数值范围的来源（原文）：",
    lever: (name, low, high) => `在尚未过去的各年改变${name}，幅度介于${low}与${high}之间。`,
    table: "表格（CSV）", picture: (kind) => `图（${kind}）`,
    chanceOf: (goal) => `${goal}的概率`,
    roughly: "近似值：据本页内嵌的抽样。",
    plausibleOver: "所作设定未影响任何尚未确定的年份",
    readKnown: (year, value) => `${year}年：${value}，已公布`,
    readFan: (year, mid, low, high, unit) => `${year}年：中位数${mid}，80%区间${low}至${high}（${unit}）`,
    fix: (name, year) => `固定${year}年${name}：拖动或用方向键，Delete键解除`,
    granted: "给定条件：", leftOut: "（仅由内核计算）", dropOne: "取消该条件",
    gaussian: "条件按正态近似",
    saved: (name, path) => `已保存为“${name}”：${path}。`,
    stands: (name, path) => `“${name}”已原样存在于${path}。`,
    hint: "拖动中位线上的圆点可固定某一年。",
    byHand: "网页无法保存，未作保存。请把以上各行加入scenarios.yaml的相应部分。",
  },
};

/** A probability in whole percents, never 0 or 100 from draws alone. */
function percent(p, language) {
  const zh = language === "zh";
  if (p < 0.01) return zh ? "1%以下" : "under 1 %";
  if (p > 0.99) return zh ? "99%以上" : "over 99 %";
  return zh ? `${whole(100 * p)}%` : `${whole(100 * p)} %`;
}

/** The nearest whole number, of two as near the even one, as the tables of a page write it. */
function whole(x) {
  const up = Math.round(x);
  return x % 1 === 0.5 && up % 2 ? up - 1 : up;
}

const grouped = (x, digits) =>
  x.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A number's text with a true minus instead of a hyphen. */
const minus = (x) => String(x).replace("-", "−");

/** A signed number with a true minus. */
function signed(x, digits) {
  const text = Math.abs(x).toFixed(digits);
  if (Number(text) === 0) return digits ? `±${text}` : "±0";
  return (x < 0 ? "−" : "+") + text;
}

/** A value on an axis or beside a mark. */
function figure(x, unit) {
  if (unit.startsWith("percent")) return minus(Number(x.toFixed(Math.abs(x) < 10 ? 2 : 1)));
  return minus(grouped(x, Math.abs(x) < 100 && !Number.isInteger(x) ? 1 : 0));
}

/** A setting of a lever with its unit; zero is zero in any unit. */
function leverAmount(value, lever, language) {
  const digits = Math.max(0, -Math.floor(Math.log10(lever.step) + 1e-9));
  const { factor, name } = lever.unit[language];
  const size = grouped(Math.abs(value) * factor, factor > 1 ? 0 : digits);
  const blank = language === "zh" ? "" : " ";
  return `${value ? (value < 0 ? "−" : "+") + size : "0"}${blank}${name}`;
}

/** An end of a lever's range, on the scale of its amounts. */
const leverEnd = (value, { unit }, language) =>
  (value < 0 ? "−" : value ? "+" : "") +
  (Math.abs(value) * unit[language].factor).toLocaleString("en-US");

/** What a condition says, in short, with the unit of what it is about. */
function sayings({ says }, unit, language) {
  const number = (x) => (Math.abs(x) >= 1000 ? minus(grouped(x, 0)) : minus(x));
  const f = (x) => valued(number(x), unit, language);
  if (says.kind === "value") return `= ${f(says.value)}`;
  if (says.kind === "about") return `= ${number(says.mean)} ± ${f(says.sd)}`;
  if (says.kind === "chance") return `P(< ${f(says.below)}) = ${says.probability}`;
  return `${says.low === null ? "−∞" : number(says.low)} … ${says.high === null ? "∞" : f(says.high)}`;
}

/** A number with its unit; one that begins with a sign or a digit is a factor of it. */
function valued(number, unit, language) {
  if (language === "zh") return `${number}${unit}`;
  return /^[¥\d]/.test(unit) ? `${number} (${unit})` : `${number} ${unit}`;
}
