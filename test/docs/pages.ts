/** Reads the project's pages: their links, the paths they name, and the examples in them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type View, views } from "./show.js";

export const root = path.resolve(import.meta.dirname, "../..");

/** The pages of the project, by path from its folder. */
export function listPages(): string[] {
  const inDocs = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.posix.join("docs", name.split(path.sep).join("/")));
  return ["README.md", "CONTRIBUTING.md", ...inDocs.sort()];
}

export function readPage(page: string): string {
  return readFileSync(path.join(root, page), "utf8");
}

/** Text without code: blocks and spans between backticks. */
export function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
}

export function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string);
}

/** Where headings can be linked to, as GitHub names them. */
export function anchorsOf(text: string): string[] {
  const headings = [...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.*)$/gm)];
  return headings.map((match) =>
    (match[1] as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Files and folders of the project that are named in backticks. */
export function pathsOf(text: string): string[] {
  const spans = [
    ...text.matchAll(/`((?:transformer|runtime|cli|test|fixtures|docs|bench|scripts|examples)\/[^`\s]*)`/g),
  ];
  return spans.map((match) => match[1] as string).filter((name) => !/[<>*{…]/.test(name));
}

export interface Shown {
  /** What stands between the fences now. */
  readonly text: string;
  readonly view: View;
  /** The function whose part is shown; `null` shows all. */
  readonly name: string | null;
  /** The points of the function that are shown; none for all. */
  readonly points: readonly string[];
  /** The example's source: the nearest block of TypeScript above. */
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

const marked = /^<!-- show: (\w+)(?: (\w+)((?: p\d+)*))? -->\n+```\w*\n((?:(?!```).*\n)*)```$/gm;
const marks = /^<!-- show: /gm;
const sources = /^```ts\n([\s\S]*?)^```$/gm;

/** The blocks of a page that show what a pass makes of an example: those after `<!-- show: view function -->`. */
export function shownIn(text: string): Shown[] {
  const examples = [...text.matchAll(sources)];
  const found = [...text.matchAll(marked)];
  if (found.length !== [...text.matchAll(marks)].length)
    throw new Error("a mark has no block right after it");
  return found.map((match) => {
    const [whole, view, name, points = "", shown = ""] = match;
    const above = examples.filter((each) => each.index < match.index).at(-1);
    if (!above || !(views as readonly string[]).includes(view as string))
      throw new Error(`what does ${whole} show?`);
    const end = match.index + whole.length - "```".length;
    return {
      text: shown.replace(/\n$/, ""),
      view: view as View,
      name: name ?? null,
      points: points.split(" ").filter(Boolean),
      source: above[1] as string,
      start: end - shown.length,
      end,
    };
  });
}
