/** Random programs of two modules: helpers and globals in `lib.ts`, entry functions and `main()` in `main.ts`. */
import type { Sources } from "./compile.js";
import { Random } from "./random.js";
import { type Callable, type Flavour, type Scope, type Type, typeTexts, type Variable } from "./scope.js";
import { body } from "./statements.js";

const prelude = `export const log: number[] = [];
export function out(x: number): void {
  if (log.length < 3000) log.push(x);
}
export function show(b: Float64Array): void {
  for (let i = 0; i < b.length && i < 4; i++) out(b[i] ?? -1);
}
let fuel = 0;
export function refuel(): void {
  fuel = 60;
}
export function tick(): void {
  if (--fuel < 0) throw new Error("out of fuel");
}
export interface Box {
  b: Float64Array;
  m?: Float64Array | undefined;
  o?: Box | undefined;
}
export type Pair = [Float64Array, Float64Array];
export const globalBox: Box = { b: new Float64Array(16).fill(1) };
export const globalList: Float64Array[] = [new Float64Array(16).fill(2)];
export let kept: Float64Array | undefined;
export function keep(b: Float64Array): void {
  kept = b;
}
export function none(): Float64Array | undefined {
  return undefined;
}
export function keptOr(b: Float64Array): Float64Array {
  return kept ?? b;
}
`;

/** Helpers with a shape that matters; each program has some of them. */
const canned: readonly (readonly [text: string, callable: Callable])[] = [
  helper("id", ["buf"], "buf", "(b: Float64Array): Float64Array { return b; }"),
  helper(
    "lend",
    ["buf"],
    "num",
    "(b: Float64Array): number { let s = 0; for (const v of b) s += v; return s; }",
  ),
  helper("view", ["buf"], "buf", "(b: Float64Array): Float64Array { return b.subarray(0, 3); }"),
  helper("made", ["num"], "buf", "(n: number): Float64Array { return new Float64Array(16).fill(n); }"),
  helper("put", ["box", "buf"], null, "(o: Box, b: Float64Array): void { o.b = b; }"),
  helper(
    "swapInto",
    ["box", "buf"],
    "buf",
    "(o: Box, b: Float64Array): Float64Array { const old = o.b; o.b = b; return old; }",
  ),
  helper("add", ["list", "buf"], "num", "(l: Float64Array[], b: Float64Array): number { return l.push(b); }"),
  helper(
    "both",
    ["num"],
    "pair",
    "(n: number): Pair { return [new Float64Array(16).fill(n), new Float64Array(16)]; }",
  ),
  helper("twice", ["buf"], "pair", "(b: Float64Array): Pair { return [b, b]; }"),
  helper(
    "choose",
    ["num", "buf", "buf"],
    "buf",
    "(n: number, a: Float64Array, b: Float64Array): Float64Array { return n > 1 ? a : b; }",
  ),
  helper(
    "scaled",
    ["buf", "maybe"],
    "buf",
    "(b: Float64Array, to: Float64Array | undefined): Float64Array { const r = to ?? new Float64Array(b.length); for (let i = 0; i < r.length; i++) r[i] = (b[i] ?? 0) * 2; return r; }",
  ),
  helper(
    "apply",
    ["buf", "mapper"],
    "buf",
    "(b: Float64Array, f: (x: Float64Array) => Float64Array): Float64Array { return f(b); }",
  ),
  helper("wrap", ["buf"], "box", "(b: Float64Array): Box { return { b }; }"),
  helper("lazy", ["buf"], "toBuf", "(b: Float64Array): () => Float64Array { return () => b; }"),
  helper(
    "hold",
    ["buf"],
    "toNum",
    "(b: Float64Array): () => number { const t = b.map((v) => v + 1); return () => t[0] ?? 0; }",
  ),
  helper(
    "fail",
    ["num", "buf"],
    "num",
    '(n: number, b: Float64Array): number { if (n > 1) throw new Error("f"); return b[0] ?? 0; }',
  ),
  helper(
    "putOrFail",
    ["box", "buf", "num"],
    "num",
    '(o: Box, b: Float64Array, n: number): number { const w: Box = { b }; o.o = w; if (n > 1) throw new Error("g"); w.b = new Float64Array(16); return 1; }',
  ),
  helper("peek", [], "buf", "(): Float64Array { return (globalBox.o ?? globalBox).b; }"),
  helper(
    "replaceShared",
    ["buf"],
    null,
    "(b: Float64Array): void { if (globalBox.o) globalBox.o.b = b; else globalBox.b = b; }",
  ),
  helper("link", ["box", "box"], "box", "(o: Box, p: Box): Box { o.o = p; return p; }"),
  helper(
    "deep",
    ["num", "buf"],
    "buf",
    "(n: number, b: Float64Array): Float64Array { return n > 3 || n < 0 ? b : deep(n + 1, b.map((v) => v + 1)); }",
  ),
];

function helper(
  name: string,
  parameters: readonly Type[],
  result: Type | null,
  text: string,
): readonly [string, Callable] {
  return [`export function ${name}${text}`, { name, parameters, result, flavour: "plain" }];
}

const results: readonly (readonly [number, Type | null])[] = [
  [6, "buf"],
  [5, "num"],
  [1, "maybe"],
  [2, "box"],
  [2, "list"],
  [2, "pair"],
  [1, "toNum"],
  [1, "toBuf"],
  [1, null],
];
const parameterTypes: readonly (readonly [number, Type])[] = [
  [8, "buf"],
  [2, "maybe"],
  [2, "num"],
  [3, "box"],
  [2, "list"],
  [1, "pair"],
  [1, "mapper"],
  [1, "toBuf"],
];

const globals: readonly Variable[] = [
  { name: "globalBox", type: "box", mutable: false },
  { name: "globalList", type: "list", mutable: false },
];

export function generateProgram(seed: number): Sources {
  const random = new Random(seed);
  let names = 0;
  const fresh = (prefix: string): string => `${prefix}${names++}`;
  const chosen = canned.filter(() => random.chance(45));
  const callables: Callable[] = chosen.map(([, callable]) => callable);
  const scope = (): Scope => ({
    random,
    variables: random.chance(50) ? globals : [],
    callables,
    result: null,
    flavour: "plain",
    loops: [],
    depth: 2,
    fresh,
  });
  const lib = [prelude, ...chosen.map(([text]) => text)];
  for (let i = random.int(3); i > 0; i--) lib.push(randomFunction(scope(), fresh("h"), "plain", callables));
  const entries: string[] = [];
  const calls: string[] = [];
  const count = 2 + random.int(2);
  for (let i = 0; i < count; i++) {
    const flavour = random.weighted<Flavour>([
      [8, "plain"],
      [2, "async"],
      [1, "generator"],
    ]);
    entries.push(entryFunction(scope(), fresh("e"), { flavour, calls }));
  }
  return { "lib.ts": lib.join("\n"), "main.ts": mainModule(callables, entries, calls) };
}

/** A function of random parameters; it joins `callables`. */
function randomFunction(base: Scope, name: string, flavour: Flavour, callables: Callable[]): string {
  const { random } = base;
  const result = random.weighted(results);
  const types = Array.from({ length: 1 + random.int(3) }, () => random.weighted(parameterTypes));
  const parameters = types.map((type): Variable => ({ name: base.fresh("p"), type, mutable: true }));
  const size: Variable = { name: "n", type: "num", mutable: false };
  const inside: Scope = { ...base, result, flavour, variables: [...base.variables, size, ...parameters] };
  const lines = body(inside, 2 + random.int(4));
  callables.push({ name, parameters: ["num", ...types], result, flavour });
  const texts = parameters.map((each) => {
    const withDefault = each.type === "buf" && each === parameters.at(-1) && random.chance(25);
    return `${each.name}: ${typeTexts[each.type]}${withDefault ? " = new Float64Array(16)" : ""}`;
  });
  const head = `export function ${name}(n: number, ${texts.join(", ")}): ${result ? typeTexts[result] : "void"} {`;
  return [head, "  n = 4 + (n & 7);", "  tick();", ...lines, "}"].join("\n");
}

function entryFunction(
  base: Scope,
  name: string,
  { flavour, calls }: { readonly flavour: Flavour; readonly calls: string[] },
): string {
  const { random } = base;
  const result = flavour === "generator" ? random.pick<Type>(["buf", "num"]) : random.weighted(results);
  const parameters: Variable[] = [
    { name: "n", type: "num", mutable: false },
    { name: "given", type: "buf", mutable: true },
    { name: "box", type: "box", mutable: true },
  ];
  const inside: Scope = { ...base, result, flavour, depth: 3, variables: [...base.variables, ...parameters] };
  const lines = body(inside, 4 + random.int(6));
  const type = result ? typeTexts[result] : "void";
  const wrapped = { plain: type, async: `Promise<${type}>`, generator: `Generator<${type}>` }[flavour];
  const start = { plain: "function", async: "async function", generator: "function*" }[flavour];
  const args = () => `${4 + random.int(2) * 12}, shared, ${random.pick(["globalBox", "ownBox"])}`;
  const run = flavour === "generator" ? `[...${name}(${args()})]` : `${name}(${args()})`;
  const once = `${flavour === "async" ? "await " : ""}${run}`;
  calls.push(once, once);
  if (flavour === "async") calls.push(`await Promise.all([${run}, ${run}])`);
  const head = `export ${start} ${name}(n: number, given: Float64Array, box: Box): ${wrapped} {`;
  return [head, ...lines, "}"].join("\n");
}

function mainModule(
  callables: readonly Callable[],
  entries: readonly string[],
  calls: readonly string[],
): string {
  const names = ["out", "show", "refuel", "keep", "keptOr", "none", "globalBox", "globalList"];
  const imports = [...names, ...callables.map((each) => each.name), "type Box", "type Pair"];
  const steps = calls.map(
    (call) =>
      `  refuel();\n  try {\n    seen.push(${call});\n  } catch (e) {\n    seen.push(String(e));\n  }`,
  );
  return [
    `import { ${imports.join(", ")} } from "./lib.js";`,
    ...entries,
    "export const shared = new Float64Array(16).fill(5);",
    "export const ownBox: Box = { b: new Float64Array(16).fill(6) };",
    "export async function main(): Promise<unknown[]> {",
    "  const seen: unknown[] = [];",
    ...steps,
    "  return seen;",
    "}",
    "",
  ].join("\n");
}
