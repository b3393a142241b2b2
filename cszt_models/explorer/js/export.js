// What a reader takes away: a table of the fan as CSV, the picture as SVG or PNG.

/** A table of the target shown: published values and quantiles by year, as CSV. */
function asCsv(panel) {
  const { view, target, now } = panel;
  const told = panel.exact(panel.setup), rows = panel.fan(now, told);
  const published = new Map(view.history[target.id]);
  const heads = ["target", "region", "unit", "as_of", "scenario", "year", "published",
    ...LEVELS.map((p) => `q${100 * p}`)];
  const fixed = [target.id, target.region, target.unit, view.as_of, scenarioHash(panel.setup)];
  const years = [...new Set([...published.keys(), ...view.years])].sort((a, b) => a - b);
  const lines = years.map((year) => {
    const q = rows[view.years.indexOf(year)];
    return [...fixed, year, published.get(year) ?? "", ...(q || LEVELS.map(() => ""))];
  });
  const cell = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value);
  return [heads, ...lines].map((line) => line.map(cell).join(",")).join("\n") + "\n";
}

/** The picture as a file of its own: with its size, its title and a white ground. */
function asSvg(panel) {
  const svg = panel.at("chart"), [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const title = panel.at("chart title").textContent;
  const dated = `${title} · ${panel.words.asOf} ${panel.view.as_of} · ${scenarioHash(panel.setup)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + 30}" ` +
    `viewBox="0 -30 ${width} ${height + 30}" font-family="sans-serif" font-size="12">` +
    `<rect y="-30" width="${width}" height="${height + 30}" fill="#fff"/>` +
    `<text x="4" y="-12" font-weight="600">${escaped(dated)}</text>${panel.at("drawing").innerHTML}</svg>`;
}

/** The picture as PNG, two pixels to a point. */
function asPng(svg) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * image.width;
      canvas.height = 2 * image.height;
      const pen = canvas.getContext("2d");
      pen.scale(2, 2);
      pen.drawImage(image, 0, 0);
      canvas.toBlob(resolve, "image/png");
    };
    image.onerror = reject;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
}

/** Hand a file to the reader. */
function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Hand over the table or the picture under a name that says of what. */
async function exported(panel, kind) {
  const name = `${panel.content.project.id}-${panel.target.id}-${panel.view.as_of}.${kind}`;
  if (kind === "csv") download(name, new Blob([asCsv(panel)], { type: "text/csv" }));
  else if (kind === "svg") download(name, new Blob([asSvg(panel)], { type: "image/svg+xml" }));
  else download(name, await asPng(asSvg(panel)));
}
