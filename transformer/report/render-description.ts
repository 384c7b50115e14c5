/** Descriptions of sites as text: the lines of the report, then what holds the buffer, function by function. */
import type { LifeEvent, SiteDescription } from "./describe-site.js";
import { type Paint, painter, siteLines, type TextStyle } from "./render-text.js";

/**
 * Renders descriptions for people.
 *
 * ```text
 * src/fft.ts:40:15 freed: Float64Array new Float64Array(n) is freed at 44:3 in norm
 *   in norm:
 *     40:15 made here
 *     41:3 before `t[0] = 1;`: t
 * ```
 */
export function renderDescriptions(descriptions: readonly SiteDescription[], style: TextStyle): string {
  const paint = painter(style);
  return descriptions.map((each) => `${describedLines(each, paint).join("\n")}\n`).join("\n");
}

function describedLines({ site, lives, help }: SiteDescription, paint: Paint): string[] {
  const lines = siteLines(site, paint);
  for (const life of lives) {
    const owner = life.function === "<module>" ? "at the module's top level" : `in ${life.function}`;
    const file = life.events[0]?.file;
    lines.push(`  ${owner}${file === undefined || file === site.file ? "" : ` (${file})`}:`);
    lines.push(...life.events.map((event) => eventLine(event, paint)));
  }
  if (help !== null) lines.push(`  what helps: ${help}`);
  return lines;
}

function eventLine(event: LifeEvent, paint: Paint): string {
  return `    ${paint(`${event.line}:${event.column}`, 36)} ${eventText(event)}`;
}

function eventText(event: LifeEvent): string {
  switch (event.kind) {
    case "made":
      return "made here";
    case "named":
      return `${before(event.code)}: ${holdersText(event)}`;
    case "dead":
      return `${before(event.code)}: nothing comes to it any more`;
    case "freed":
      return `freed here, as \`${event.value}\``;
  }
}

function holdersText({ names, earlier }: Extract<LifeEvent, { kind: "named" }>): string {
  if (names.length + earlier.length === 0) return "held by a value without a name";
  const before = earlier.length > 0 ? [`one made before: ${earlier.join(", ")}`] : [];
  return [...(names.length > 0 ? [names.join(", ")] : []), ...before].join("; ");
}

function before(code: string): string {
  return code === "" ? "at the end" : `before \`${code}\``;
}
