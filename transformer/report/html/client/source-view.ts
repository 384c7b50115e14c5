/** The source of one file, with its sites as buttons and its frees as lines between. Only the open file is ever built. */
import type { InsertedFree } from "../../report.js";
import { element } from "./dom.js";
import { type Model, placeText, type Site } from "./model.js";
import { signs } from "./words.js";

/** Lines in one box that the browser need not lay out while it is out of sight. */
const chunk = 100;

export interface SourceView {
  readonly code: HTMLElement;
  readonly buttons: ReadonlyMap<Site, HTMLButtonElement>;
  readonly lines: readonly HTMLElement[];
}

export function buildSource(model: Model, file: string, open: (site: Site) => void): SourceView {
  const lines = (model.filesByName.get(file)?.source ?? "").split(/\r\n|[\n\r\u2028\u2029]/);
  const sites = byLine(model.sitesByFile.get(file) ?? []);
  const frees = byLine(model.freesByFile.get(file) ?? []);
  const suspects = byLine(model.suspectsByFile.get(file) ?? []);
  const buttons = new Map<Site, HTMLButtonElement>();
  const elements: HTMLElement[] = [];
  const code = element("div", { class: "code" });
  for (let from = 0; from < lines.length; from += chunk) {
    const box = element("div", { class: "chunk" });
    const part = lines.slice(from, from + chunk);
    part.forEach((text, i) => {
      const number = from + i + 1;
      box.append(...freeNotes(model, frees.get(number) ?? []));
      for (const each of suspects.get(number) ?? [])
        box.append(note("suspect", each.certain ? "wrong free" : "suspect free", `: ${each.text}`));
      const line = element("div", { class: "line", "data-line": String(number) });
      appendCode(line, text, sites.get(number) ?? [], (site) => {
        const button = siteButton(site, open);
        buttons.set(site, button);
        return button;
      });
      elements.push(line);
      box.append(line);
    });
    box.style.setProperty("--lines", String(box.childElementCount));
    code.append(box);
  }
  return { code, buttons, lines: elements };
}

function byLine<T extends { readonly line: number }>(all: readonly T[]): Map<number, T[]> {
  const lines = new Map<number, T[]>();
  for (const each of all) lines.set(each.line, [...(lines.get(each.line) ?? []), each]);
  return lines;
}

/** The frees before a line; those at one place together, as the report says of a site where it is freed and not by which of them. */
function freeNotes(model: Model, frees: readonly InsertedFree[]): HTMLElement[] {
  const places = new Map<string, InsertedFree[]>();
  for (const free of frees) places.set(placeText(free), [...(places.get(placeText(free)) ?? []), free]);
  return [...places].map(([place, [first, ...others]]) => {
    const values = [first, ...others].map((free) => free?.value).join(", ");
    const sites = model.sitesByFree.get(place) ?? [];
    const links = [...new Map(sites.map((site) => [site.key, site])).values()].flatMap((site, i) => {
      const at = `${site.line}:${site.column}`;
      const text = site.file === first?.file ? at : `${site.file}:${at}`;
      return [i === 0 ? ", made at " : ", ", element("a", { href: hrefOf(site.key) }, text)];
    });
    return note("free", `free ${values}`, ` before column ${first?.column ?? 1}`, ...links);
  });
}

/** What the page says of a place between the lines. */
function note(
  kind: "free" | "suspect",
  name: string,
  rest: string,
  ...links: readonly (Node | string)[]
): HTMLElement {
  return element("div", { class: `note ${kind}` }, element("strong", {}, name), rest, ...links);
}

function appendCode(
  line: HTMLElement,
  text: string,
  sites: readonly Site[],
  make: (site: Site) => HTMLElement,
): void {
  let at = 0;
  sites.forEach((site, i) => {
    const start = Math.max(at, site.column - 1);
    const next = sites[i + 1]?.column ?? Number.POSITIVE_INFINITY;
    const end = Math.max(start, Math.min(start + sharedLength(text.slice(start), site.expression), next - 1));
    const button = make(site);
    button.append(text.slice(start, end));
    line.append(text.slice(at, start), button);
    at = end;
  });
  line.append(text.slice(at));
}

/** How much of a line an expression takes up; in the report its white space is one blank each, and its end may be cut. */
function sharedLength(text: string, expression: string): number {
  let length = 0;
  for (const part of expression.split(" ")) {
    const blanks = /^\s*/.exec(text.slice(length))?.[0].length ?? 0;
    const rest = text.slice(length + blanks);
    if (!rest.startsWith(part))
      return Math.max(length, rest === "" ? length : text.length * Number(part.endsWith("...")));
    length += blanks + part.length;
  }
  return length;
}

function siteButton(site: Site, open: (site: Site) => void): HTMLButtonElement {
  const reason = site.reason ? `, ${site.reason}` : "";
  const steps = site.path.map((step) => `\n${placeText(step)} ${step.why}`).join("");
  const button = element(
    "button",
    {
      type: "button",
      class: `site ${site.verdict}`,
      tabindex: "-1",
      "aria-label": `${site.verdict}${reason}: ${site.expression}, line ${site.line}`,
      title: `${site.verdict}${reason}: ${site.type}${steps}`,
    },
    element("span", { class: "sign", "aria-hidden": "true" }, signs[site.verdict]),
  );
  button.addEventListener("click", () => open(site));
  return button;
}

export function hrefOf(key: string): string {
  return `#${encodeURI(key)}`;
}
