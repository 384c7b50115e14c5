/** The filters: file, verdict, reason and text. */
import { reasons, verdicts } from "../../report.js";
import { element } from "./dom.js";
import { type Filters, type Model, noFilters } from "./model.js";

export interface FilterForm {
  readonly form: HTMLElement;
  readonly text: HTMLInputElement;
  set(filters: Filters): void;
  say(result: string): void;
}

export function buildFilters(model: Model, changed: (filters: Filters) => void): FilterForm {
  const files = [...model.sitesByFile.keys()];
  const file = select("All files", files);
  const verdict = select(
    "All verdicts",
    verdicts.filter((each) => model.data.report.totals[each] > 0),
  );
  const reason = select(
    "All reasons",
    reasons.filter((each) => model.sites.some((site) => site.reason === each)),
  );
  const text = element("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  const clear = element("button", { type: "button" }, "Clear");
  const result = element("output", { "aria-live": "polite" });
  const read = (): Filters => ({
    file: file.value,
    verdict: verdict.value,
    reason: reason.value,
    text: text.value,
  });
  const set = (filters: Filters): void => {
    file.value = filters.file;
    verdict.value = filters.verdict;
    reason.value = filters.reason;
    text.value = filters.text;
    changed(filters);
  };
  for (const each of [file, verdict, reason]) each.addEventListener("change", () => changed(read()));
  text.addEventListener("input", () => changed(read()));
  clear.addEventListener("click", () => set(noFilters));
  const form = element(
    "search",
    { class: "filters", "aria-label": "Sites" },
    labelled("File", file),
    labelled("Verdict", verdict),
    labelled("Reason", reason),
    labelled("Text", text),
    clear,
    result,
  );
  const say = (said: string): void => result.replaceChildren(said);
  return { form, text, set, say };
}

function select(all: string, values: readonly string[]): HTMLSelectElement {
  const options = values.map((value) => element("option", { value }, value));
  return element("select", {}, element("option", { value: "" }, all), ...options);
}

function labelled(name: string, control: HTMLElement): HTMLElement {
  return element("label", {}, element("span", {}, name), control);
}
