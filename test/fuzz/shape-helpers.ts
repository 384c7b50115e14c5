/** Functions with temporaries of their own, in which one rule of the analysis is all that keeps a free from being wrong. */
import { type Helper, helper } from "./helpers.js";

const F = "Float64Array";

export const shapeHelpers: readonly Helper[] = [
  // An object gets its buffer after its birth, when the one before is still in use.
  helper(
    "readPrevious",
    ["num"],
    "num",
    `(n: number): number { let prev: Box = { b: new ${F}(16) }; let s = 0; for (let i = 0; i < 3; i++) { const o: Box = { b: prev.b }; s += i; s += prev.m?.[0] ?? 0.5; o.m = new ${F}(16).fill(n + i); prev = o; } return s; }`,
  ),
  // A block's own name for what a loop's variable holds.
  helper(
    "blockName",
    ["num"],
    "num",
    `(n: number): number { let a = new ${F}(16).fill(n); for (let i = 0; i < 2; i++) a = a.map((x) => x + 1); let s = 0; { const b = a; s += b[0] ?? 0; const z = new ${F}(16).fill(1); s += z[1] ?? 0; } return s; }`,
  ),
  // A finally block is come to on several ways, and the handler further out after it.
  helper(
    "finallyReads",
    ["num"],
    "num",
    `(n: number): number { const t = new ${F}(16); t.fill(n); try { try { failIf(n > 2); if (n === 2) return 4; out(t[0] ?? 0); } finally { out(t[2] ?? 0); } out(7); } catch { out(6); } out(5); return n; }`,
  ),
  // A loop in which one iteration's buffer is kept on some path, and read later.
  helper(
    "someKept",
    ["num", "list"],
    "num",
    `(n: number, l: ${F}[]): number { let s = 0; for (let i = 0; i < 4; i++) { const t = new ${F}(16); t[1] = (t[1] ?? 0) + n; if (i === 2) { l.push(t); continue; } s += t[1] ?? 0; } return s; }`,
  ),
  // Each iteration's buffer has another length.
  helper(
    "longerEachTime",
    ["num"],
    "num",
    `(n: number): number { let s = n; for (let i = 1; i < 4; i++) { const t = new ${F}(8 * i); t[1] = n; s += t.length + (t[9] ?? 0.5); } return s; }`,
  ),
  // What makes the buffer is handed a slot, as one argument more, or must not be.
  helper(
    "handsSlots",
    ["num"],
    "num",
    `(n: number): number { const a = scaledBy(n); const b = scaledBy(n, 3); const c = counted(1, n); const d = madeFirst(n); return (a[0] ?? 0) + (b[0] ?? 0) * 10 + (c[0] ?? 0) * 100 + (d[0] ?? 0) * 1000; }
export function scaledBy(n: number, by = 2): ${F} { const t = new ${F}(16); t[0] = n * by; return t; }
export function counted(...all: number[]): ${F} { const t = new ${F}(16); t[0] = all.length; return t; }
export function madeFirst(n: number, t = new ${F}(16)): ${F} { t[0] = n; return t; }`,
  ),
];

export const suspendedShapes: readonly Helper[] = [
  // What a frame has found in an object's field, the caller takes out of it.
  helper(
    "dropWhileHeld",
    ["num"],
    "task",
    `(n: number): Promise<${F}> { const o: Box = { b: new ${F}(1), m: new ${F}(16).fill(n) }; const p = compareLater(o, n); o.m = undefined; const u = new ${F}(16).fill(5); const r = await p; r[1] = u[0] ?? 0; return r; }
export async function compareLater(o: Box, n: number): Promise<${F}> { const t = o.m; await null; return t?.[0] === n ? new ${F}(16) : new ${F}(16).fill(1); }`,
  ),
];
