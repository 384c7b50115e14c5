/** What the programs of a hunt had in them, so that it is known what they reach. */
import type { Sources } from "./compile.js";

/** Beside the prelude, which all programs have. */
const marks: Readonly<Record<string, RegExp>> = {
  "instances of classes": /\bnew \(?C\d\b/,
  subclasses: /\bextends C\d\b/,
  "object literals with methods": /\bL\d\(/,
  "private members": /this\.#/,
  "static members": /\bC\d\.(make|note|peek|last)\b/,
  accessors: /\.cur\b/,
  "methods as values": /\.(get|pass|store)(\.(call|bind|apply)\b|;)/,
  "methods replaced": /\.(get|pass|store|borrow|self) = /,
  "option objects": /\{ (inPlace|out|done): |: Options\b/,
  "options changed": /\.(inPlace|out|done) = /,
  "functions of functions":
    /\b(repeat|withTemp|useTemp|giveTemp|compose|curry|memo|recurse|onEach|largest)\w*\(/,
  "closures that share a variable": /\bmakeCell\(|: Cell => /,
  "promises left alone": /^\s*void |pending\.push/m,
  "promises awaited": /await (?!null)/,
  "Promise.all": /Promise\.(all|race|any)\b/,
  "generators suspended": /\.next\(/,
  "generators in loops": /for \(const \w+ of (\w+\(|\(function)/,
  "async generators": /for await/,
  "arrays of owners": /Box\[\]|\[\]\[\]|Map<string, Box>/,
  "buffers in loops": /\.push\(v\d+(, v\d+)?\);/,
  "modules that export again": /from "\.\/index\.js"/,
};

export interface Coverage {
  programs: number;
  freeing: number;
}

export type CoverageTable = Map<string, Coverage>;

export function addCoverage(table: CoverageTable, sources: Sources, isFreeing: boolean): void {
  const text = Object.values(sources)
    .map((each) =>
      (each.split("export function keptOr").at(-1) ?? "").split("export async function main").at(0),
    )
    .join("\n");
  for (const [name, mark] of Object.entries(marks)) {
    const row = table.get(name) ?? { programs: 0, freeing: 0 };
    table.set(name, row);
    if (!mark.test(text)) continue;
    row.programs++;
    if (isFreeing) row.freeing++;
  }
}

export function coverageText(table: CoverageTable): string {
  const rows = [...table].map(
    ([name, { programs, freeing }]) => `  ${name} ${programs}, ${freeing} with frees`,
  );
  return ["programs with", ...rows].join("\n");
}
