/**
 * Lays out rows as an aligned table; the first column to the left, the others to the right.
 *
 * @param {string[]} header
 * @param {string[][]} rows
 * @param {number} [leftColumns] how many columns are text
 * @returns {string}
 */
export function layOut(header, rows, leftColumns = 1) {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (/** @type {string[]} */ cells) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? "";
        return column < leftColumns ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** @param {number | null} ratio */
const showRatio = (ratio) => (ratio === null ? "-" : `${ratio.toFixed(2)}x`);
/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** @param {import("./verdicts.mjs").Verdicts} verdicts */
export function verdictTables({ sites, counts, keptReasons }) {
  const shown = ["freed", "partial", "static", "scalar", "kept"];
  const names = [...new Set([...shown, ...Object.keys(counts)])];
  const row = [sites, ...names.map((name) => counts[name] ?? 0)].map(String);
  const reasons = Object.entries(keptReasons).map(([reason, count]) => [reason, String(count)]);
  const totals = layOut(["sites", ...names], [row], 0);
  return reasons.length === 0 ? totals : `${totals}\n\n${layOut(["kept because", "sites"], reasons)}`;
}

/** @param {import("./compile.mjs").CompileTimes} times */
export function compileTable({ plain, freed, ratio, rounds }) {
  const title = rounds === 1 ? "compile time" : `compile time, min of ${rounds}`;
  return layOut(
    [title, "tsc", "ts-autofree", "ratio"],
    [["s", seconds(plain), seconds(freed), showRatio(ratio)]],
  );
}

/** @param {number} ms */
const seconds = (ms) => (ms / 1000).toFixed(2);

/** @param {import("./measure.mjs").Allocation[]} allocations */
export function allocationTable(allocations) {
  const rows = allocations.flatMap(({ workload, plain, freed, ratio }) => [
    [workload, "plain", megabytes(plain.bytesPerIteration), plain.buffersPerIteration.toFixed(1)],
    ["", "freed", megabytes(freed.bytesPerIteration), freed.buffersPerIteration.toFixed(1)],
    ["", "ratio", showRatio(ratio.bytesPerIteration), showRatio(ratio.buffersPerIteration)],
  ]);
  return layOut(["allocated per iteration", "", "MB in array buffers", "array buffers"], rows, 2);
}

/** @param {import("./measure.mjs").Measurement[]} measurements */
export function timeTable(measurements) {
  const header = ["workload", "", "live heap", "median ms", "min ms", "CPU ms", "minor GCs", "major GCs"];
  const rows = measurements.flatMap(({ workload, heapBytes, iterations, plain, freed, ratio }) => {
    const heap = `${Math.round(heapBytes / 1e6)} MB`;
    return [
      [workload, "plain", heap, ...figureCells(plain)],
      [`  of ${iterations}`, "freed", "", ...figureCells(freed)],
      ["", "ratio", "", ...ratioCells(ratio)],
    ];
  });
  return layOut([...header, "pauses ms", "peak RSS MB"], rows, 2);
}

/** @param {import("./measure.mjs").CheckedCost[]} costs */
export function checkedTable(costs) {
  const rows = costs.map(({ workload, plain, checked, ratio }) => [
    workload,
    plain.toFixed(2),
    checked.toFixed(2),
    showRatio(ratio),
  ]);
  return layOut(["checked build, min ms", "plain", "checked", "ratio"], rows);
}

/** @param {import("./measure.mjs").Figures} figures */
function figureCells(figures) {
  return [
    figures.msPerIteration.toFixed(2),
    figures.minMsPerIteration.toFixed(2),
    figures.cpuMsPerIteration.toFixed(2),
    String(figures.minorCollections),
    String(figures.majorCollections),
    figures.pauseMs.toFixed(1),
    megabytes(figures.peakRssBytes),
  ];
}

/** @param {import("./measure.mjs").Measurement["ratio"]} ratio */
function ratioCells(ratio) {
  return [
    ratio.msPerIteration,
    ratio.minMsPerIteration,
    ratio.cpuMsPerIteration,
    ratio.minorCollections,
    ratio.majorCollections,
    ratio.pauseMs,
    ratio.peakRssBytes,
  ].map(showRatio);
}
