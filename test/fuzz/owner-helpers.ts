/** Helpers that only programs with owners, promises or generators have some of. */
import { type Helper, helper } from "./helpers.js";

const F = "Float64Array";
const mapper = `(x: ${F}) => ${F}`;

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
    "giveThenThrow",
    ["list", "buf"],
    "num",
    `(l: ${F}[], b: ${F}): number { l.push(b.slice(), b); if (l.length > 4) throw new Error("full"); return l.length; }`,
  ),
  helper(
    "giveBoxThenThrow",
    ["boxes", "buf"],
    "num",
    `(l: Box[], b: ${F}): number { l.push({ b, m: b.map((v) => v + 1) }); if (l.length > 3) throw new Error("full"); return l.length; }`,
  ),
  helper(
    "spreadKeep",
    ["list", "buf"],
    "list",
    `(l: ${F}[], x: ${F}): ${F}[] { return [...l.slice(0, 3), ...l, (l[0] = x)]; }`,
  ),
  helper(
    "putByTwo",
    ["box", "box", "buf"],
    "maybe",
    `(to: Box, from: Box, x: ${F}): ${F} | undefined { const t: Box = { b: new ${F}(16) }; to.o = t; if (from.o) from.o.m = x; return t.m; }`,
  ),
  helper(
    "deepOf",
    ["box"],
    "maybe",
    `(o: Box): ${F} | undefined { const at = (p: Box): ${F} | undefined => p.o?.o?.o?.b ?? p.o?.o?.b; return at(o); }`,
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
  helper(
    "laterUnless",
    ["opts", "buf"],
    "task",
    `(o: Options, b: ${F}): Promise<${F}> { await null; return o.inPlace ? b : b.slice(); }`,
  ),
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
