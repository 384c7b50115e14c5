/**
 * Executes every row of every effect table against the engine, and fails for a row that nothing executes.
 *
 * A row is executed by its examples: a receiver and arguments that can be told apart. What the call does with them
 * is compared with each claim of the row, and what the row says is only borrowed must be collected afterwards.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usedUpIterators } from "../../transformer/effects/array.js";
import { bufferFrom } from "../../transformer/effects/node.js";
import { patternMethods } from "../../transformer/effects/pattern.js";
import { constructors, globalOwner, memberTables } from "../../transformer/effects/tables.js";
import { bufferTypes } from "../../transformer/ir/effect.js";
import { checkClaims, type Execution } from "./claims.js";
import { intlConstructorExamples, languageExamples } from "./examples-globals.js";
import {
  arrayConstructorExamples,
  arrayExamples,
  arrayIteratorExamples,
  bytes,
  call,
  constructorExamples,
  type Examples,
  iteratorExamples,
  mapExamples,
  setExamples,
  typedArrayConstructorExamples,
  typedArrayExamples,
  value,
  weakMapExamples,
  weakSetExamples,
} from "./examples-language.js";
import { nodeExamples } from "./examples-node.js";
import {
  closeHandles,
  fileHandleExamples,
  fsPromisesExamples,
  openHandles,
  promiseExamples,
} from "./examples-promise.js";
import { webConstructorExamples, webExamples } from "./examples-web.js";
import { type Borrowings, borrowings, survivors } from "./retention.js";
import { type Example, type Row, reach, Trial } from "./trial.js";

/** Rows that cannot be executed here, and why. */
const unavailable: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^(?:Canvas|WebGL|WEBGL|GPU|Audio|AnalyserNode|BaseAudio|BiquadFilter|IIRFilter|Encoded)/,
    "only browsers have it",
  ],
  [/^(?:IDB|Navigator|XMLHttpRequest|ServiceWorker|Client|Window)/, "only browsers have it"],
  [/ImageData$|^globalThis\.postMessage$/, "only browsers have it"],
  [/^globalThis\.fetch$/, "would use the network; Request and Response are executed"],
  [/^(?:Worker|DedicatedWorkerGlobalScope)\./, "only browsers have it; Node's own Worker is executed"],
];
/** Rows of functions that older engines lack: executed where they are there. */
const recent: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/Float16|f16round/, "Float16Array: Node 24"],
  [/Base64$|Hex$/, "Uint8Array to and from Base64: Node 25"],
  [/^zlib\.(?:zstd|crc32)/, "zlib.crc32: Node 22.2; Zstandard: Node 22.15"],
  [/^crypto\.hash$/, "crypto.hash: Node 20.12"],
  [/^IteratorObject/, "helpers of iterators: Node 22"],
  [/^util\/types\.isBigIntObject|styleText/, "util.types.isBigIntObject, util.styleText: Node 20.12"],
  [/^Atomics\.pause/, "Atomics.pause: Node 24"],
];

const typedArrays = bufferTypes.filter((type) => type !== "ArrayBuffer" && type !== "Buffer");
const examples: Readonly<Record<string, Examples>> = {
  ...languageExamples,
  ...webExamples,
  ...nodeExamples,
  PromiseConstructor: promiseExamples,
  "fs/promises": fsPromisesExamples,
  "fs/promises.FileHandle": fileHandleExamples,
  Array: arrayExamples,
  ReadonlyArray: arrayExamples,
  ArrayConstructor: arrayConstructorExamples,
  Map: mapExamples,
  ReadonlyMap: mapExamples,
  Set: setExamples,
  ReadonlySet: setExamples,
  IteratorObject: iteratorExamples,
  WeakMap: weakMapExamples,
  WeakSet: weakSetExamples,
  new: { ...constructorExamples, ...intlConstructorExamples, ...webConstructorExamples },
  "Array (used up)": arrayIteratorExamples,
  "Buffer (copy)": {
    from: [
      ...[() => bytes(), () => bytes(100_000), value("text"), () => [1, 2]].map((x) =>
        call(value(Buffer), x),
      ),
    ],
  },
  "Buffer (view)": { from: call(value(Buffer), () => bytes().buffer) },
};
const plain = new Set([
  "Math",
  "Buffer (copy)",
  "Buffer (view)",
  "JSON",
  "Reflect",
  "Atomics",
  "Console",
  "Performance",
  globalOwner,
  "new",
]);

function examplesOf(owner: string, member: string): readonly Example[] {
  const type = typedArrays.find((each) => owner === each || owner === `${each}Constructor`);
  if (type && !(type in globalThis)) return [];
  const table = type
    ? owner === type
      ? typedArrayExamples(type)
      : typedArrayConstructorExamples(type)
    : examples[owner];
  const found = table && Object.hasOwn(table, member) ? table[member] : undefined;
  return found === undefined ? [] : typeof found === "function" ? [found] : found;
}

/** Rows that the arguments of a call select. */
const selected = Object.entries({
  ...Object.fromEntries(Object.entries(patternMethods).map(([kind, table]) => [`String (${kind})`, table])),
  "Array (used up)": usedUpIterators,
  "Buffer (copy)": { from: bufferFrom.copy },
  "Buffer (view)": { from: bufferFrom.view },
});

const rows: readonly Row[] = [
  ...[...memberTables, ...selected].flatMap(([owner, table]) =>
    Object.entries(table).map(([member, effect]): Row => {
      const isMethod = /(?:^|\.)[A-Z]/.test(owner) && !owner.endsWith("Constructor") && !plain.has(owner);
      return { owner, member, effect, isMethod };
    }),
  ),
  ...[...constructors].map(([member, effect]): Row => ({ owner: "new", member, effect, isMethod: false })),
];

function execute(row: Row, example: Example): Execution | null {
  const trial = new Trial();
  const arranged = example(trial);
  const before = row.isMethod && Array.isArray(arranged.on) ? [...arranged.on] : null;
  const heldBefore = row.isMethod ? reach(arranged.on) : new Set<object>();
  const callee: unknown =
    row.owner === "new"
      ? ((globalThis as never)[row.member] ?? (Intl as never)[row.member])
      : (arranged.on as never)[row.member];
  if (typeof callee !== "function") return null;
  const result: unknown =
    row.owner === "new"
      ? Reflect.construct(callee, [...arranged.args])
      : Reflect.apply(callee, arranged.on, [...arranged.args]);
  return { row, trial, arranged, result, before, heldBefore };
}

beforeAll(() => openHandles(40));
afterAll(closeHandles);

const counts = { executed: 0, examples: 0, unavailable: new Map<string, number>() };
const lent: Borrowings[] = [];

/** Executes all examples of a row; returns how many there were. */
async function run(row: Row): Promise<number> {
  let conversions = 0;
  let done = 0;
  for (const example of examplesOf(row.owner, row.member)) {
    const execution = execute(row, example);
    if (!execution) continue;
    done++;
    conversions += execution.trial.conversions.count;
    checkClaims(execution);
    lend(row, example);
    await execution.arranged.check?.(execution.result as never);
  }
  if (row.owner.endsWith("Array") && done > 0 && /^(?:Readonly)?Array$/.test(row.owner))
    expect(conversions > 0, "conversions of elements").toBe(row.effect.receiver === "converted");
  return done;
}

/** Executes once more, without a look at what is given, and watches whether it is let go. */
function lend(row: Row, example: Example): void {
  const execution = execute(row, example);
  if (execution) lent.push(borrowings(execution));
}

function reasonWhyNot({ owner, member }: Row): string | undefined {
  const name = `${owner}.${member}`;
  return [...unavailable, ...recent].find(([pattern]) => pattern.test(name))?.[1];
}

describe.each([...new Set(rows.map((row) => row.owner))])("%s", (owner) => {
  it.each(rows.filter((row) => row.owner === owner).map((row) => [row.member, row] as const))(
    "%s",
    async (_, row) => {
      const done = await run(row);
      counts.examples += done;
      if (done > 0) {
        counts.executed++;
        return;
      }
      const reason = reasonWhyNot(row);
      expect(reason, `nothing executes ${row.owner}.${row.member}`).toBeDefined();
      counts.unavailable.set(reason as string, (counts.unavailable.get(reason as string) ?? 0) + 1);
    },
  );
});

describe("retention", () => {
  it("notices what is held", async () => {
    const held = {};
    expect(await survivors([{ what: "held", reference: new WeakRef(held) }])).toEqual(["held"]);
    expect(held).toEqual({});
  });
  it("what is borrowed is let go", async () => {
    const watched = lent.flatMap((each) => each.watched);
    expect(watched.length).toBeGreaterThan(500);
    expect(await survivors(watched)).toEqual([]);
    expect(lent.every((each) => "kept" in each)).toBe(true);
  });
});

afterAll(() => {
  const not = [...counts.unavailable].map(([reason, n]) => `${n} not executable here (${reason})`);
  console.log(
    [`${rows.length} rows: ${counts.executed} executed by ${counts.examples} calls`, ...not].join("; "),
  );
});
