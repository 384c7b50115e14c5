/** Draws the ratios of CPU time as bars: below the line at 1 is less than plain. */

/**
 * @param {readonly { node: string, heap: string, workload: string, ratio: number }[]} bars
 * @returns {string} an SVG picture
 */
export function drawChart(bars) {
  const names = [...new Set(bars.map(({ workload }) => workload))];
  const groups = [...new Set(bars.map(({ node, heap }) => `${node}, ${heap}`))];
  const [left, row, width] = [230, 14, 380];
  const most = Math.max(1.2, ...bars.map(({ ratio }) => ratio));
  const x = (/** @type {number} */ ratio) => left + (ratio / most) * width;
  const colours = ["#9ecae1", "#3182bd", "#a1d99b", "#31a354", "#fdae6b", "#e6550d"];
  const parts = names.flatMap((name, i) => {
    const top = 20 + i * (groups.length * row + 12);
    const label = `<text x="${left - 8}" y="${top + (groups.length * row) / 2 + 4}" text-anchor="end">${escapeText(name)}</text>`;
    const own = groups.flatMap((group, k) => {
      const bar = bars.find((each) => each.workload === name && `${each.node}, ${each.heap}` === group);
      if (!bar) return [];
      const y = top + k * row;
      return [
        `<rect x="${left}" y="${y}" width="${(x(bar.ratio) - left).toFixed(1)}" height="${row - 3}" fill="${colours[k % colours.length]}"/>`,
        `<text x="${(x(bar.ratio) + 4).toFixed(1)}" y="${y + row - 5}" font-size="10">${bar.ratio.toFixed(2)}</text>`,
      ];
    });
    return [label, ...own];
  });
  const bottom = 20 + names.length * (groups.length * row + 12);
  const legend = groups.map(
    (group, k) =>
      `<rect x="${left}" y="${bottom + 6 + k * 16}" width="10" height="10" fill="${colours[k % colours.length]}"/><text x="${left + 16}" y="${bottom + 15 + k * 16}">${escapeText(group)}</text>`,
  );
  const line = `<line x1="${x(1)}" x2="${x(1)}" y1="12" y2="${bottom}" stroke="currentColor" stroke-dasharray="3 3"/>`;
  const height = bottom + 16 + groups.length * 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 60} ${height}" font-family="sans-serif" font-size="12" fill="currentColor" role="img"><title>CPU time of the freed build as a share of plain</title>${parts.join("")}${line}${legend.join("")}</svg>\n`;
}

/** @param {string} text */
function escapeText(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
