/** Executions of the functions of namespaces and of primitives, by owner and member. */
import { memberTables } from "../../transformer/effects/tables.js";
import { bytes, call, type Examples, each, value } from "./examples-language.js";
import { type Example, Marker, Trial } from "./trial.js";

/** The members of `owner` that `examples` leaves out, all called alike. */
export function others(
  owner: string,
  examples: Examples,
  example: (name: string) => Example | readonly Example[],
): Examples {
  const names = Object.keys(memberTables.get(owner) ?? {}).filter((name) => !Object.hasOwn(examples, name));
  return { ...Object.fromEntries(names.map((name) => [name, example(name)])), ...examples };
}

/** Calls with a buffer, with an object that holds a marker, and with an array that does. */
export function onHolders(module: object): readonly Example[] {
  return [
    call(value(module), bytes),
    (trial) => ({ on: module, args: [{ held: trial.element() }] }),
    (trial) => ({ on: module, args: [[trial.element()]] }),
  ];
}

export const words = (): Int32Array => new Int32Array([1, 2, 3, 4]);
export const holder = (): object => ({ some: 1, toString: () => "1" });

export const languageExamples: Readonly<Record<string, Examples>> = {
  ArrayBuffer: { slice: call(() => bytes().buffer) },
  ArrayBufferConstructor: { isView: call(value(ArrayBuffer), () => bytes()) },
  DataView: others("DataView", {}, (name) => {
    const number = name.includes("Big") ? 1n : 1;
    return call(() => new DataView(new ArrayBuffer(16)), value(0), value(number), value(true));
  }),
  Atomics: others(
    "Atomics",
    {
      isLockFree: call(value(Atomics), value(4)),
      pause: call(value(Atomics), value(4)),
      wait: call(
        value(Atomics),
        () => new Int32Array(new SharedArrayBuffer(16)),
        value(0),
        value(0),
        value(0),
      ),
    },
    () => call(value(Atomics), words, value(0), value(1), value(1)),
  ),
  SharedArrayBuffer: {
    slice: call(() => {
      const shared = new SharedArrayBuffer(16);
      new Uint8Array(shared).fill(7);
      return shared;
    }),
  },
  Math: others("Math", {}, () =>
    call(
      value(Math),
      () => new Date(0),
      () => [2],
    ),
  ),
  JSON: {
    parse: call(value(JSON), () => ({ toString: () => '{"a":[1]}' })),
    stringify: [
      call(value(JSON), bytes),
      (trial) => ({ on: JSON, args: [[trial.element(), { a: bytes() }], null, 2] }),
    ],
  },
  Reflect: others(
    "Reflect",
    each("has deleteProperty", () => [...onHolders(Reflect), call(value(Reflect), bytes, value("length"))]),
    () => onHolders(Reflect),
  ),
  NumberConstructor: others("NumberConstructor", {}, () => [
    call(value(Number), () => [1]),
    (trial) => ({ on: Number, args: [trial.element()] }),
  ]),
  Number: others("Number", {}, () => call(value(12.5))),
  BigIntConstructor: others("BigIntConstructor", {}, () => call(value(BigInt), value(8), value(300n))),
  BigInt: others("BigInt", {}, () => call(value(12n))),
  Boolean: { valueOf: call(value(true)) },
  ObjectConstructor: others(
    "ObjectConstructor",
    {
      hasOwn: [...onHolders(Object), call(value(Object), bytes, value("0"))],
      create: call(value(Object), value(null)),
      assign: (trial) => ({
        on: Object,
        args: [{ a: trial.element() }, { b: trial.element() }, bytes(), null, "text", [trial.element()]],
      }),
      fromEntries: [
        (trial) => ({ on: Object, args: [[["a", trial.element()]]] }),
        (trial) => ({ on: Object, args: [new Map([["a", trial.element()]])] }),
      ],
      ...each("freeze seal", () => [
        (trial) => ({ on: Object, args: [{ a: trial.element() }] }),
        (trial) => ({ on: Object, args: [[trial.element()]] }),
      ]),
    },
    () => onHolders(Object),
  ),
  Object: others("Object", {}, () => [
    call(bytes, value("length")),
    (trial) => ({ on: { held: trial.element() }, args: [trial.element()] }),
  ]),
  StringConstructor: others(
    "StringConstructor",
    { raw: call(value(String), () => ({ raw: ["a", "b"] }), bytes) },
    () => call(value(String), () => [65], value(66)),
  ),
  String: others(
    "String",
    {
      normalize: call(value("text"), value("NFC")),
      localeCompare: call(value("text"), () => ["x"]),
      repeat: call(value("text"), () => [2]),
      toLocaleLowerCase: call(value("text"), () => ["en"]),
      toLocaleUpperCase: call(value("text"), () => ["en"]),
    },
    () =>
      call(
        value("text"),
        () => [1],
        () => [2],
      ),
  ),
  "String (unclear)": patterns(() => [
    call(
      value("a text"),
      () => /t/g,
      () => ["x"],
    ),
    call(value("a text"), () => ({ toString: () => "t" }), value("x")),
    withOwnCode("match", () => null),
    withOwnCode("search", () => 3),
    withOwnCode("split", () => []),
    withOwnCode("replace", () => "x"),
  ]),
  "String (plain)": patterns(() => [
    call(value("a text"), () => /(?<name>t)/g, value("x$<name>")),
    call(value("a text"), value("t"), value("x")),
  ]),
  "String (calling)": each("replace replaceAll", () => [
    (trial) => ({ on: "a text", args: ["t", trial.callback(() => new Marker(trial.conversions))] }),
    (trial) => ({ on: "a text", args: [/t/g, trial.callback(() => "x")] }),
  ]),
  RegExp: each("test exec", () =>
    call(
      () => /(?<name>t)/g,
      () => ["a text"],
    ),
  ),
  SymbolConstructor: {
    for: call(value(Symbol), () => ["text"]),
    keyFor: call(value(Symbol), value(Symbol.for("text"))),
  },
  ...intlExamples(),
  Date: others(
    "Date",
    Object.fromEntries(
      ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"].map((name) => [
        name,
        call(() => new Date(0)),
      ]),
    ),
    () =>
      call(
        () => new Date(0),
        () => [1],
        () => [2],
      ),
  ),
  DateConstructor: others("DateConstructor", {}, () => call(value(Date), () => ["2020"])),
  globalThis: others(
    "globalThis",
    {
      structuredClone: [
        call(value(globalThis), bytes),
        (trial) => ({ on: globalThis, args: [{ a: [bytes()], b: new Map([[1, trial.elements]]) }] }),
      ],
      Array: (trial) => ({ on: globalThis, args: [trial.element(), trial.element()] }),
      Boolean: [call(value(globalThis), bytes), (trial) => ({ on: globalThis, args: [trial.element()] })],
      ...each("postMessage fetch", () => []),
    },
    () => call(value(globalThis), () => ["10"]),
  ),
};

/** The methods that take a pattern, where an example suits the method. */
function patterns(all: () => readonly Example[]): Examples {
  const suits = (name: string) => (example: Example) => {
    const [pattern] = example(new Trial()).args;
    const own = Object.getOwnPropertySymbols(Object(pattern)).map((each) => each.description);
    return own.every(
      (each) => name.replace("replaceAll", "replace") === (each as string).replace("Symbol.", ""),
    );
  };
  return Object.fromEntries(
    ["match", "matchAll", "search", "split", "replace", "replaceAll"].map((name) => [
      name,
      all().filter(suits(name)),
    ]),
  );
}

/** A pattern that decides itself. */
function withOwnCode(name: "match" | "search" | "split" | "replace", answer: () => unknown): Example {
  return call(value("a text"), () => ({ [Symbol[name]]: answer }), value("x"));
}

function intlExamples(): Readonly<Record<string, Examples>> {
  const date = (): Date => new Date(0);
  return {
    "Intl.NumberFormat": each("format formatToParts", () =>
      call(
        () => new Intl.NumberFormat("en"),
        () => [1.5],
      ),
    ),
    "Intl.DateTimeFormat": each("format formatToParts formatRange formatRangeToParts", () =>
      call(() => new Intl.DateTimeFormat("en"), date, date),
    ),
    "Intl.ListFormat": each("format formatToParts", () =>
      call(
        () => new Intl.ListFormat("en"),
        () => ["a", "b"],
      ),
    ),
    "Intl.RelativeTimeFormat": {
      format: call(
        () => new Intl.RelativeTimeFormat("en"),
        () => [1],
        value("day"),
      ),
    },
    "Intl.PluralRules": {
      select: call(
        () => new Intl.PluralRules("en"),
        () => [1],
      ),
    },
    "Intl.Collator": {
      compare: call(
        () => new Intl.Collator("en"),
        () => ["a"],
        () => ["b"],
      ),
    },
    "Intl.NumberFormatConstructor": {
      supportedLocalesOf: call(
        value(Intl.NumberFormat),
        () => ["en"],
        () => ({}),
      ),
    },
  };
}

/** `new Intl.X(…)`. */
export const intlConstructorExamples: Examples = each(
  "NumberFormat DateTimeFormat ListFormat RelativeTimeFormat PluralRules Collator Segmenter",
  () =>
    call(
      value(null),
      () => ["en"],
      () => ({}),
    ),
);
