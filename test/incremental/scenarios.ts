/** Projects and edits of them after which a build must emit again more than the files that were edited. */
import type { Changes, Scenario } from "./scenario.js";

const reads = "export function use(data: Float64Array): number {\n  return data[0] ?? 0;\n}\n";
export const keeps =
  "const kept: Float64Array[] = [];\n" +
  "export function use(data: Float64Array): number {\n  kept.push(data);\n  return kept.length;\n}\n";
const fills = (from: number): string =>
  `export function use(data: Float64Array): number {\n  for (let i = ${from}; i < data.length; i++) data[i] = i;\n  return data[0] ?? 0;\n}\n`;
const caller =
  'import { use } from "./use.js";\n' +
  "export function call(n: number): number {\n  const tmp = new Float64Array(n);\n  const r = use(tmp);\n  return r;\n}\n";
const local =
  "export function local(n: number): number {\n  const tmp = new Float64Array(n);\n  const r = tmp.length;\n  return r;\n}\n";
const passes =
  'import { use } from "./use.js";\nexport const pass = (data: Float64Array): number => use(data);\n';
const shape =
  "export class Shape {\n  private readonly size = 1;\n  use(data: Float64Array): number {\n    return data[0] ?? 0;\n  }\n}\n" +
  "export function draw(shape: Shape, n: number): number {\n  const tmp = new Float64Array(n);\n  const r = shape.use(tmp);\n  return r;\n}\n";
const square =
  'import { Shape } from "./shape.js";\nconst kept: Float64Array[] = [];\n' +
  "export class Square extends Shape {\n  override use(data: Float64Array): number {\n    return kept.push(data);\n  }\n}\n";
const patch =
  'import { Shape } from "./shape.js";\nconst kept: Float64Array[] = [];\n' +
  "Shape.prototype.use = (data) => kept.push(data);\n";

/** Files of which one calls a function of another, and one calls none. */
export const pair: Changes = { "src/use.ts": reads, "src/caller.ts": caller, "src/local.ts": local };

/** Files on which each option shows. */
export const flagged: Changes = {
  ...pair,
  "src/by-hand.ts":
    'import { unsafeFree } from "ts-autofree/runtime";\nexport const drop = (data: Uint8Array): void => unsafeFree(data);\n',
  "src/shape.ts": shape,
  "src/vector.ts":
    "export function vector(x: number): number {\n  const v = new Float64Array(2);\n  v[0] = x;\n  return v[0];\n}\n",
  "src/copy.ts":
    "export function twice(a: Float64Array): number {\n  const b = new Float64Array(a.length);\n  for (let i = 0; i < b.length; i++) b[i] = 2;\n  const sum = b.reduce((x, y) => x + y, 0);\n  return sum;\n}\n",
};

export const scenarios: readonly Scenario[] = [
  {
    name: "a callee begins to keep its argument, and stops",
    files: pair,
    steps: [
      { what: "the first build", freed: ["caller", "local"], emitted: ["caller", "local", "use"] },
      { what: "keeps", changes: { "src/use.ts": keeps }, freed: ["local"], emitted: ["caller", "use"] },
      {
        what: "stops",
        changes: { "src/use.ts": reads },
        freed: ["caller", "local"],
        emitted: ["caller", "use"],
      },
      { what: "the same text", changes: { "src/use.ts": reads }, freed: ["caller", "local"], emitted: [] },
      {
        what: "a comment",
        changes: { "src/use.ts": `${reads}// changed\n` },
        freed: ["caller", "local"],
        emitted: ["use"],
      },
      {
        what: "a type",
        changes: { "src/use.ts": `${reads}export interface Unused {\n  a: number;\n}\n` },
        freed: ["caller", "local"],
        emitted: ["caller", "use"],
      },
    ],
  },
  {
    name: "without declarations",
    files: pair,
    compilerOptions: { declaration: false },
    steps: [
      { what: "the first build", freed: ["caller", "local"] },
      { what: "keeps", changes: { "src/use.ts": keeps }, freed: ["local"] },
      {
        what: "stops",
        changes: { "src/use.ts": reads },
        freed: ["caller", "local"],
        emitted: ["caller", "use"],
      },
      {
        what: "a comment",
        changes: { "src/use.ts": `${reads}// changed\n` },
        freed: ["caller", "local"],
        emitted: ["use"],
      },
    ],
  },
  {
    name: "without incremental",
    files: pair,
    compilerOptions: { incremental: false, declaration: false },
    steps: [
      { what: "the first build", freed: ["caller", "local"] },
      { what: "keeps", changes: { "src/use.ts": keeps }, freed: ["local"] },
      { what: "stops", changes: { "src/use.ts": reads }, freed: ["caller", "local"] },
    ],
  },
  {
    name: "a chain three files deep",
    files: {
      "src/use.ts": reads,
      "src/pass.ts": passes,
      "src/far.ts": caller.replace("./use.js", "./pass.js").replaceAll("use", "pass"),
    },
    steps: [
      { what: "the first build", freed: ["far"] },
      { what: "keeps", changes: { "src/use.ts": keeps }, freed: [], emitted: ["far", "use"] },
      {
        what: "passes nothing on",
        changes: { "src/pass.ts": "export const pass = (data: Float64Array): number => data.length;\n" },
        freed: ["far"],
        emitted: ["far", "pass"],
      },
    ],
  },
  {
    name: "an export comes from another file",
    files: {
      "src/use.ts": reads,
      "src/other.ts": keeps,
      "src/index.ts": 'export { use } from "./use.js";\n',
      "src/caller.ts": caller.replace("./use.js", "./index.js"),
    },
    steps: [
      { what: "the first build", freed: ["caller"] },
      { what: "another", changes: { "src/index.ts": 'export { use } from "./other.js";\n' }, freed: [] },
      { what: "back", changes: { "src/index.ts": 'export { use } from "./use.js";\n' }, freed: ["caller"] },
    ],
  },
  {
    name: "classes in a closed world",
    files: { "src/shape.ts": shape, "src/local.ts": local },
    entry: { world: "closed" },
    steps: [
      { what: "the first build", freed: ["local", "shape"] },
      {
        what: "an override in a new file",
        changes: { "src/square.ts": square },
        freed: ["local"],
        emitted: ["shape", "square"],
      },
      {
        what: "the file is deleted",
        changes: { "src/square.ts": null },
        freed: ["local", "shape"],
        emitted: ["shape"],
      },
      {
        what: "a method is replaced in a new file",
        changes: { "src/patch.ts": patch },
        freed: ["local"],
        emitted: ["patch", "shape"],
      },
      { what: "no longer", changes: { "src/patch.ts": "export {};\n" }, freed: ["local", "shape"] },
    ],
  },
  {
    name: "declarations open the world",
    files: { "src/shape.ts": shape, "src/local.ts": local },
    compilerOptions: { declaration: false },
    steps: [
      { what: "without", freed: ["local", "shape"] },
      { what: "with", compilerOptions: { declaration: true }, freed: ["local"] },
      { what: "without again", freed: ["local", "shape"] },
    ],
  },
  {
    name: "a global function's promise",
    files: {
      "src/globals.d.ts": "declare function sink(data: Float64Array): number;\n",
      "src/caller.ts": caller.replace(/^import.*\n/, "").replaceAll("use", "sink"),
      "src/local.ts": local,
    },
    steps: [
      { what: "none", freed: ["local"] },
      {
        what: "given",
        changes: {
          "src/globals.d.ts":
            "/** @autofree noescape data */\ndeclare function sink(data: Float64Array): number;\n",
        },
        freed: ["caller", "local"],
      },
      {
        what: "taken back",
        changes: { "src/globals.d.ts": "declare function sink(data: Float64Array): number;\n" },
        freed: ["local"],
      },
    ],
  },
  {
    name: "promises of an interface",
    files: {
      "src/types.ts": "export interface Sink {\n  use(data: Float64Array): number;\n}\n",
      "src/caller.ts":
        'import type { Sink } from "./types.js";\n' +
        "export function call(sink: Sink, n: number): number {\n  const tmp = new Float64Array(n);\n  const r = sink.use(tmp);\n  return r;\n}\n",
      "src/sink.ts":
        'import type { Sink } from "./types.js";\nconst kept: Float64Array[] = [];\n' +
        "export class Box implements Sink {\n  use(data: Float64Array): number {\n    return data.length;\n  }\n  all(): number {\n    return kept.length;\n  }\n}\n",
      "src/local.ts": local,
    },
    steps: [
      { what: "none", freed: ["local"] },
      {
        what: "given",
        changes: {
          "src/types.ts":
            "export interface Sink {\n  /** @autofree noescape data */\n  use(data: Float64Array): number;\n}\n",
        },
        freed: ["caller", "local"],
      },
      {
        what: "broken in another file",
        changes: {
          "src/sink.ts":
            'import type { Sink } from "./types.js";\nconst kept: Float64Array[] = [];\n' +
            "export class Box implements Sink {\n  use(data: Float64Array): number {\n    return kept.push(data);\n  }\n  all(): number {\n    return kept.length;\n  }\n}\n",
        },
        freed: ["local"],
        // The declarations of `types` no longer promise anything.
        emitted: ["caller", "sink", "types"],
      },
    ],
  },
  {
    name: "a callee overwrites all of its argument, and leaves an element out",
    files: { "src/use.ts": fills(0), "src/caller.ts": caller },
    steps: [
      { what: "all", freed: ["caller"], emitted: ["caller", "use"] },
      { what: "but one", changes: { "src/use.ts": fills(1) }, freed: ["caller"], emitted: ["caller", "use"] },
      {
        what: "all again",
        changes: { "src/use.ts": fills(0) },
        freed: ["caller"],
        emitted: ["caller", "use"],
      },
    ],
  },
  {
    name: "a factory is marked keep",
    files: {
      "src/make.ts": "export function make(n: number): Float64Array {\n  return new Float64Array(n);\n}\n",
      "src/caller.ts":
        'import { make } from "./make.js";\n' +
        "export function call(n: number): number {\n  const tmp = make(n);\n  const r = tmp.length;\n  return r;\n}\n",
    },
    steps: [
      { what: "not", freed: ["caller"] },
      {
        what: "marked",
        changes: {
          "src/make.ts":
            "// @autofree keep\nexport function make(n: number): Float64Array {\n  return new Float64Array(n);\n}\n",
        },
        freed: [],
      },
      {
        what: "not again",
        changes: {
          "src/make.ts":
            "export function make(n: number): Float64Array {\n  return new Float64Array(n);\n}\n",
        },
        freed: ["caller"],
      },
    ],
  },
  {
    name: "errors withhold output",
    files: pair,
    compilerOptions: { noEmitOnError: true },
    steps: [
      { what: "none", freed: ["caller", "local"] },
      {
        what: "a type error, and keeps",
        changes: { "src/use.ts": `${keeps}export const no: number = "";\n` },
        freed: [],
        emitted: [],
      },
      { what: "mended", changes: { "src/use.ts": keeps }, freed: ["local"] },
    ],
  },
  {
    name: "options in the plugin entry",
    files: flagged,
    steps: [
      { what: "none", freed: ["caller", "copy", "local"] },
      { what: "checked", entry: { checked: true }, freed: ["caller", "copy", "local"] },
      { what: "noManualFree", entry: { noManualFree: true }, freed: [] },
      { what: "none again", freed: ["caller", "copy", "local"] },
    ],
  },
  {
    name: "more options in the plugin entry",
    files: flagged,
    steps: [
      { what: "elideZeroFill", entry: { elideZeroFill: "off" }, freed: ["caller", "copy", "local"] },
      { what: "scalars", entry: { scalars: "off" }, freed: ["caller", "copy", "local", "vector"] },
      { what: "mode", entry: { mode: "annotated" }, freed: [] },
      { what: "world", entry: { world: "closed" }, freed: ["caller", "copy", "local", "shape"] },
    ],
  },
];
