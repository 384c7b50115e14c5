/** What namespaces and CommonJS modules export are properties of objects, which may be known under another type. */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf, typeErrors } from "../lower/harness.js";

interface Case {
  /** Of `/n.ts`. */
  readonly declared: string;
  /** Of `/main.ts`; `PASS` stands for the function that passes a buffer on. */
  readonly used: string;
  readonly options?: ts.CompilerOptions;
}

function verdict({ declared, used, options }: Case): string {
  const main = used.replace(/PASS\((.*)\)/, (_, callee) => {
    return `export function f(): number { const t = new Int8Array(99); return ${callee}(t); }`;
  });
  const program = programOf(
    { "/n.ts": declared, "/main.ts": `declare const keep: (t: Int8Array) => number;\n${main}` },
    { target: ts.ScriptTarget.ES2022, moduleResolution: ts.ModuleResolutionKind.Bundler, ...options },
  );
  expect(typeErrors(program)).toEqual([]);
  const { report } = runPipeline({ program, options: defaultOptions, root: "/" });
  const [site] = report.sites.filter(({ expression }) => expression === "new Int8Array(99)");
  return site?.verdict ?? "none";
}

type Row = readonly [title: string, used: string, expected: string];

describe("a namespace's function", () => {
  const declared = "export namespace N { export function m(t: Int8Array): number { return t[0] ?? 0; } }";
  const named = 'import { N } from "./n";\n';
  const all = `${named}import * as all from "./n";\n`;
  it.each<Row>([
    ["is as it is declared", `${named}PASS(N.m)`, "freed"],
    [
      "is where only a member of another name is",
      `${named}PASS(N.m)\nconst n: { m: unknown } = N; void n;`,
      "freed",
    ],
    [
      "is replaced in a record",
      `${named}PASS(N.m)\nconst n: Record<string, typeof keep> = N;\nexport const g = (key: string): void => { n[key] = keep; };`,
      "kept",
    ],
    [
      "is not in a record of numbers",
      `${named}PASS(N.m)\nvoid (N satisfies object);\nconst n: Record<string, number> = {};\nexport const g = (key: string): void => { n[key] = 1; };`,
      "freed",
    ],
    [
      "is replaced by way of the module",
      `${all}PASS(N.m)\nconst n: { N: { m: typeof keep } } = all;\nn.N.m = keep;`,
      "kept",
    ],
    [
      "is replaced by way of a part of the module",
      `${all}PASS(N.m)\nconst { N: n }: { N: { m: typeof keep } } = all;\nn.m = keep;`,
      "kept",
    ],
    [
      "is replaced by way of the module, imported late",
      `${named}PASS(N.m)\nconst n: { N: { m: typeof keep } } = await import("./n");\nn.N.m = keep;`,
      "kept",
    ],
  ])("%s", (_, used, expected) => {
    expect(verdict({ declared, used })).toBe(expected);
  });
});

describe("a namespace's function that promises something", () => {
  const declared =
    "export namespace N { /** @autofree noescape t */ export function m(t: Int8Array): number { return t[0] ?? 0; } }";
  const named = 'import { N } from "./n";\n';
  it.each<Row>([
    ["keeps its promise", `${named}PASS(N.m)`, "freed"],
    [
      "is another where it is replaced",
      `${named}PASS(N.m)\nconst n: { m: typeof keep } = N; n.m = keep;`,
      "kept",
    ],
  ])("%s", (_, used, expected) => {
    expect(verdict({ declared, used })).toBe(expected);
  });
});

describe("what a module exports", () => {
  const declared = `export const m = (t: Int8Array): number => t[0] ?? 0;
export class C { m(t: Int8Array): number { return m(t); } }
export const c = new C();
const own = m;
export { own as other };`;
  const imports =
    'import { m, C, c, other } from "./n";\nimport * as n from "./n";\nvoid [m, C, c, other];\n';
  const { CommonJS, ESNext } = ts.ModuleKind;
  it.each<[title: string, used: string, inCommonJs: string, inEsModules: string]>([
    ["as it is declared", "PASS(m)", "freed", "freed"],
    ["a function that is assigned", "PASS(m)\nconst o: { m: typeof keep } = n; o.m = keep;", "kept", "freed"],
    ["assigned at once", "PASS(m)\n(n as { m: typeof keep }).m = keep;", "kept", "freed"],
    [
      "a class",
      "PASS(new C().m)\nconst o: { C: new () => C } = n; o.C = class extends C {};",
      "kept",
      "freed",
    ],
    ["an instance", "PASS(c.m)\nconst o: { c: C } = n; o.c = { m: keep };", "kept", "freed"],
    [
      "under another name",
      "PASS(other)\nconst o: { other: typeof keep } = n; o.other = keep;",
      "kept",
      "freed",
    ],
    [
      "what is not assigned",
      "PASS(m)\nconst o: { other: typeof keep } = n; o.other = keep;",
      "freed",
      "freed",
    ],
  ])("%s", (_, used, inCommonJs, inEsModules) => {
    const of = (module: ts.ModuleKind): string =>
      verdict({ declared, used: imports + used, options: { module } });
    expect([of(CommonJS), of(ESNext)]).toEqual([inCommonJs, inEsModules]);
  });
});

describe("a script's function", () => {
  const declared = "function m(t: Int8Array): number { return t[0] ?? 0; }";
  it.each<Row>([
    ["is as it is declared", "PASS(m)", "freed"],
    [
      "is replaced on the global object",
      "PASS(m)\nconst g: { m: typeof keep } = globalThis; g.m = keep;",
      "kept",
    ],
    [
      "is replaced under any name",
      "PASS(m)\nconst g: Record<string, unknown> = globalThis; for (const key of ['m']) g[key] = keep;",
      "kept",
    ],
  ])("%s", (_, used, expected) => {
    expect(verdict({ declared, used: `${used}\nexport {};` })).toBe(expected);
  });
});

describe("what a module of JavaScript exports", () => {
  const options = {
    allowJs: true,
    outDir: "/out",
    noImplicitAny: false,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    ignoreDeprecations: "6.0",
  };
  const declared = "/** @param {Int8Array} t */ function m(t) { return t[0]; }\n";
  const main = `import n = require("./n");
declare const keep: (t: Int8Array) => number;
export function f(): number { const t = new Int8Array(99); return n.m(t); }\n`;
  const replace = "const o: { m: typeof keep } = n; o.m = keep;";
  it.each<Row>([
    ["module.exports = { m };", "", "freed"],
    ["module.exports = { m };", replace, "kept"],
    ["exports.m = m;", replace, "kept"],
  ])("%s %s", (exported, used, expected) => {
    const sources = { "/n.js": declared + exported, "/main.ts": main + used };
    const program = programOf(sources, { target: ts.ScriptTarget.ES2022, ...options });
    expect(typeErrors(program)).toEqual([]);
    const { report } = runPipeline({ program, options: defaultOptions, root: "/" });
    expect(report.sites.map(({ verdict }) => verdict)).toEqual([expected]);
  });
});
