/** Executions of ECMAScript's functions, by owner and member. One member may have several. */
import { constants, type Example, isObject, type Trial } from "./trial.js";

export type Examples = Readonly<Record<string, Example | readonly Example[]>>;

/** The same example for several members. */
export function each(names: string, example: (name: string) => Example | readonly Example[]): Examples {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, example(name)]));
}

/** Calls on `on()` with `args()`. */
export function call(on: () => unknown, ...args: readonly (() => unknown)[]): Example {
  return () => ({ on: on(), args: args.map((arg) => arg()) });
}

export function value<T>(constant: T): () => T {
  if (isObject(constant)) constants.add(constant);
  return () => constant;
}
export const bytes = (length = 16): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => i + 1);

const names = `every some forEach find findIndex findLast findLastIndex`;

type Numbers = Float64Array | BigInt64Array;
type Constructor = new (source: Iterable<unknown>) => Numbers;

/** The members of one kind of typed array. */
export function typedArrayExamples(type: string): Examples {
  const make = (): Numbers => {
    const one = type.startsWith("Big") ? 1n : 1;
    const Ctor = (globalThis as unknown as Record<string, Constructor>)[type] as Constructor;
    return new Ctor([one, one, one, one, one, one]);
  };
  const one = (): unknown => make()[0];
  const on = (...args: (() => unknown)[]): Example => call(make, ...args);
  const withCallback =
    (answer: (...args: unknown[]) => unknown, ...rest: unknown[]): Example =>
    (trial) => ({ on: make(), args: [trial.callback(answer), ...rest] });
  const accumulates: Example = (trial) => ({
    on: make(),
    args: [trial.callback(() => trial.answer({})), trial.element()],
  });
  return {
    ...each("includes indexOf lastIndexOf", () => on(one)),
    ...each("join toLocaleString toString valueOf reverse slice toReversed entries keys values", () => on()),
    at: on(value(0)),
    set: on(make),
    fill: on(one),
    copyWithin: on(value(0), value(1)),
    ...each(names, () => withCallback((x) => x === undefined)),
    ...each("reduce reduceRight", () => accumulates),
    map: withCallback((x) => x),
    filter: withCallback(() => true),
    with: on(value(0), one),
    toSorted: [on(), withCallback(() => 0)],
    sort: [on(), withCallback(() => 0)],
    subarray: on(value(1)),
    ...(type === "Uint8Array" ? uint8ArrayExamples : {}),
  };
}

const uint8ArrayExamples: Examples = {
  slice: [call(() => bytes()), call(() => Buffer.from(bytes(100)), value(2))],
  ...each("toBase64 toHex", () => call(() => bytes())),
  setFromBase64: call(() => bytes(), value("AQID")),
  setFromHex: call(() => bytes(), value("010203")),
};

export function typedArrayConstructorExamples(type: string): Examples {
  const Ctor = (globalThis as unknown as Record<string, unknown>)[type];
  const one = type.startsWith("Big") ? 1n : 1;
  return {
    from: [
      (trial) => ({ on: Ctor, args: [[one, one], trial.callback((x: unknown) => x)] }),
      call(value(Ctor), () => new (Ctor as Constructor)([one, one])),
    ],
    of: call(value(Ctor), value(one)),
    fromBase64: call(value(Ctor), value("AQID")),
    fromHex: call(value(Ctor), value("010203")),
  };
}

const list = (trial: Trial): object[] => [trial.element(), trial.element(), trial.element(), trial.element()];
const onList =
  (...args: ((trial: Trial) => unknown)[]): Example =>
  (trial) => ({ on: list(trial), args: args.map((arg) => arg(trial)) });
const element = (trial: Trial): unknown => trial.element();
const callback =
  (answer: (trial: Trial) => unknown) =>
  (trial: Trial): unknown =>
    trial.callback(() => answer(trial));
const answered = (trial: Trial): object => trial.answer({});
const onNested: Example = (trial) => ({ on: [list(trial), trial.element(), [list(trial)]], args: [1] });

export const arrayExamples: Examples = {
  ...each("includes indexOf lastIndexOf", () => onList(element)),
  ...each("join toString toLocaleString pop shift slice toReversed reverse keys", () => onList()),
  ...each("push unshift", () => onList(element, element)),
  at: onList(value(1)),
  copyWithin: onList(value(0), value(2)),
  concat: [onList(list), onList(element), onList()],
  flat: onNested,
  flatMap: onList(callback((trial) => [trial.answer({})])),
  fill: onList(element, value(1), value(2)),
  splice: [onList(value(1), value(2), element), onList(value(0), value(1))],
  toSpliced: onList(value(1), value(2), element),
  with: onList(value(1), element),
  ...each("forEach every some findIndex findLastIndex", () => onList(callback(value(false)))),
  ...each("find findLast", () => onList(callback(value(true)))),
  filter: onList(callback(value(true))),
  map: onList(callback(answered)),
  ...each("reduce reduceRight", () => [
    onList(callback(answered), element),
    onList(callback(answered)),
    (trial) => ({ on: [trial.element()], args: [() => 1] }),
  ]),
  sort: [onList(swapping), onList()],
  toSorted: [onList(swapping), onList()],
};

export const arrayIteratorExamples: Examples = each("entries values", () => onList());

/** A comparison by which a list is in the wrong order. */
function swapping(trial: Trial): unknown {
  return trial.callback((a: object, b: object) => trial.elements.indexOf(b) - trial.elements.indexOf(a));
}

const fromList: readonly Example[] = [
  (trial) => ({ on: Array, args: [list(trial)] }),
  (trial) => ({ on: Array, args: [list(trial), trial.callback(() => trial.answer({}))] }),
];
export const arrayConstructorExamples: Examples = {
  isArray: (trial) => ({ on: Array, args: [list(trial)] }),
  from: [fromList[0] as Example, (trial) => ({ on: Array, args: [new Set([1]), trial.callback(() => 1)] })],
  of: (trial) => ({ on: Array, args: [trial.element(), trial.element()] }),
};

const mapOf = (trial: Trial): Map<unknown, unknown> => new Map([[trial.element(), trial.element()]]);
const onMap =
  (...args: ((trial: Trial) => unknown)[]): Example =>
  (trial) => ({ on: mapOf(trial), args: args.map((arg) => arg(trial)) });
export const mapExamples: Examples = {
  get: [
    onMap(element),
    (trial) => {
      const on = mapOf(trial);
      return { on, args: [...on.keys()] };
    },
  ],
  set: onMap(element, element),
  ...each("has delete", () => onMap(element)),
  ...each("clear entries keys values", () => onMap()),
  forEach: onMap(callback(value(0))),
};
const onSet =
  (...args: ((trial: Trial) => unknown)[]): Example =>
  (trial) => ({ on: new Set([trial.element()]), args: args.map((arg) => arg(trial)) });
export const setExamples: Examples = {
  ...each("add has delete", () => onSet(element)),
  ...each("clear keys values", () => onSet()),
  forEach: onSet(callback(value(0))),
};
/** An iterator over an array, a Map's and a Set's. */
const onIterators = (...args: ((trial: Trial) => unknown)[]): readonly Example[] =>
  [
    (trial: Trial) => list(trial).values(),
    (trial: Trial) => mapOf(trial).set(trial.element(), trial.element()).values(),
    (trial: Trial) => new Set(list(trial)).values(),
  ].map((on) => (trial) => ({ on: on(trial), args: args.map((arg) => arg(trial)) }));
export const iteratorExamples: Examples = {
  toArray: onIterators(),
  ...each("forEach some every", () => onIterators(callback(value(false)))),
  find: onIterators(callback(value(true))),
  reduce: [...onIterators(callback(answered), element), ...onIterators(callback(answered))],
};
export const weakMapExamples: Examples = each("has delete get", () =>
  call(
    () => new WeakMap([[{}, {}]]),
    () => ({}),
  ),
);
export const weakSetExamples: Examples = each("has delete", () =>
  call(
    () => new WeakSet([{}]),
    () => ({}),
  ),
);

export const constructorExamples: Examples = {
  Array: [
    (trial) => ({ on: null, args: [trial.element(), trial.element()] }),
    (trial) => ({ on: null, args: [trial.element()] }),
    call(value(null), value(3)),
  ],
  Map: [
    (trial) => ({ on: null, args: [[[trial.element(), trial.element()]]] }),
    (trial) => ({ on: null, args: [mapOf(trial)] }),
  ],
  Set: (trial) => ({ on: null, args: [list(trial)] }),
  Date: call(value(null), () => new Date(0)),
  RegExp: [call(value(null), () => /a/g), call(value(null), () => ["a"])],
  ...each("Error EvalError RangeError ReferenceError SyntaxError TypeError URIError", () =>
    call(value(null), () => ["a message"]),
  ),
};
