/** Totals by verdict and by reason: a bar for all, and two tables whose rows choose a filter. */

import { reasonPhrase } from "../../../plan/reasons.js";
import { type Reason, reasons, verdicts } from "../../report.js";
import { element, plural } from "./dom.js";
import type { Filters, Model } from "./model.js";
import { signs, verdictTexts } from "./words.js";

/** @param choose takes the filters that a row stands for */
export function buildTotals(model: Model, choose: (change: Partial<Filters>) => void): HTMLElement {
  const { report } = model.data;
  const { totals } = report;
  const present = verdicts.filter((verdict) => totals[verdict] > 0);
  const said = present.map((verdict) => `${totals[verdict]} ${verdict}`).join(", ");
  const bar = element("div", { class: "bar", role: "img", "aria-label": `Of ${totals.sites}: ${said}` });
  for (const verdict of present) {
    const part = element("span", { class: verdict }, `${signs[verdict]} ${totals[verdict]}`);
    part.style.flexGrow = String(totals[verdict]);
    bar.append(part);
  }
  const byVerdict = present.map((verdict) => {
    const name = element(
      "span",
      {},
      element("span", { class: `sign ${verdict}`, "aria-hidden": "true" }, signs[verdict]),
      ` ${verdict}`,
    );
    return row(
      { name, text: verdictTexts[verdict], count: totals[verdict], of: totals.sites, style: verdict },
      () => choose({ verdict, reason: "" }),
    );
  });
  const counts = countReasons(model);
  const most = counts[0]?.[1] ?? 1;
  const byReason = counts.map(([reason, count]) => {
    const name = element("span", {}, reason);
    return row({ name, text: reasonPhrase(reason), count, of: most, style: "kept" }, () =>
      choose({ verdict: "kept", reason }),
    );
  });
  return element(
    "section",
    { "aria-labelledby": "totals" },
    element("h2", { id: "totals" }, `${plural(totals.sites, "allocation site")}${said ? `: ${said}` : ""}`),
    report.hidden
      ? element("p", {}, `${report.hidden} more are left out of this page by the filters of the build.`)
      : null,
    totals.sites > 0 ? bar : null,
    element(
      "div",
      { class: "tables" },
      byVerdict.length > 0 ? table("By verdict", byVerdict) : null,
      byReason.length > 0 ? table("Kept, by reason", byReason) : null,
    ),
  );
}

function countReasons(model: Model): [Reason, number][] {
  const kept = model.sites.filter((site) => site.verdict === "kept");
  return reasons
    .map((reason): [Reason, number] => [reason, kept.filter((site) => site.reason === reason).length])
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
}

function table(caption: string, rows: readonly HTMLElement[]): HTMLElement {
  const heads = ["Show", "Sites", "Share"].map((text, i) =>
    element("th", { scope: "col", class: i === 2 ? "share" : null }, text),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
}

interface Row {
  readonly name: HTMLElement;
  readonly text: string;
  readonly count: number;
  /** The count that a whole bar stands for. */
  readonly of: number;
  readonly style: string;
}

function row({ name, text, count, of, style }: Row, choose: () => void): HTMLElement {
  const button = element("button", { type: "button", class: "plain" }, name);
  button.addEventListener("click", choose);
  const fill = element("span", { class: `fill ${style}` });
  fill.style.width = `${(100 * count) / of}%`;
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, button, element("small", {}, text)),
    element("td", { class: "count" }, String(count)),
    element("td", { class: "share" }, element("span", { class: "track", "aria-hidden": "true" }, fill)),
  );
}
