// The hash of a scenario, digit for digit that of `Scenario.hash`.

/** A number as Python's json writes a float. */
function pythonFloat(x) {
  if (Number.isInteger(x)) return `${x}.0`;
  const [digits, power] = x.toExponential().split("e");
  return Math.abs(x) < 1e-4 ? `${digits}e-${String(-power).padStart(2, "0")}` : String(x);
}

const pythonText = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g,
  (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A setting as Python's json writes its fields. */
function canonical(setting) {
  const { lever, value, regions, first, last, ramp, decay } = setting;
  const whole = (year) => year ?? "null";
  const places = [...regions].sort().map(pythonText).join(", ");
  return `[${pythonText(lever)}, ${pythonFloat(value)}, [${places}], ${whole(first)}, ` +
    `${whole(last)}, ${ramp || 0}, ${pythonFloat(decay || 0)}]`;
}

/** A condition as Python's json writes its content. */
function canonicalCondition(one) {
  const says = Object.entries(one.says).map(([key, value]) =>
    `${pythonText(key)}: ${pythonText(key === "kind" ? value
      : value === null ? (key === "low" ? "-inf" : "inf") : pythonFloat(value))}`);
  return `{"indicator": ${pythonText(one.indicator)}, "region": ${pythonText(one.region)}, ` +
    `"first": ${one.first}, "last": ${one.last}, ` +
    `"average": ${one.average && one.first < one.last}, "says": {${says.join(", ")}}}`;
}

/** A cross-effect as Python's json writes its fields. */
const canonicalEffect = (one) => `[${[one.name, one.cause, one.on, one.distribution]
  .map(pythonText).join(", ")}, ${pythonFloat(one.a)}, ${pythonFloat(one.b)}]`;

/** First 12 hex digits of SHA-256 over what is set; names do not count. */
function scenarioHash({ settings, conditions, effects }) {
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const unique = (texts) => [...new Set(texts)].sort(order);
  const content = [
    ...settings.map(canonical).sort(order), ...unique(conditions.map(canonicalCondition)),
    ...[...effects].sort((a, b) => order(a.name, b.name)).map(canonicalEffect),
  ];
  return sha256(`[${content.join(", ")}]`).slice(0, 12);
}

/**
 * SHA-256 of a text in hex digits (FIPS 180-4). The browser's own is missing on pages
 * that are not served in a safe way, such as those at a server's plain address.
 */
function sha256(text) {
  const rotate = (x, k) => (x >>> k) | (x << (32 - k));
  const primes = [];
  for (let k = 2; primes.length < 64; k++) if (primes.every((p) => k % p)) primes.push(k);
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = primes.map((p) => fraction(Math.cbrt(p)));
  const H = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const bytes = new TextEncoder().encode(text);
  const size = (Math.floor((bytes.length + 8) / 64) + 1) * 16;
  const words = new Int32Array(size);
  bytes.forEach((byte, i) => { words[i >> 2] |= byte << (24 - 8 * (i % 4)); });
  words[bytes.length >> 2] |= 0x80 << (24 - 8 * (bytes.length % 4));
  words[size - 1] = bytes.length * 8;
  const w = new Int32Array(64);
  for (let block = 0; block < size; block += 16) {
    let [a, b, c, d, e, f, g, h] = H;
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = words[block + i];
      else {
        const x = w[i - 15], y = w[i - 2];
        const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
        const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      const S1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const S0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const one = (h + S1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => { H[i] = (H[i] + x) | 0; });
  }
  return H.map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
}
