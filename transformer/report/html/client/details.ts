/** One site in depth: its verdict, where it is freed, and the path of reasons with a link for each step. */
import { reasonPhrase } from "../../../plan/reasons.js";
import { element } from "./dom.js";
import { type Model, type Place, placeText, type Site } from "./model.js";
import { hrefOf } from "./source-view.js";
import { signs, verdictTexts } from "./words.js";

export function buildDetails(model: Model, site: Site, close: () => void): HTMLElement[] {
  const button = element(
    "button",
    { type: "button", class: "close", "aria-label": "Close (Escape)" },
    "\u00d7",
  );
  button.addEventListener("click", close);
  const where = site.function === "<module>" ? "the module's top level" : site.function;
  const frees = site.frees.map((free) => ({ ...free, file: free.file ?? site.file }));
  return [
    element(
      "h2",
      { id: "details", tabindex: "-1" },
      element("span", { class: `sign ${site.verdict}`, "aria-hidden": "true" }, signs[site.verdict]),
      ` ${site.verdict}`,
    ),
    button,
    element("p", { class: "expression" }, element("code", {}, site.expression)),
    element("p", {}, `${site.type}, made in ${where} at `, placeLink(model, site, site.key), "."),
    element(
      "p",
      {},
      `${capital(site.reason ? reasonPhrase(site.reason) : verdictTexts[site.verdict])}.`,
      site.reason ? element("code", { class: "reason" }, site.reason) : null,
    ),
    ...listOf(
      "Freed before",
      frees.map((free) => [placeLink(model, free)]),
    ),
    ...listOf(
      site.verdict === "partial" ? "Where it is lost" : "How it escapes",
      site.path.map((step) => [placeLink(model, step), ` ${step.why}`]),
    ),
  ];
}

function listOf(title: string, rows: readonly (readonly (Node | string)[])[]): HTMLElement[] {
  if (rows.length === 0) return [];
  const items = rows.map((row) => element("li", {}, ...row));
  return [element("h3", {}, title), element("ol", {}, ...items)];
}

/** A link to a place, or its name where the page does not have the file. */
function placeLink(model: Model, place: Place, key = `at=${placeText(place)}`): HTMLElement {
  const text = placeText(place);
  return model.filesByName.has(place.file)
    ? element("a", { href: hrefOf(key) }, text)
    : element("span", {}, text);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
