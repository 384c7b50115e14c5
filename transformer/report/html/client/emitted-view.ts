/** The JavaScript of one file: as `tsc` emits it, as ts-autofree does, and what differs. */
import type { EmittedCode, LineChange } from "../page-data.js";
import { element } from "./dom.js";

type Mark = "same" | "added" | "removed" | "gap";

interface Row {
  readonly mark: Mark;
  readonly text: string;
  readonly number: number | null;
}

/** Unchanged lines shown around a change. */
const around = 3;

export function buildEmitted(emitted: EmittedCode, view: "changes" | "plain" | "emitted"): HTMLElement {
  const plain = emitted.plain.split("\n");
  const { changes } = emitted;
  if (changes.length === 0 && view !== "plain")
    return element("p", { class: "empty" }, `ts-autofree changes nothing in ${emitted.name}.`);
  const rows = rowsOf(plain, view === "plain" ? [] : changes);
  const shown = view === "changes" ? nearChanges(rows) : rows.filter(({ mark }) => mark !== "removed");
  const code = element("div", { class: "code" });
  for (const { mark, text, number } of shown) {
    const line = element("div", {
      class: `line ${mark}`,
      "data-line": number === null ? "" : String(number),
    });
    if (mark === "gap") line.append("\u22ef");
    else if (mark === "same") line.append(text);
    else
      line.append(
        element("span", { class: "said" }, `${mark}: `),
        element(mark === "added" ? "ins" : "del", {}, text),
      );
    code.append(line);
  }
  return code;
}

function rowsOf(plain: readonly string[], changes: readonly LineChange[]): Row[] {
  const rows: Row[] = [];
  let next = 0;
  let number = 1;
  const copyTo = (end: number): void => {
    for (; next < end; next++) rows.push({ mark: "same", text: plain[next] ?? "", number: number++ });
  };
  for (const { at, removed, added } of changes) {
    copyTo(at);
    for (; next < at + removed; next++) rows.push({ mark: "removed", text: plain[next] ?? "", number: null });
    for (const text of added) rows.push({ mark: "added", text, number: number++ });
  }
  copyTo(plain.length);
  return rows;
}

function nearChanges(rows: readonly Row[]): Row[] {
  const near = new Set<number>();
  rows.forEach(({ mark }, i) => {
    if (mark !== "same") for (let j = i - around; j <= i + around; j++) near.add(j);
  });
  const shown: Row[] = [];
  rows.forEach((row, i) => {
    if (near.has(i)) shown.push(row);
    else if (near.has(i - 1) || i === 0) shown.push({ mark: "gap", text: "", number: null });
  });
  return shown;
}
