import type { Report } from "./report.js";

/** The report as JSON text, in the stable shape of version 1, with a newline at its end. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
