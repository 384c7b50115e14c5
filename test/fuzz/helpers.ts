/** What every program begins with, and helpers that it has some of, each with a shape that matters. */
import type { Callable, Type } from "./scope.js";

export type Helper = readonly [text: string, callable: Callable];

export const prelude = `export const log: number[] = [];
export function out(x: number): void {
  if (log.length < 3000) log.push(x);
}
export function failIf(whether: boolean): void {
  if (whether) throw new Error("f");
}
export function show(b: Float64Array): void {
  for (let i = 0; i < b.length && i < 4; i++) out(b[i] ?? -1);
}
export function total(values: ArrayLike<number>): number {
  let all = 0;
  for (let i = 0; i < values.length; i++) all += (values[i] ?? 0) * (i + 1);
  return all;
}
export const queue: (() => number)[] = [];
let fuel = 0;
export function refuel(): void {
  fuel = 120;
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
export interface Options {
  inPlace?: boolean | undefined;
  out?: Float64Array | undefined;
  done?: ((x: Float64Array) => void) | undefined;
}
export interface Cell {
  get(): Float64Array;
  set(x: Float64Array): void;
}
export type Gen = Generator<Float64Array, Float64Array | undefined, Float64Array | undefined>;
export type AsyncGen = AsyncGenerator<Float64Array, Float64Array | undefined, Float64Array | undefined>;
export const pending: Promise<unknown>[] = [];
export const globalGens: Gen[] = [];
const listeners: ((x: Float64Array) => void)[] = [];
export function subscribe(f: (x: Float64Array) => void): void {
  listeners.push(f);
}
export function fire(x: Float64Array): void {
  tick();
  for (const f of listeners.slice(-3)) f(x);
}
export function makeCell(c: Float64Array): Cell {
  return { get: () => c, set: (x) => { c = x; } };
}
export function* chunks(b: Float64Array): Gen {
  for (let i = 0; i < 3; i++) yield b.subarray(i, i + 4);
  return b;
}
export async function* stream(b: Float64Array): AsyncGen {
  for (let i = 0; i < 2; i++) {
    yield b;
    await null;
  }
  return b;
}
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
export const basicHelpers: readonly Helper[] = [
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

export function helper(
  name: string,
  parameters: readonly Type[],
  result: Type | null,
  text: string,
  optional = 0,
): Helper {
  const star = result === "gen" || result === "agen" ? "*" : "";
  const start = result === "task" || result === "agen" ? "async " : "";
  return [
    `export ${start}function${star} ${name}${text}`,
    { name, parameters, result, flavour: "plain", optional },
  ];
}
