/** Puts the page together, and holds what is open. The address names the open site or place, so that Back and links work. */
import type { PageData } from "../page-data.js";
import { buildDetails } from "./details.js";
import { element, plural } from "./dom.js";
import { buildEmitted } from "./emitted-view.js";
import { buildFilters } from "./filters.js";
import { buildModel, type Filters, noFilters, type Site, selectSites, type View } from "./model.js";
import { buildSource, hrefOf, type SourceView } from "./source-view.js";
import { buildTotals } from "./totals.js";

const model = buildModel(JSON.parse(document.getElementById("data")?.textContent ?? "") as PageData);
const views: readonly (readonly [View, string])[] = [
  ["source", "Source"],
  ["changes", "What changes"],
  ["plain", "Emitted by tsc"],
  ["emitted", "Emitted with frees"],
];

let shown: readonly Site[] = model.sites;
let file = model.sites[0]?.file ?? model.data.files[0]?.file ?? "";
let view: View = "source";
let selected: Site | null = null;
let source: SourceView | null = null;

const fileList = element("ul");
const fileTitle = element("h2", { id: "file" });
const tabs = element("fieldset", { class: "views" }, element("legend", { class: "said" }, "View"));
const pane = element("div", { class: "pane", role: "region", tabindex: "0", "aria-labelledby": "file" });
const panel = element("aside", { class: "details", "aria-label": "Site", hidden: "" });
const letters = element("input", { type: "checkbox", checked: "" });
const form = buildFilters(model, filter);

function filter(next: Filters): void {
  shown = selectSites(model, next);
  form.say(`${shown.length} of ${plural(model.sites.length, "site")}`);
  const first = shown[0];
  if (first && !shown.some((site) => site.file === file)) openFile(first.file);
  listFiles();
  markSites();
}

function listFiles(): void {
  const counts = new Map<string, number>();
  for (const site of shown) counts.set(site.file, (counts.get(site.file) ?? 0) + 1);
  const items = [...counts].map(([name, count]) => {
    const current = name === file ? "true" : null;
    const link = element("a", { href: hrefOf(`at=${name}:1:1`), "aria-current": current }, name);
    return element("li", {}, link, element("span", { class: "count" }, ` ${count}`));
  });
  fileList.replaceChildren(...items);
}

function openFile(name: string): void {
  if (name === file && pane.childElementCount > 0) return;
  file = name;
  render();
  listFiles();
}

function render(): void {
  fileTitle.textContent = file;
  source = null;
  const emitted = model.filesByName.get(file)?.emitted;
  if (view === "source") {
    source = buildSource(model, file, (site) => select(site, "panel"));
    pane.replaceChildren(source.code);
    markSites();
  } else if (emitted) pane.replaceChildren(buildEmitted(emitted, view));
  else
    pane.replaceChildren(
      element("p", { class: "empty" }, "The compiler emitted no file of its own for this one."),
    );
  pane.scrollTop = 0;
}

/** One site is a tab stop; sites that the filters leave out are dimmed. */
function markSites(): void {
  if (!source) return;
  const visible = new Set(shown);
  let stop = selected && visible.has(selected) && source.buttons.has(selected) ? selected : null;
  for (const [site, button] of source.buttons) {
    if (visible.has(site)) stop ??= site;
    button.classList.toggle("out", !visible.has(site));
    button.tabIndex = site === stop ? 0 : -1;
    if (site === selected) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

function select(site: Site, focus: "site" | "panel"): void {
  selected = site;
  if (view !== "source") showView("source");
  openFile(site.file);
  markSites();
  panel.replaceChildren(...buildDetails(model, site, close));
  panel.hidden = false;
  if (decodeURI(location.hash) !== `#${site.key}`) history.pushState(null, "", hrefOf(site.key));
  const button = source?.buttons.get(site);
  button?.scrollIntoView({ block: "center", inline: "nearest" });
  const target = focus === "site" ? button : panel.querySelector("h2");
  target?.focus({ preventScroll: true });
}

function close(): void {
  if (panel.hidden) return;
  panel.hidden = true;
  if (selected) (source?.buttons.get(selected) ?? pane).focus({ preventScroll: true });
}

function showView(next: View): void {
  view = next;
  const radio = tabs.querySelector<HTMLInputElement>(`input[value=${next}]`);
  if (radio) radio.checked = true;
  render();
}

/** Opens what the address names: a site, or `at=` and any place. */
function follow(): void {
  const name = decodeURI(location.hash.slice(1));
  const site = model.sitesByKey.get(name);
  if (site) return select(site, "site");
  const [, target, line] = /^at=(.*):(\d+):\d+$/.exec(name) ?? [];
  if (target === undefined || !model.filesByName.has(target)) return;
  if (view !== "source" && Number(line) > 1) showView("source");
  openFile(target);
  for (const each of document.querySelectorAll(".target")) each.classList.remove("target");
  const place = source?.lines[Number(line) - 1];
  if (!place || name.endsWith(":1:1")) return;
  place.classList.add("target");
  place.tabIndex = -1;
  place.scrollIntoView({ block: "center" });
  place.focus({ preventScroll: true });
}

function step(by: 1 | -1): void {
  const at = selected ? shown.indexOf(selected) : -1;
  const here = shown.findIndex((site) => site.file === file);
  const next = at >= 0 ? shown[at + by] : (shown[here] ?? shown[0]);
  if (next) select(next, "site");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.target as HTMLElement;
  const onSite = on.classList.contains("site");
  if (event.key === "Escape") close();
  else if (onSite && event.key === "ArrowDown") step(1);
  else if (onSite && event.key === "ArrowUp") step(-1);
  else if (!letters.checked || on.matches("select, input:not([type=radio], [type=checkbox])")) return;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/") form.text.focus();
  else return;
  if (event.key !== "Escape") event.preventDefault();
});
window.addEventListener("hashchange", follow);

function build(): void {
  for (const [value, name] of views) {
    const radio = element("input", {
      type: "radio",
      name: "view",
      value,
      checked: value === view ? "" : null,
    });
    radio.addEventListener("change", () => showView(value));
    tabs.append(element("label", {}, radio, element("span", {}, name)));
  }
  const totals = buildTotals(model, (change) => form.set({ ...noFilters, ...change }));
  const suspects = model.data.report.suspects.map((each) =>
    element(
      "li",
      {},
      element(
        "a",
        { href: hrefOf(`at=${each.file}:${each.line}:${each.column}`) },
        `${each.file}:${each.line}:${each.column}`,
      ),
      ` ${each.text}`,
    ),
  );
  document.body.append(
    element("a", { class: "skip", href: "#file" }, "Skip to the source"),
    element(
      "header",
      {},
      element("h1", {}, "What became of each buffer"),
      element("p", {}, model.data.report.tool),
    ),
    element(
      "main",
      {},
      totals,
      suspects.length > 0
        ? element(
            "section",
            { "aria-labelledby": "suspects" },
            element("h2", { id: "suspects" }, "Handwritten frees to look at"),
            element("ul", {}, ...suspects),
          )
        : null,
      form.form,
      element(
        "div",
        { class: "work" },
        element("nav", { "aria-label": "Files" }, fileList),
        element("div", { class: "open" }, fileTitle, tabs, pane),
        panel,
      ),
    ),
    element(
      "footer",
      {},
      element(
        "p",
        {},
        "Keys: ",
        ...keys("j", "next site, "),
        ...keys("k", "previous, "),
        ...keys("/", "text filter, "),
        ...keys("Enter", "details, "),
        ...keys("Escape", "close. "),
        element("label", {}, letters, " letter keys on"),
      ),
    ),
  );
  fileTitle.tabIndex = -1;
  render();
  filter(noFilters);
  follow();
}

function keys(key: string, what: string): (Node | string)[] {
  return [element("kbd", {}, key), ` ${what}`];
}

build();
