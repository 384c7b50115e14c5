/** Helpers that only programs with a certain feature have some of: options, callbacks, owners, promises, generators. */
import { type Helper, helper } from "./helpers.js";

const F = "Float64Array";
const mapper = `(x: ${F}) => ${F}`;

export const optionHelpers: readonly Helper[] = [
  helper(
    "scale",
    ["buf", "opts"],
    "buf",
    `(x: ${F}, o: Options = {}): ${F} { const r = o.inPlace ? x : new ${F}(x.length); for (let i = 0; i < r.length; i++) r[i] = (x[i] ?? 0) * 2; return r; }`,
    1,
  ),
  helper(
    "blur",
    ["buf", "opts"],
    "buf",
    `(x: ${F}, { inPlace = false, out = new ${F}(16) }: Options = {}): ${F} { const to = inPlace ? x : out; to[0] = x[1] ?? 4; return to; }`,
    1,
  ),
  helper(
    "into",
    ["buf", "maybe"],
    "buf",
    `(x: ${F}, o?: ${F}): ${F} { const r = o ?? new ${F}(16); r[0] = x[0] ?? 0; return r; }`,
    1,
  ),
  helper(
    "intoDefault",
    ["buf", "buf"],
    "buf",
    `(x: ${F}, o: ${F} = new ${F}(16)): ${F} { o.set(x.subarray(0, 3)); return o; }`,
    1,
  ),
  helper(
    "copyOr",
    ["buf", "flag"],
    "buf",
    `(x: ${F}, same = false): ${F} { return same ? x : x.slice(); }`,
    1,
  ),
  helper(
    "keepIf",
    ["buf", "flag"],
    "num",
    `(x: ${F}, really?: boolean): number { if (really) keep(x); return x[0] ?? 0; }`,
    1,
  ),
  helper(
    "remember",
    ["buf", "opts"],
    "num",
    `(x: ${F}, o: Options): number { o.out = x; return x[0] ?? 0; }`,
  ),
  helper(
    "recall",
    ["opts"],
    "maybe",
    `(o: Options): ${F} | undefined { const t = o.out; o.out = undefined; return t; }`,
  ),
  helper("filled", ["opts", "buf"], "opts", `(o: Options, out: ${F}): Options { return { ...o, out }; }`),
  helper(
    "merged",
    ["buf", "opts"],
    "buf",
    `(x: ${F}, o?: Options): ${F} { const p = { inPlace: true, ...o }; return p.inPlace ? x : (p.out ?? x.slice()); }`,
    1,
  ),
  helper(
    "notify",
    ["buf", "opts"],
    "num",
    `(x: ${F}, o: Options = {}): number { o.done?.(x); return x.length; }`,
    1,
  ),
  helper(
    "passOn",
    ["buf", "opts"],
    "buf",
    `(x: ${F}, o: Options): ${F} { const t = new ${F}(16).fill(2); const p: Options = { ...o, out: o.out ?? t }; return p.inPlace ? x : (p.out ?? x); }`,
  ),
  helper("flip", ["opts"], "opts", `(o: Options): Options { o.inPlace = !o.inPlace; return o; }`),
];

export const callbackHelpers: readonly Helper[] = [
  helper(
    "repeat",
    ["buf", "mapper"],
    "buf",
    `(b: ${F}, f: ${mapper}): ${F} { let r = b; for (let i = 0; i < 3; i++) r = f(r); return r; }`,
  ),
  helper(
    "onEach",
    ["list", "sink"],
    null,
    `(l: ${F}[], f: (x: ${F}) => void): void { for (const v of l.slice(0, 4)) f(v); }`,
  ),
  helper(
    "withTemp",
    ["num", "mapper"],
    "buf",
    `(n: number, f: ${mapper}): ${F} { const t = new ${F}(16).fill(n); const r = f(t); t[0] = 9; return r; }`,
  ),
  helper(
    "useTemp",
    ["num", "reader"],
    "num",
    `(n: number, f: (x: ${F}) => number): number { const t = new ${F}(16).fill(n); return f(t) + f(t); }`,
  ),
  helper(
    "giveTemp",
    ["sink"],
    null,
    `(f: (x: ${F}) => void): void { f(new ${F}(16).fill(3)); f(new ${F}(16).fill(4)); }`,
  ),
  helper(
    "compose",
    ["mapper", "mapper"],
    "mapper",
    `(f: ${mapper}, g: ${mapper}): ${mapper} { return (x) => g(f(x)); }`,
  ),
  helper(
    "curry",
    ["buf"],
    "mapper",
    `(a: ${F}): ${mapper} { return (x) => ((x[0] ?? 0) > (a[0] ?? 0) ? x : a); }`,
  ),
  helper(
    "curryDeep",
    ["buf"],
    "mapper",
    `(a: ${F}): ${mapper} { const add = (p: ${F}) => (q: ${F}) => p.map((v, i) => v + (q[i] ?? 0)); return add(a); }`,
  ),
  helper(
    "memo",
    ["mapper"],
    "mapper",
    `(f: ${mapper}): ${mapper} { let last: ${F} | undefined; return (x) => (last ??= f(x)); }`,
  ),
  helper(
    "previous",
    ["buf"],
    "mapper",
    `(b: ${F}): ${mapper} { return (x) => { const old = b; b = x; return old; }; }`,
  ),
  helper(
    "recurse",
    ["num", "mapper", "buf"],
    "buf",
    `(n: number, f: ${mapper}, b: ${F}): ${F} { return n > 3 || n < 0 ? b : recurse(n + 1, f, f(b)); }`,
  ),
  helper("callTwice", ["toBuf"], "pair", `(f: () => ${F}): Pair { return [f(), f()]; }`),
  helper("callIt", ["toBuf"], "buf", `(f: () => ${F}): ${F} { return f(); }`),
  // What the closure that is returned finds, another closure inside remembers.
  helper(
    "byWay",
    ["buf"],
    "toBuf",
    `(b: ${F}): () => ${F} { const inner = (): ${F} => b; return () => inner(); }`,
  ),
  helper(
    "byWays",
    ["toBuf"],
    "toBuf",
    `(f: () => ${F}): () => ${F} { const first = (): ${F} => f(); const second = { get: () => first() }; return () => second.get(); }`,
  ),
  helper(
    "largest",
    ["list", "reader"],
    "buf",
    `(l: ${F}[], f: (x: ${F}) => number): ${F} { let best = l[0] ?? new ${F}(16); for (const v of l.slice(0, 4)) if (f(v) > f(best)) best = v; return best; }`,
  ),
  helper("collector", ["list"], "sink", `(l: ${F}[]): (x: ${F}) => void { return (x) => { l.push(x); }; }`),
  helper(
    "onceOnly",
    ["mapper", "buf"],
    "buf",
    `(f: (x: ${F}, i?: number) => ${F}, b: ${F}): ${F} { const fs = [f, (x: ${F}) => x]; let r = b; for (const g of fs) r = g(r); return r; }`,
  ),
  helper(
    "tag",
    ["buf"],
    "buf",
    `(b: ${F}): ${F} { return tagged\`<\${b}|\${b.slice()}>\`; }
export function tagged(s: TemplateStringsArray, ...l: ${F}[]): ${F} { return l[s.length > 2 ? 1 : 0] ?? new ${F}(16); }
export function lentTag(s: TemplateStringsArray, ...l: ${F}[]): number { let n = s.length; for (const v of l) n += v[0] ?? 0; return n; }`,
  ),
];

export const ownerHelpers: readonly Helper[] = [
  helper(
    "grow",
    ["list"],
    "list",
    `(l: ${F}[]): ${F}[] { const r: ${F}[] = []; for (const v of l.slice(0, 3)) r.push(v.slice()); return r; }`,
  ),
  helper(
    "rows",
    ["num"],
    "grid",
    `(n: number): ${F}[][] { const g: ${F}[][] = []; for (let i = 0; i < 2; i++) g.push([new ${F}(16).fill(n), new ${F}(16).fill(i)]); return g; }`,
  ),
  helper("row", ["grid"], "list", `(g: ${F}[][]): ${F}[] { return g[0] ?? []; }`),
  helper(
    "nest",
    ["buf"],
    "box",
    `(b: ${F}): Box { return { b: new ${F}(16).fill(1), o: { b, o: { b: new ${F}(16).fill(2) } } }; }`,
  ),
  helper(
    "unnest",
    ["box"],
    "buf",
    `(o: Box): ${F} { let at: Box = o; for (let i = 0; i < 3; i++) at = at.o ?? at; return at.b; }`,
  ),
  helper("cloneBox", ["box"], "box", `(o: Box): Box { return { ...o, b: o.b.slice() }; }`),
  helper(
    "named1",
    ["buf"],
    "named",
    `(b: ${F}): Map<string, Box> { return new Map([["a", { b }], ["c", { b: new ${F}(16) }]]); }`,
  ),
  helper(
    "boxed",
    ["list"],
    "boxes",
    `(l: ${F}[]): Box[] { return l.slice(0, 3).map((b) => ({ b, m: new ${F}(16).fill(3) })); }`,
  ),
  helper(
    "moved",
    ["list", "list"],
    "num",
    `(l: ${F}[], to: ${F}[]): number { const v = l.pop(); if (v) to.push(v); return to.length; }`,
  ),
  helper(
    "sum",
    ["boxes"],
    "num",
    `(l: Box[]): number { let s = 0; for (const { b, m } of l) s += (b[0] ?? 0) + (m?.[0] ?? 0); return s; }`,
  ),
];

export const asyncHelpers: readonly Helper[] = [
  helper("slow", ["buf"], "task", `(b: ${F}): Promise<${F}> { await null; return b; }`),
  helper(
    "touch",
    ["buf"],
    "task",
    `(b: ${F}): Promise<${F}> { await null; b[0] = (b[0] ?? 0) + 1; await null; b[1] = 2; return b; }`,
  ),
  helper(
    "readLater",
    ["buf"],
    "task",
    `(b: ${F}): Promise<${F}> { await null; await null; show(b); return b.slice(); }`,
  ),
  helper(
    "copyNow",
    ["buf"],
    "task",
    `(b: ${F}): Promise<${F}> { const t = b.slice(); await null; return t; }`,
  ),
  helper(
    "putLater",
    ["box", "buf"],
    "task",
    `(o: Box, b: ${F}): Promise<${F}> { const old = o.b; await null; o.b = b; return old; }`,
  ),
  helper(
    "failLater",
    ["buf"],
    "task",
    `(b: ${F}): Promise<${F}> { await null; show(b); if ((b[0] ?? 0) > 1) throw new Error("late"); return b; }`,
  ),
  helper(
    "tempLater",
    ["num"],
    "task",
    `(n: number): Promise<${F}> { const t = new ${F}(16).fill(n); await null; show(t); return t.map((v) => v + 1); }`,
  ),
  helper(
    "both2",
    ["buf"],
    "task",
    `(b: ${F}): Promise<${F}> { const [p] = await Promise.all([slowly(b), slowly(b.slice())]); return p; }
async function slowly(x: ${F}): Promise<${F}> { await null; return x; }`,
  ),
  helper(
    "keepLater",
    ["buf"],
    "task",
    `(b: ${F}): Promise<${F}> { for (let i = 0; i < 2; i++) await null; keep(b); return b; }`,
  ),
  helper(
    "background",
    ["buf"],
    "num",
    `(b: ${F}): number { void (async () => { await null; show(b); })(); return b[0] ?? 0; }`,
  ),
  helper(
    "findLater",
    ["box"],
    "task",
    `(o: Box): Promise<${F}> { await null; const found = o.b; await null; await null; show(found); return found; }`,
  ),
  helper(
    "wrapLater",
    ["box", "buf"],
    "task",
    `(o: Box, b: ${F}): Promise<${F}> { await null; o.o = { b }; await null; return o.b; }`,
  ),
  helper(
    "leaveLater",
    ["box"],
    "task",
    `(o: Box): Promise<${F}> {
  let found = o.b;
  try { for await (const v of ticks()) { found = o.b; if (v > 1) throw new Error("z"); break; } } catch { out(6); }
  show(found);
  return found;
}
async function* ticks(): AsyncGenerator<number> { try { yield 1; yield 2; } finally { await null; await null; } }`,
  ),
  helper(
    "waitFor",
    ["task"],
    "task",
    `(t: Promise<${F}>): Promise<${F}> { const b = await t; out(b[0] ?? 0); return b; }`,
  ),
  helper(
    "mapLater",
    ["buf", "mapper"],
    "task",
    `(b: ${F}, f: ${mapper}): Promise<${F}> { await null; return f(b); }`,
  ),
  helper(
    "givenLater",
    ["buf", "sink"],
    "task",
    `(b: ${F}, f: (x: ${F}) => void): Promise<${F}> { f(b); await null; const t = b.slice(); f(t); return t; }`,
  ),
];

export const generatorHelpers: readonly Helper[] = [
  helper("holdOn", ["buf"], "gen", `(b: ${F}): Gen { yield b; show(b); yield b.slice(); return b; }`),
  helper(
    "freshOnes",
    ["num"],
    "gen",
    `(n: number): Gen { for (let i = 0; i < 3; i++) yield new ${F}(16).fill(n + i); return undefined; }`,
  ),
  helper(
    "scratch",
    [],
    "gen",
    `(): Gen { const t = new ${F}(16); for (let i = 0; i < 3; i++) { t[0] = i; yield t; } return t; }`,
  ),
  helper(
    "echo",
    ["buf"],
    "gen",
    `(b: ${F}): Gen { let x: ${F} = b; for (let i = 0; i < 4; i++) { const got = yield x; if (got) x = got; } return x; }`,
  ),
  helper("delegated", ["gen"], "gen", `(g: Gen): Gen { const r = yield* g; return r ?? new ${F}(16); }`),
  helper(
    "guarded",
    ["buf"],
    "gen",
    `(b: ${F}): Gen { const t = b.slice(); try { yield b; yield t; } finally { show(t); } return t; }`,
  ),
  helper(
    "silent",
    ["buf", "box"],
    "gen",
    `(b: ${F}, o: Box): Gen { o.m = b; yield o.b; o.b = b; return undefined; }`,
  ),
  helper(
    "reader1",
    ["buf"],
    "gen",
    `(b: ${F}): Gen { for (const v of b.subarray(0, 2)) out(v); yield new ${F}(4).fill(b[0] ?? 0); out(b[1] ?? 0); return undefined; }`,
  ),
  helper(
    "slowStream",
    ["buf"],
    "agen",
    `(b: ${F}): AsyncGen { await null; yield b; await null; yield b.slice(); return b; }`,
  ),
  helper(
    "freshStream",
    ["num"],
    "agen",
    `(n: number): AsyncGen { const t = new ${F}(16).fill(n); yield t; await null; show(t); yield t.map((v) => v + 1); return undefined; }`,
  ),
  helper(
    "drain",
    ["gen"],
    "num",
    `(g: Gen): number { let s = 0; for (const v of g) s += v[0] ?? 0; return s; }`,
  ),
  helper(
    "firstOf",
    ["gen"],
    "maybe",
    `(g: Gen): ${F} | undefined { for (const v of g) return v; return undefined; }`,
  ),
];
