/** What is said at compile time of hot code whose buffers are not freed: at which place, and why. */
import type ts from "typescript";
import { describe, expect, it } from "vitest";
import { hotErrorCodes } from "../../transformer/check-hot.js";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf, type Sources, typeErrors } from "../lower/harness.js";

const header = `declare function unknown(a: Float64Array): void;
let outer: Float64Array = new Float64Array(1);
export { outer };
function make(n: number): Float64Array {
  return new Float64Array(n);
}
`;
const from = header.split("\n").length - 1;

function errorsOf(sources: string | Sources, mode: "all" | "annotated" = "all") {
  const program = programOf(sources);
  expect(typeErrors(program)).toEqual([]);
  const { errors, report } = runPipeline({ program, options: { ...defaultOptions, mode }, root: "/" });
  return { errors, report };
}

function lineOf({ file, start }: ts.DiagnosticRelatedInformation): number {
  return (file as ts.SourceFile).getLineAndCharacterOfPosition(start as number).line + 1 - from;
}

/** The lines at fault, from 1 in the text, with the words of the message after the colon. */
function faults(text: string): string[] {
  const { errors } = errorsOf(header + text);
  return errors.map((each) => `${lineOf(each)} ${String(each.messageText).split(": ")[1]}`);
}

const returned = "it is returned, and not every caller frees it.";
const stored = "it is stored where its end is not seen.";
const passed = "it is passed to a function that may keep it.";

describe("an error", () => {
  it.each([
    [
      "in a loop",
      "export function f(n: number) {\n// @autofree hot\nfor (let i = 0; i < n; i++) {\nconst a = new Float64Array(n);\nunknown(a);\n}\n}",
      [`4 ${passed}`],
    ],
    [
      "in a function",
      "// @autofree hot\nexport function f(n: number) { return new Float64Array(n); }",
      [`2 ${returned}`],
    ],
    [
      "in an arrow",
      "// @autofree hot\nexport const f = (n: number) => new Float64Array(n);",
      [`2 ${returned}`],
    ],
    [
      "in an arrow that is an argument",
      "export const f = (n: number[]) => n.map(/* @autofree hot */ (i) => new Float64Array(i));",
      [`1 ${returned}`],
    ],
    [
      "in a method",
      "export class C {\n/** @autofree hot */\nm(n: number) { outer = new Float64Array(n); }\n}",
      [`3 ${stored}`],
    ],
    [
      "in a method of a literal",
      "export const o = {\n/** @autofree hot */\nm(n: number) { outer = new Float64Array(n); }\n};",
      [`3 ${stored}`],
    ],
    [
      "at a statement",
      "export function f(n: number) {\nouter = new Float64Array(n);\n// @autofree hot\nouter = new Float64Array(n);\n}",
      [`4 ${stored}`],
    ],
    [
      "at a statement on the line of another",
      "export function f(n: number) {\nouter = new Float64Array(n); /* @autofree hot */ outer = new Float64Array(n + 1);\n}",
      [`2 ${stored}`],
    ],
    ["in a class", "/** @autofree hot */\nexport class C {\na = new Float64Array(9);\n}", [`3 ${stored}`]],
    [
      "in a nested function",
      "// @autofree hot\nexport function f(n: number) { return () => { outer = new Float64Array(n); }; }",
      [`2 ${stored}`],
    ],
    [
      "at a call whose result is new",
      "export function f(n: number) {\n// @autofree hot\nunknown(make(n));\n}",
      [`3 ${passed}`],
    ],
    [
      "at a call of what keeps its buffer for itself",
      "// @autofree keep\nfunction table(n: number) { return new Float64Array(n); }\n// @autofree hot\nexport function f(n: number) { return table(n)[0]; }",
      ["4 it is made by code marked '@autofree keep'."],
    ],
    [
      "below keep",
      "// @autofree keep\nexport function f(n: number) {\nouter = make(n);\n// @autofree hot\nouter = make(n);\n}",
      [`5 ${stored}`],
    ],
    [
      "where the function is left alone",
      "export function f(n: number) {\neval(String(n));\n// @autofree hot\nfor (let i = 0; i < n; i++) new Float64Array(i).map(Math.abs);\n}",
      ["4 it is in code that is not analysed", "4 it is in code that is not analysed"],
    ],
  ])("%s", (_, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it("where only some callers free, with both", () => {
    const { errors } = errorsOf(`${header}// @autofree hot
const own = (n: number) => new Float64Array(n);
export const f = (n: number) => own(n)[0];
export const g = (n: number) => {
  unknown(own(n));
};`);
    const [error] = errors;
    expect(errors).toHaveLength(1);
    expect(error?.messageText).toContain("only some of the callers free it");
    expect(error?.relatedInformation?.map((each) => [lineOf(each), each.messageText])).toEqual([
      [3, "freed on the path by here"],
      [5, `given to this caller: ${passed.slice(0, -1)}`],
      [1, "asked for here"],
    ]);
  });

  it("with the path of reasons, into the other function, and the directive", () => {
    const { errors } = errorsOf(`${header}export function f(n: number) {
  const list: Float64Array[] = [];
  // @autofree hot
  while (n-- > 0) {
    const a = new Float64Array(n);
    list.push(a);
  }
  list.forEach(unknown);
  return list;
}`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: hotErrorCodes.notFreed, category: 1, source: "ts-autofree" });
    const related = errors[0]?.relatedInformation ?? [];
    expect(related.length).toBeGreaterThan(1);
    expect([related.map(lineOf).at(-1), related.at(-1)?.messageText]).toEqual([3, "asked for here"]);
  });

  it("in another file than the function that keeps what it is handed", () => {
    const { errors } = errorsOf({
      "/a.ts":
        'import { g } from "./b.js";\n// @autofree hot\nexport const f = (n: number) => g(new Float32Array(n));\n',
      "/b.ts": "const all: Float32Array[] = [];\nexport const g = (a: Float32Array) => all.push(a);\n",
    });
    expect(errors.map(({ file, code }) => [file?.fileName, code])).toEqual([["/a.ts", 99008]]);
  });
});

describe("no error", () => {
  const scratch = "{ const a = new Float64Array(n); return a[0]; }";
  it.each([
    ["in a function", `// @autofree hot\nexport function f(n: number) ${scratch}`],
    ["in an arrow", `// @autofree hot\nexport const f = (n: number) => ${scratch};`],
    ["in a method", `export class C {\n// @autofree hot\nm(n: number) ${scratch}\n}`],
    [
      "in a loop",
      "export function f(n: number) {\n// @autofree hot\nfor (let i = 0; i < n; i++) new Float64Array(n).fill(1);\n}",
    ],
    [
      "for what is not marked",
      "export function f(n: number) {\n// @autofree hot\nn++;\nouter = new Float64Array(n);\n}",
    ],
    [
      "for what is exempt",
      "// @autofree hot\nexport function f(n: number) {\n// @autofree keep\nouter = new Float64Array(n);\n}",
    ],
    [
      "where every caller frees",
      "// @autofree hot\nconst own = (n: number) => new Float64Array(n);\nexport const f = (n: number) => own(n)[0];",
    ],
    [
      "at a call whose result is freed",
      "export function f(n: number) {\n// @autofree hot\nreturn make(n)[0];\n}",
    ],
    [
      "where it is handed out on one path and freed on the others",
      "// @autofree hot\nexport function f(n: number) {\nconst a = new Float64Array(n);\nif (n > 8) return a;\nreturn null;\n}",
    ],
  ])("%s", (_, text) => {
    expect(faults(text)).toEqual([]);
  });
});

describe("a misplaced directive", () => {
  it.each([
    ["at the end of a block", "export function f() {\n// @autofree hot\n}", [2]],
    ["at the end of a line", "export const a = 1; // @autofree hot", [1]],
    ["at the end of the file", "export const a = 1;\n/** @autofree keep */", [2]],
    ["before an expression", "export const a =\n// @autofree hot\n1;", [2]],
  ])("%s is an error", (_, text, lines) => {
    const { errors } = errorsOf(header + text);
    expect(errors.map(({ code }) => code)).toEqual([hotErrorCodes.misplaced]);
    expect(errors.map(lineOf)).toEqual(lines);
  });

  it.each([
    ["in a string", 'export const a = "// @autofree hot";'],
    ["in a template", `export const a = \`\n// @autofree hot\n\${outer.length}\`;`],
    ["in running text", "export const a = 1; // what @autofree hot means"],
    ["before a statement", "// @autofree hot\nexport const a = 1;"],
    ["below another comment", "/** @autofree hot */\n// another\nexport const a = 1;"],
  ])("is none %s", (_, text) => {
    expect(errorsOf(header + text).errors).toEqual([]);
  });
});

describe("annotated mode", () => {
  const text = `${header}export const cold = (n: number) => new Float64Array(n)[0];
// @autofree hot
export const hot = (n: number) => make(n)[0];
export class C {
  // @autofree hot
  hot(n: number) {
    return new Float64Array(n)[0];
  }
  cold(n: number) {
    // @autofree hot
    for (let i = 0; i < n; i++) outer[0] = new Float64Array(i)[0] ?? 0;
    return new Float64Array(n).map(Math.abs)[0];
  }
}
export const all = (a: number[]) => a.map(/* @autofree hot */ (n) => new Float64Array(n)[0]);
// @autofree hot
export const { length } = new Float64Array(9);
`;
  it("transforms what is hot, and nothing else", () => {
    const { report, errors } = errorsOf(text, "annotated");
    expect(errors).toEqual([]);
    expect(report.sites.map(({ line, verdict, reason }) => `${line - from} ${reason ?? verdict}`)).toEqual([
      `${2 - from} not-annotated`,
      `${5 - from} not-annotated`,
      "1 not-annotated",
      "3 freed",
      "7 freed",
      "11 freed",
      "12 not-annotated",
      "12 not-annotated",
      "15 freed",
      "17 freed",
    ]);
  });
});
