/** Helpers that only programs with options or callbacks have some of. */
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
  helper(
    "dropOut",
    ["opts"],
    "maybe",
    `(o: Options): ${F} | undefined { const t = o.out; Reflect.deleteProperty(o, "out"); return o.out ?? t; }`,
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
  // Of three functions, each made by the one around it, the innermost uses what the outermost was given.
  helper(
    "curryThrice",
    ["buf", "buf"],
    "toBuf",
    `(a: ${F}, b: ${F}): () => ${F} { const mk = (p: ${F}) => (q: ${F}) => () => ((p[0] ?? 0) > (q[0] ?? 0) ? p : q); return mk(a)(b); }`,
  ),
  helper(
    "curryRead",
    ["buf"],
    "toNum",
    `(a: ${F}): () => number { const mk = (p: ${F}) => ({ later: () => () => p[0] ?? 0 }); return mk(a).later(); }`,
  ),
  helper(
    "mapReplacing",
    ["list", "buf"],
    "list",
    `(l: ${F}[], x: ${F}): ${F}[] { return l.slice(0, 3).map((v, i, all) => { if (i === 0 && all.length > 1) all[1] = x; return v; }); }`,
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
