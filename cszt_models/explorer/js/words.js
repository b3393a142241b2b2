// Words and numbers for readers, in English and Chinese.

const WORDS = {
  en: {
    title: (name, first, last) => `What if? ${name}, plan ${first}–${last}`,
    other: "中文", panel: "What-if explorer",
    asOf: "As known at", scenario: "Scenario", own: "own settings",
    undo: "Undo", reset: "Reset", keep: "Keep to compare", drop: "Drop the kept one",
    python: "Copy as Python", command: "Copy as command", save: "Save as scenario",
    saveName: "Name of the part and scenario", saveButton: "Save", close: "Close",
    copied: "Copied.", copyByHand: "Select the text and copy it.",
    together: "All together", alone: (p) => `if independent ${p}`,
    same: "as in the baseline", points: (x) => `${x} points on the baseline`,
    kept: (p) => `kept: ${p}`, binds: "binding",
    more: "More levers", everywhere: "All", where: "Levers move", several: "differs by place",
    met: "met", missed: "missed", impossible: "impossible", nothing: "no data",
    reset1: (lever) => `Set ${lever} to zero`,
    target: "target", published: "published", median: "median",
    bands: "50, 80 and 90 % of futures", base: "baseline median", keptLine: "kept median",
    meets: (p) => `${p} meet it`, at: (year) => `Futures of ${year}`,
    plausible: "Plausibility",
    plausibleText: (p) => `${p} of the model's own futures lie as far from what it expects.`,
    plausibleNone: "nothing is changed",
    conditionsText: (p) => `As far out as the conditions: ${p} (from the kernel).`,
    needed: "Growth needed",
    neededText: (rate, more, first, last) =>
      `${rate} % a year ${first}–${last} for an even chance of the GDP target (${more} points on these settings)`,
    neededNone: "the GDP target no longer depends on growth",
    bindingLabel: "Binding target", bindingNone: "none",
    bindingText: (name, p) => `${name}: without it all others together have ${p}`,
    browser: (n) => `≈ ${n} draws in the browser`,
    waiting: (n) => `≈ ${n} draws in the browser, exact figure follows`,
    exact: (n) => `exact: all ${n} draws of the fit`,
    lonely: (n) => `≈ ${n} embedded draws; no kernel answers`,
    seed: "seed", legend: "Legend", chartOf: (name) => `Fan chart of ${name}`,
    noLevers: "Everything the levers move is already published at this date.",
    fix: (name, year) => `Fix ${name} of ${year}: drag, or use the arrow keys; Delete frees it`,
    granted: "Taken for granted:", leftOut: "(in the kernel only)", dropOne: "Drop this condition",
    gaussian: "conditions as if Gaussian",
    saved: (name, path) => `Saved as “${name}” in ${path}.`,
    stands: (name, path) => `“${name}” already stands like this in ${path}.`,
    hint: "Drag a circle on the median to fix a year.",
    saveFirst: "No single command sets this: save these lines in scenarios.yaml, then run `cszt scenario run 'my scenario'`.",
  },
  zh: {
    title: (name, first, last) => `假如……？${name}，${first}–${last}年规划`,
    other: "English", panel: "情景探索面板",
    asOf: "信息截至", scenario: "情景", own: "自定义设定",
    undo: "撤销", reset: "重置", keep: "保留对照", drop: "取消对照",
    python: "复制为 Python", command: "复制为命令", save: "另存为情景",
    saveName: "部件与情景的名称", saveButton: "保存", close: "关闭",
    copied: "已复制。", copyByHand: "请选中文字后复制。",
    together: "全部实现", alone: (p) => `若相互独立为${p}`,
    same: "与基准相同", points: (x) => `较基准${x}个百分点`,
    kept: (p) => `对照：${p}`, binds: "约束最强",
    more: "更多杠杆", everywhere: "全部", where: "作用范围", several: "各地不同",
    met: "已实现", missed: "未实现", impossible: "已不可能", nothing: "无数据",
    reset1: (lever) => `将${lever}归零`,
    target: "目标", published: "已公布", median: "中位数",
    bands: "50%、80%、90%区间", base: "基准中位数", keptLine: "对照中位数",
    meets: (p) => `${p}达标`, at: (year) => `${year}年的分布`,
    plausible: "可信程度",
    plausibleText: (p) => `模型自身的未来中，有${p}偏离预期至少这么远。`,
    plausibleNone: "未作任何改动",
    conditionsText: (p) => `出现与给定条件同样偏离的概率：${p}（内核计算）。`,
    needed: "所需增速",
    neededText: (rate, more, first, last) =>
      `${first}–${last}年年均${rate}%，GDP目标才有一半把握（较当前设定${more}个百分点）`,
    neededNone: "GDP目标已不再取决于增速",
    bindingLabel: "约束最强的目标", bindingNone: "无",
    bindingText: (name, p) => `${name}：若不计它，其余同时实现的概率为${p}`,
    browser: (n) => `≈ 浏览器中${n}次抽样`,
    waiting: (n) => `≈ 浏览器中${n}次抽样，精确数字随后到达`,
    exact: (n) => `精确：拟合的全部${n}次抽样`,
    lonely: (n) => `≈ 内嵌的${n}次抽样；没有内核应答`,
    seed: "种子", legend: "图例", chartOf: (name) => `${name}扇形图`,
    noLevers: "在这一日期，各杠杆所影响的数字均已公布。",
    fix: (name, year) => `固定${year}年${name}：拖动或用方向键，Delete键解除`,
    granted: "给定条件：", leftOut: "（仅由内核计算）", dropOne: "取消该条件",
    gaussian: "条件按正态近似",
    saved: (name, path) => `已保存为“${name}”：${path}。`,
    stands: (name, path) => `“${name}”已原样存在于${path}。`,
    hint: "拖动中位线上的圆点可固定某一年。",
    saveFirst: "单个命令无法表达该情景：请把以上几行存入 scenarios.yaml，再运行 `cszt scenario run 'my scenario'`。",
  },
};

/** A probability in whole percents, never 0 or 100 from draws alone. */
function percent(p, language) {
  const zh = language === "zh";
  if (p < 0.01) return zh ? "低于1%" : "under 1 %";
  if (p > 0.99) return zh ? "高于99%" : "over 99 %";
  return zh ? `${Math.round(100 * p)}%` : `${Math.round(100 * p)} %`;
}

const grouped = (x, digits) =>
  x.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A signed number with a true minus. */
function signed(x, digits) {
  const text = Math.abs(x).toFixed(digits);
  if (Number(text) === 0) return digits ? `±${text}` : "±0";
  return (x < 0 ? "−" : "+") + text;
}

/** A value on an axis or beside a mark. */
function figure(x, unit) {
  if (unit.startsWith("percent")) return String(Number(x.toFixed(Math.abs(x) < 10 ? 2 : 1)));
  return grouped(x, Math.abs(x) < 100 && !Number.isInteger(x) ? 1 : 0);
}

/** What a condition says, in short. */
function sayings({ says }) {
  const f = (x) => (Math.abs(x) >= 1000 ? grouped(x, 0) : String(x));
  if (says.kind === "value") return `= ${f(says.value)}`;
  if (says.kind === "about") return `${f(says.mean)} ± ${f(says.sd)}`;
  if (says.kind === "chance") return `P(< ${f(says.below)}) = ${says.probability}`;
  return `${says.low === null ? "−∞" : f(says.low)} … ${says.high === null ? "∞" : f(says.high)}`;
}
