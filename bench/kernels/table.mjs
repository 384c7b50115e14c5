/** Makes a markdown table of what was measured with one Node. */

/**
 * @typedef {object} Measured of one kernel at one live heap
 * @property {string} kernel
 * @property {string} heap
 * @property {Record<string, import("./run.mjs").Result[]>} rounds by version
 *
 * @typedef {object} Counted of one kernel
 * @property {Record<string, number>} bytes by version, in array buffers for a call
 * @property {{ freed: number, all: number }} sites
 */

/** How many calls the collections are told for. */
const calls = 1000;

/**
 * @param {string} version of Node
 * @param {readonly Measured[]} measured
 * @param {{ counted: ReadonlyMap<string, Counted>, builds: readonly string[] }} rest
 */
export function formatTable(version, measured, { counted, builds: [first, ...others] }) {
  const head = [
    "kernel",
    "sites freed",
    "live heap",
    "preallocated, µs",
    "plain ÷ preallocated",
    `${first} ÷ preallocated`,
    `${first} ÷ plain`,
    ...others.map((name) => `${name} ÷ preallocated`),
    `collections in ${calls} calls: plain`,
    first,
    `kB for a call: plain, ${first}, preallocated`,
  ];
  const lines = measured.map((each, i) => {
    const isFirst = measured[i - 1]?.kernel !== each.kernel;
    const { bytes, sites } = /** @type {Counted} */ (counted.get(each.kernel));
    const kilobytes = ["plain", first, "preallocated"].map((name) => (bytes[name] / 1000).toFixed(1));
    return [
      isFirst ? each.kernel : "",
      isFirst ? `${sites.freed} of ${sites.all}` : "",
      each.heap,
      leastOf(each.rounds.preallocated, "leastUs").toFixed(0),
      ratio(each, "plain", "preallocated", "us"),
      ratio(each, first, "preallocated", "leastUs"),
      ratio(each, first, "plain", "us"),
      ...others.map((name) => ratio(each, name, "preallocated", "leastUs")),
      collections(each.rounds.plain),
      collections(each.rounds[first]),
      isFirst ? kilobytes.join(", ") : "",
    ];
  });
  const rule = head.map((_, i) => (i === 0 || i === 2 ? "---" : "---:"));
  return `Node ${version}:\n\n${[head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

/**
 * The ratio of the least times; in brackets that of the first half of the rounds, and of the second.
 *
 * @param {Measured} measured
 * @param {string} a
 * @param {string} b
 * @param {"us" | "leastUs"} figure
 */
function ratio({ rounds }, a, b, figure) {
  const of = (/** @type {number} */ from, /** @type {number} */ to) =>
    (leastOf(rounds[a].slice(from, to), figure) / leastOf(rounds[b].slice(from, to), figure)).toFixed(2);
  const { length } = rounds[a];
  const half = Math.ceil(length / 2);
  return length < 2 ? of(0, length) : `${of(0, length)} (${of(0, half)}, ${of(half, length)})`;
}

/** @param {readonly import("./run.mjs").Result[]} results */
function collections(results) {
  const { minor, major } = results.reduce((least, each) => (each.us < least.us ? each : least));
  return `${Math.round(minor * calls)}, ${Math.round(major * calls)}`;
}

/** @param {readonly import("./run.mjs").Result[]} results @param {"us" | "leastUs"} figure */
function leastOf(results, figure) {
  return Math.min(...results.map((each) => each[figure]));
}
