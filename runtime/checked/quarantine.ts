/**
 * Where freed storage waits: overwritten, and kept from being handed out, so that a write into it can be seen.
 *
 * Idea: what is freed is filled with a pattern that no program computes by chance (a NaN in every kind of float) and put at the end
 * of a queue. What falls out at the other end, because the budget is full, is looked at: if the pattern is broken, somebody
 * wrote into it after the free.
 *
 * Invariants:
 * - Storage in quarantine is referenced from here: no allocation can get its address.
 * - The bytes waiting are never more than the budget, but for one buffer that alone is larger.
 *
 * Example:
 * ```ts
 * quarantine(entry, buffer); // filled with 0xfffa5aa5
 * quarantined(); // the bytes that wait
 * ```
 */
import type { Entry } from "../storage.js";

/** A quiet NaN as Float32, as Float64 twice in a row, and as Float16 in its upper half. */
const PATTERN = 0xfffa5aa5;
const patternBytes = new Uint8Array(new Uint32Array([PATTERN]).buffer);

interface Waiting {
  readonly entry: Entry;
  readonly buffer: ArrayBuffer;
}

let queue: Waiting[] = [];
let head = 0;
let bytes = 0;

/** Overwrites all of `buffer`. */
export function poison(buffer: ArrayBuffer): void {
  const words = buffer.byteLength >> 2;
  new Uint32Array(buffer, 0, words).fill(PATTERN);
  const rest = new Uint8Array(buffer, words << 2);
  rest.set(patternBytes.subarray(0, rest.length));
}

/** Whether the bytes from `start` to `end` are as `poison` left them. */
export function isPoisoned(buffer: ArrayBuffer, start: number, end: number): boolean {
  const view = new Uint8Array(buffer);
  for (let i = start; i < end; i++) if (view[i] !== patternBytes[i & 3]) return false;
  return true;
}

/** Whether all of a buffer is. */
function isIntact(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength === 0) return true; // transferred away
  const words = new Uint32Array(buffer, 0, buffer.byteLength >> 2);
  for (let i = 0; i < words.length; i++) if (words[i] !== PATTERN) return false;
  return isPoisoned(buffer, words.byteLength, buffer.byteLength);
}

/** Puts storage at the end of the queue; looks at what falls out, and hands what was written into to `report`. */
export function quarantine(
  waiting: Waiting,
  { budget, report }: { readonly budget: number; readonly report: (entry: Entry) => void },
): void {
  poison(waiting.buffer);
  queue.push(waiting);
  bytes += waiting.entry.list.bytes;
  while (bytes > budget && queue.length - head > 1) release(report);
}

function release(report: (entry: Entry) => void): void {
  const oldest = queue[head++] as Waiting;
  if (head > 1024 && head * 2 > queue.length) {
    queue = queue.slice(head);
    head = 0;
  }
  bytes -= oldest.entry.list.bytes;
  if (!isIntact(oldest.buffer)) report(oldest.entry);
}

/** Looks at all that waits and lets it go. Returns the bytes. */
export function releaseAll(report: (entry: Entry) => void): number {
  const before = bytes;
  while (head < queue.length) release(report);
  queue = [];
  head = 0;
  bytes = 0;
  return before;
}

/** The bytes that wait. */
export function quarantined(): number {
  return bytes;
}
