/**
 * Keeps the pages true: their examples are what the tool does today.
 *
 *     UPDATE_DOCS=1 npx vitest run test/docs     # write the examples' results into the pages
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { optionSpecs } from "../../transformer/options.js";
import { anchorsOf, linksOf, listPages, pathsOf, readPage, root, shownIn } from "./pages.js";
import { Example } from "./show.js";

const pages = listPages();
const update = process.env.UPDATE_DOCS === "1";

describe("passes", () => {
  const header = readFileSync(path.join(root, "transformer/pipeline.ts"), "utf8").split("*/")[0] ?? "";
  const passes = [...header.matchAll(/^ \* \d+\. `(\w+)`/gm)].map((match) => match[1] as string);

  it("are found in the pipeline's header", () => {
    expect(passes.length).toBeGreaterThanOrEqual(8);
    expect(header).toContain("`stripFrees`");
  });

  it.each([...passes, "stripFrees"])("%s has a page", (pass) => {
    const name = pass.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const page = `docs/passes/${name}.md`;
    expect(pages).toContain(page);
    const text = readPage(page);
    expect(text.split("\n")[0]).toBe(`# ${pass}`);
    for (const part of ["Input", "Output", "Invariants", "Example", "Limits", "Tests"])
      expect(text, `${page} says nothing under ${part}`).toMatch(new RegExp(`^## ${part}$`, "m"));
  });
});

describe.each(pages)("%s", (page) => {
  const text = readPage(page);

  it("links to what exists", () => {
    for (const link of linksOf(text)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : path.posix.join(path.posix.dirname(page), file);
      expect(existsSync(path.join(root, target)), `${link} in ${page}`).toBe(true);
      if (anchor) expect(anchorsOf(readPage(target)), `${link} in ${page}`).toContain(anchor);
    }
  });

  it("names paths that exist", () => {
    for (const named of pathsOf(text))
      expect(existsSync(path.join(root, named)), `${named} in ${page}`).toBe(true);
  });
});

describe("examples", () => {
  const shown = pages.flatMap((page) => shownIn(readPage(page)).map((each) => ({ page, ...each })));
  const files = new Map<string, string>();
  const fileOf = (page: string, source: string): string => {
    const known = [...files].find(([name, text]) => text === source && name.includes(`${page}.`));
    const name = known?.[0] ?? `${page}.${files.size}/example.ts`;
    files.set(name, source);
    return name;
  };
  const cases = shown.map((each) => ({ ...each, file: fileOf(each.page, each.source) }));
  let example: Example;
  beforeAll(() => {
    example = new Example(files);
  });

  it("are free of type errors", () => {
    for (const name of files.keys()) expect(example.errors(name), name).toEqual([]);
  });

  it.each(cases)("$page: $view $name", ({ page, view, name, points, file, text }) => {
    const actual = example.show(view, file, name, points);
    if (!update)
      expect(text, `run UPDATE_DOCS=1 npx vitest run test/docs, and read the difference`).toBe(actual);
    else replaceShown(page, { view, name, file, actual });
  });

  /** Writes one result into its page, wherever it stands by now. */
  function replaceShown(
    page: string,
    { view, name, file, actual }: { view: string; name: string | null; file: string; actual: string },
  ): void {
    const text = readPage(page);
    const at = shownIn(text).find(
      (each) => each.view === view && each.name === name && each.source === files.get(file),
    );
    if (at)
      writeFileSync(path.join(root, page), `${text.slice(0, at.start)}${actual}\n${text.slice(at.end)}`);
  }

  it("stand in the README: code before and after", () => {
    const views = shown.filter((each) => each.page === "README.md").map((each) => each.view);
    expect(views).toContain("js");
  });
});

describe("docs/cli.md", () => {
  const rows = readPage("docs/cli.md")
    .split("\n")
    .filter((line) => line.startsWith("| `--"));
  const documented = rows.map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));

  it("lists our flags, plugin options and variables, all of them and no others", () => {
    const flags = documented.map(([, flag = ""]) => /--[a-z-]+/.exec(flag)?.[0]);
    expect(flags.sort()).toEqual(optionSpecs.map((each) => each.flag).sort());
    for (const spec of optionSpecs) {
      const [, , option, variable] = documented.find(([, flag]) => flag?.includes(spec.flag)) ?? [];
      expect(option).toContain(spec.name);
      expect(variable).toContain(spec.variable);
    }
  });
});
