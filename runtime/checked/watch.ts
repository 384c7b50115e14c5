/**
 * The watch: what the checked runtime does when a buffer is born, used and freed.
 *
 * Idea: the pool tells the watch of every storage that it makes and that is freed, and recycles nothing. Instrumented code
 * asks of every buffer, before it touches it, whether it may. What it asked last is remembered by identity, so that a loop over
 * four buffers costs a comparison an access.
 *
 * Invariants:
 * - The remembered buffers are alive: every free forgets them all.
 * - A storage has one note, from its birth or from when it was first seen, for as long as it lives.
 * - S4: for a program without mistakes nothing here can be seen, but for time and memory.
 *
 * Example:
 * ```ts
 * const a = born(new Float64Array(100), "src/a.ts:1:11");
 * unsafeFree(a, "src/a.ts:2:1");
 * use(a)[0]; // BufferMistake
 * ```
 */
import { adopt, canResize, elementBytes, isBuffer, kindOf } from "../adopt.js";
import { execute, isWhole, storageOf } from "../free.js";
import { listFor, setWatch } from "../pool.js";
import { type Entry, entryOf, FREED, register, stampView, type Watch } from "../storage.js";
import { nameView, whyNot } from "../why-not.js";
import { deliverLedger, noteRefusal, type Site, siteAt } from "./ledger.js";
import { type MistakeFacts, noteMistake, tellMistakes } from "./mistakes.js";
import { describePlace, type Place, type ProcessLike } from "./positions.js";
import { poison, quarantine, releaseAll } from "./quarantine.js";
import { guard, Shadow } from "./uninitialized.js";

/** What is known of a storage. */
class Note {
  freed: Place = null;
  shadow: Shadow | null = null;
  constructor(
    readonly what: string,
    readonly allocated: Place,
    readonly site: Site | null,
  ) {}
}

let budget = 64 << 20;
/** The free that is being done: where it stands, as compiled code says, and whether a person wrote it. */
interface Freeing {
  readonly place: string | null;
  readonly isByHand: boolean;
}
const somebody: Freeing = { place: null, isByHand: false };
let now: Freeing = somebody;
/** How many storages have bytes that nobody has written. */
let unwritten = 0;

const { process } = globalThis as { process?: ProcessLike };
const leftTo = environment("AUTOFREE_LEFT");

function environment(name: string): string | undefined {
  try {
    return process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}

// What was asked about last. Eight variables, and not an array: they are compared at every access.
let last0: unknown;
let last1: unknown;
let last2: unknown;
let last3: unknown;
let last4: unknown;
let last5: unknown;
let last6: unknown;
let last7: unknown;

function forget(): void {
  last0 = last1 = last2 = last3 = last4 = last5 = last6 = last7 = undefined;
}

function remember(x: unknown): void {
  last7 = last6;
  last6 = last5;
  last5 = last4;
  last4 = last3;
  last3 = last2;
  last2 = last1;
  last1 = last0;
  last0 = x;
}

/** `x`, about to be accessed: throws a `BufferMistake` if it is a buffer, or a view of one, that was freed. */
export function use<T>(x: T): T {
  if (x === last0 || x === last1 || x === last2 || x === last3) return x;
  if (x === last4 || x === last5 || x === last6 || x === last7) return x;
  return look(x, false);
}

/** `x`, about to be read or handed on whole, to code that isn't instrumented: as `use`. */
export function useWhole<T>(x: T): T {
  return look(x, true);
}

/** `value`, about to be stored into the buffer `into`: as `use(into)`, after the value was computed. */
export function useAfter<T>(value: T, into: unknown): T {
  use(into);
  return value;
}

function look<T>(x: T, whole: boolean): T {
  if (typeof x !== "object" || x === null) return x;
  const entry = entryOf(x) ?? entryUnder(x);
  if (entry === undefined) {
    remember(x);
    return x;
  }
  if (entry.state === FREED) {
    const note = noteOf(entry);
    throw noteMistake({ kind: "use-after-free", ...factsOf(note), used: new Error() });
  }
  const shadow = unwritten > 0 ? noteOf(entry).shadow : null;
  if (shadow === null) {
    remember(x);
    return x;
  }
  // Handed out as storage, it is viewed by somebody who asks for himself.
  if (whole && !ArrayBuffer.isView(x)) return x;
  if (whole) shadow.markAll();
  if (!shadow.isComplete) return guard(x, shadow) as T;
  noteOf(entry).shadow = null;
  unwritten--;
  return x;
}

/** The entry of the storage under a view, to be found at once the next time. */
function entryUnder(x: object): Entry | undefined {
  if (!ArrayBuffer.isView(x)) return undefined;
  const entry = entryOf(storageOf(x));
  if (entry !== undefined) stampView(x, entry);
  return entry;
}

function factsOf({ what, allocated, freed }: Note): Pick<MistakeFacts, "what" | "allocated" | "freed"> {
  return { what, allocated, freed };
}

/** The note of a storage; one that nobody saw born gets one now. */
function noteOf(entry: Entry): Note {
  if (entry.note === null) entry.note = new Note(describe(entry.obj), null, null);
  return entry.note as Note;
}

function describe(x: object): string {
  return ArrayBuffer.isView(x) ? nameView(x) : `ArrayBuffer of ${(x as ArrayBuffer).byteLength} bytes`;
}

/** Notes that `x` was made at `place`. Returns `x`. */
export function born<T>(x: T, place: string): T {
  if (typeof x !== "object" || x === null) return x;
  const isView = ArrayBuffer.isView(x);
  if (!isView && !(x instanceof ArrayBuffer)) return x;
  const { byteLength } = x as ArrayBufferView;
  const site = siteAt(place);
  site.count++;
  site.bytes += byteLength;
  const entry = entryAtBirth(x);
  if (entry?.note === null) entry.note = new Note(describe(x), place, site);
  return x;
}

/** The entry of what was just made, by whatever means; none for what isn't exactly of a kind, or a part of something. */
function entryAtBirth(x: object): Entry | undefined {
  const buffer = ArrayBuffer.isView(x) ? storageOf(x) : x;
  const known = entryOf(buffer);
  if (known !== undefined) return known;
  const kind = kindOf(x);
  if (!kind || !isBuffer(buffer) || !isWhole(x, buffer) || canResize(buffer)) return undefined;
  kind.fresh++;
  const { byteLength } = buffer;
  return register(x, buffer, listFor(kind, byteLength / elementBytes(kind), byteLength));
}

/** Makes the bytes of `x`, which was just allocated, arbitrary. Returns `x`. */
export function scramble<T>(x: T): T {
  if (typeof x !== "object" || x === null) return x;
  const buffer = ArrayBuffer.isView(x) ? storageOf(x) : x;
  const entry = entryOf(buffer);
  if (entry === undefined || entry.list.bytes === 0) return x;
  const storage = buffer as ArrayBuffer;
  const note = noteOf(entry);
  poison(storage);
  note.shadow = new Shadow(storage, (what) => {
    const { allocated } = note;
    const facts = { what: `${what} of ${note.what}`, allocated, used: new Error() };
    throw noteMistake({ kind: "uninitialized-read", ...facts });
  });
  unwritten++;
  return x;
}

/** What the `freeEach` that is going on has freed: containers in a container may hold the same buffer. */
let together: Set<Entry> | null = null;

/** Runs the frees of one `freeEach`, of which the second of one buffer does nothing. */
export function freeingTogether(free: () => void): void {
  const outer = together;
  together ??= new Set();
  try {
    free();
  } finally {
    together = outer;
  }
}

/** Runs a free that stands at `place` in the source; one without a place was written by hand. */
export function freeing(place: string | undefined, free: () => void): void {
  const before = now;
  now = { place: place ?? null, isByHand: place === undefined };
  try {
    free();
  } finally {
    now = before;
  }
}

/** A write into storage that was freed, noticed now. */
function reportWrite(entry: Entry): void {
  tellWrite(entry, new Error());
}

function tellWrite(entry: Entry, used: Place): void {
  noteMistake({ kind: "stale-write", ...factsOf(noteOf(entry)), used, verb: "noticed" });
}

/** Whether somebody put properties on a view. They are listed only together with all elements, so long views aren't asked. */
function hasOwnProperties(x: object): boolean {
  const { length } = x as { length?: number };
  return length !== undefined && length <= 1000 && Reflect.ownKeys(x).length > length;
}

/** Storage that nobody saw born, and that may be freed; `null` if frees do nothing. */
function adoptForeign(x: unknown): Entry | null | undefined {
  try {
    return typeof x === "object" && x !== null ? adopt(x, { always: true }) : undefined;
  } catch {
    return undefined; // a hostile Proxy
  }
}

const watcher: Watch = {
  born(entry) {
    const stack = new Error();
    const site = leftTo === undefined ? null : siteAt(describePlace(stack));
    if (site) {
      site.count++;
      site.bytes += entry.list.bytes;
    }
    entry.note = new Note(describe(entry.obj), stack, site);
  },
  freed(entry) {
    const note = noteOf(entry);
    const { site } = note;
    note.freed = now.place ?? new Error();
    together?.add(entry);
    if (site) {
      site.freed++;
      site.freedBytes += entry.list.bytes;
    }
    if (note.shadow !== null) {
      note.shadow = null;
      unwritten--;
    }
    forget();
    const { obj } = entry;
    if (hasOwnProperties(obj)) {
      const { what, allocated } = note;
      throw noteMistake({ kind: "own-properties", what, allocated, freed: note.freed });
    }
    const buffer = ArrayBuffer.isView(obj) ? storageOf(obj) : (obj as ArrayBuffer);
    quarantine({ entry, buffer }, { budget, report: reportWrite });
  },
  refused(x: unknown) {
    const foreign = adoptForeign(x);
    if (foreign) execute(foreign);
    if (foreign || foreign === null) return;
    const reason = whyNot(x);
    const at = now.place ?? new Error();
    if (reason === "already-freed") {
      const entry = entryOf(ArrayBuffer.isView(x) ? storageOf(x) : (x as object));
      if (entry && together?.has(entry)) return;
      const facts = entry ? factsOf(noteOf(entry)) : { what: "an object" };
      throw noteMistake({ kind: "double-free", ...facts, used: at, verb: "freed again" });
    }
    // Compiled code frees what may be a buffer; what a person frees must be one.
    if (now.isByHand && (reason === "not-a-buffer" || reason === "detached")) {
      const what = typeof x === "object" ? "an object" : `a ${typeof x}`;
      throw noteMistake({
        kind: "free-of-unallocated",
        what: reason === "detached" ? "a detached buffer" : what,
        freed: at,
      });
    }
    noteRefusal(at, reason);
  },
};

/** Bounds the bytes in quarantine. */
export function limitQuarantine(bytes: number): void {
  budget = bytes;
}

/** Looks at all that is in quarantine, and lets it go. Returns the bytes. */
export function endQuarantine(): number {
  return releaseAll(reportWrite);
}

/** Starts watching. Once, when the checked runtime is loaded. */
export function startWatch(): void {
  setWatch(watcher);
  process?.on?.("exit", () => {
    releaseAll((entry) => tellWrite(entry, "the end of the process"));
    if (leftTo !== undefined) deliverLedger(leftTo);
    tellMistakes();
  });
}
