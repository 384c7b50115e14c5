/** Every row names something that the library declares, and a call of it finds the row, by symbol. */
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { constructorEffects, libraryEffects } from "../../transformer/effects/lookup.js";
import { constructors, memberTables } from "../../transformer/effects/tables.js";
import { ProgramIndex } from "../../transformer/lower/program-index.js";
import { classifyConstruction } from "../../transformer/lower/site.js";
import { bindTypeScript } from "../../transformer/typescript.js";

bindTypeScript(ts);

interface Call {
  readonly row: string;
  readonly text: string;
}

/** How many type arguments an interface needs. */
const arity: Readonly<Record<string, number>> = {
  Array: 1,
  ReadonlyArray: 1,
  Set: 1,
  ReadonlySet: 1,
  WeakSet: 1,
  Map: 2,
  ReadonlyMap: 2,
  WeakMap: 2,
  IteratorObject: 1,
};
/** Namespaces, and interfaces of which only one object exists. */
const values: Readonly<Record<string, string>> = {
  Console: "console",
  Performance: "performance",
  TextEncoder: "new TextEncoder()",
  TextDecoder: "new TextDecoder()",
};
const namespaces = new Set(["Math", "JSON", "Atomics", "Reflect"]);
const domOnly =
  /^(?:Performance|Crypto|SubtleCrypto|MessagePort|BroadcastChannel|Worker|Canvas|WebGL|WEBGL|GPU|Audio|Analyser|Dedicated|BaseAudio|BiquadFilter|IIRFilter|Encoded|IDB|Navigator|XMLHttpRequest|ServiceWorker|Client|Window|Headers|URLSearchParams|URLConstructor|ResponseConstructor|globalThis\.postMessage)/;
const modules = new Set(
  "fs fs/promises zlib crypto util util/types buffer querystring url worker_threads".split(" "),
);

function callOf(owner: string, member: string): string {
  if (owner === "globalThis") return `${member}()`;
  if (namespaces.has(owner)) return `${owner}.${member}()`;
  if (values[owner]) return `${values[owner]}.${member}()`;
  if (owner === "SharedArrayBuffer") return `(null! as ${owner}).${member}()`;
  if (owner.endsWith("Constructor")) return `${owner.slice(0, -"Constructor".length)}.${member}()`;
  if (owner === "Object") return `Object.prototype.${member}.call()`;
  const [module, ...inner] = owner.split(".");
  if (module === "Intl") return `(null! as ${owner}).${member}()`;
  if (modules.has(owner)) return `(await import("node:${owner}")).${member}()`;
  if (inner.length > 0) return `(null! as import("node:${module}").${inner.join(".")}).${member}()`;
  const types = "any, ".repeat(arity[owner] ?? 0).slice(0, -2);
  return `(null! as ${owner}${types && `<${types}>`}).${member}()`;
}

const calls: readonly Call[] = [...memberTables].flatMap(([owner, table]) =>
  Object.keys(table).map((member) => ({ row: `${owner}.${member}`, text: callOf(owner, member) })),
);

/** Declaration files, parsed once. */
const declarations = new Map<string, ts.SourceFile | undefined>();

function programOf(source: string, lib: readonly string[]): { index: ProgramIndex; file: ts.SourceFile } {
  const name = path.resolve("test/effects/in-memory.ts");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    lib: lib.map((each) => `lib.${each}.d.ts`),
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options, true);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version) => {
    if (file === name) return ts.createSourceFile(file, source, version, true);
    if (!declarations.has(file)) declarations.set(file, read(file, version));
    return declarations.get(file);
  };
  const program = ts.createProgram([name], options, host);
  return { index: ProgramIndex.of(program), file: program.getSourceFile(name) as ts.SourceFile };
}

/** The statements' outermost calls or constructions, one a line. */
function expressions(file: ts.SourceFile): ts.Expression[] {
  return file.statements.filter(ts.isExpressionStatement).map((each) => each.expression);
}

describe("the library declares what the rows name", () => {
  const languageOnly = programOf(calls.map((each) => `${each.text};`).join("\n"), ["esnext"]);
  const withDom = programOf(calls.map((each) => `${each.text};`).join("\n"), ["esnext", "dom", "webworker"]);
  const found = (program: typeof withDom): string[] =>
    expressions(program.file).flatMap((node, i) => {
      const { row } = calls[i] as Call;
      const [owner, member] = [row.slice(0, row.lastIndexOf(".")), row.slice(row.lastIndexOf(".") + 1)];
      const effects = libraryEffects(program.index, node as ts.CallExpression)?.effects ?? [];
      const clause =
        owner === "Object"
          ? "ECMA-262 20.2.3 Function.prototype.call"
          : memberTables.get(owner)?.[member]?.clause;
      return effects.some((effect) => effect.clause === clause) ? [row] : [];
    });

  it("with the DOM's library", () => {
    const rows = new Set(found(withDom));
    expect(calls.map((each) => each.row).filter((row) => !rows.has(row))).toEqual([]);
  });
  it("without the DOM's library", () => {
    const rows = new Set(found(languageOnly));
    const missing = calls.map((each) => each.row).filter((row) => !rows.has(row));
    expect(missing.filter((row) => !domOnly.test(row))).toEqual([]);
  });
  it("constructors", () => {
    const names = [...constructors.keys()];
    const text = names.map((name) => `new ${name in Intl ? "Intl." : ""}${name}();`).join("\n");
    const { index, file } = programOf(text, ["esnext", "dom"]);
    for (const [i, node] of expressions(file).entries()) {
      const construction = classifyConstruction(index, node as ts.NewExpression);
      const effects = construction.kind === "library" && construction.callee.kind === "library";
      expect(effects && construction.callee.effects, names[i]).toEqual(
        constructorEffects(names[i] as string),
      );
    }
  });
});

/** The clauses of the rows that the last statement's call finds. */
function clausesOf(source: string): string[] | null {
  const { index, file } = programOf(source, ["esnext"]);
  const node = expressions(file).at(-1) as ts.CallExpression;
  return libraryEffects(index, node)?.effects.map((effect) => effect.clause) ?? null;
}

describe("imports of Node's modules", () => {
  const row = ["Node API fs.readSync"];
  it.each([
    'import { readSync } from "node:fs"; readSync();',
    'import { readSync as read } from "fs"; read();',
    'import fs from "node:fs"; fs.readSync();',
    'import * as fs from "fs"; fs.readSync();',
    'import fs = require("fs"); fs.readSync();',
    'import { default as files } from "node:fs"; (files as typeof files).readSync();',
  ])("%s", (source) => expect(clausesOf(source)).toEqual(row));
  it("types through util", () => {
    expect(clausesOf('import { types } from "node:util"; types.isDate();')).toEqual([
      "Node API util.types.isDate",
    ]);
  });
});

describe("what only looks like a library function", () => {
  it.each([
    ["a function of that name", "export function structuredClone(x: unknown) {} structuredClone(1);"],
    ["a shadowed namespace", "export namespace JSON { export function parse(x: string) {} } JSON.parse('');"],
    ["a class of that name", "export class Uint8Array { fill(): void {} } new Uint8Array().fill();"],
    ["an interface of a module", "export interface Hash { update(): void } (null! as Hash).update();"],
    ["an added overload", "declare global { interface Math { max(x: string): void } } Math.max('');"],
    ["an overriding method", "export class P extends Uint8Array { set() {} } (null! as Uint8Array).set([]);"],
    [
      "an implementing class",
      "export class P implements ReadonlyMap<1, 2> { has() {} } (null! as Map<1, 2>).has(1);",
    ],
    [
      "a class behind an interface",
      "interface B extends Uint8Array {} export class P implements B { set() {} } (null! as Uint8Array).set([]);",
    ],
    [
      "an inherited method",
      "class A { set() {} } export class P extends A implements Uint8Array {} (null! as Uint8Array).set([]);",
    ],
    [
      "a subclass of something unknown",
      "const A: any = 0; export class P extends A { has() {} } (null! as Map<1, 2>).has(1);",
    ],
    [
      "what may have been replaced",
      "export class P extends Map<1, 2> { has() { return true; } } let map = new Map(); map = new P(); map.has(1);",
    ],
    [
      "a mixin",
      "export const mix = <T extends new (...a: any[]) => object>(A: T) => class extends A { has() {} }; (null! as Map<1, 2>).has(1);",
    ],
    [
      "a computed name in a subclass",
      "declare const name: string; export class P extends Map { [name]() {} } (null! as Map<1, 2>).has(1);",
    ],
    [
      "a static method of a subclass",
      "class P extends Buffer { static concat() { return null!; } } export const C: typeof Buffer = P; C.concat([]);",
    ],
    ["a type with some of the members", '(null! as Pick<Set<1>, "has">).has(1);'],
    ["a member that is replaced", "const set = new Set<1>(); set.has = () => true; set.has(1);"],
    [
      "a member that is defined",
      "const set = new Set<1>(); Object.defineProperty(set, 'has', { value: () => true }); set.has(1);",
    ],
    ["a Proxy", "const set = new Proxy(new Set<1>(), {}); set.has(1);"],
    [
      "a literal with all members",
      "export const imitation: WeakSet<object> = { add() { return this; }, delete: () => true, has: () => true, [Symbol.toStringTag]: '' }; (null! as WeakSet<object>).has({});",
    ],
    [
      "what a class inherits in part",
      "class A { has() { return true; } } export class B extends A { add() { return this; } delete() { return true; } [Symbol.toStringTag] = ''; } (null! as WeakSet<object>).has({});",
    ],
    [
      "what is put together",
      "export const w = Object.assign({ has: () => true }, { add() {}, delete: () => true, [Symbol.toStringTag]: '' }); (null! as WeakSet<object>).has({});",
    ],
    ["one of two types", '(null! as Set<1> | Pick<Set<1>, "has">).has(1);'],
    [
      "a member under an unknown name",
      "declare const name: string; const set = new Set<1>(); (set as any)[name] = () => true; set.has(1);",
    ],
    [
      "a member under an unknown name, by a pattern with a number for nothing",
      "declare const name: string; const set = new Set<1>(); [(set as any)[name] = 1] = [() => true]; set.has(1);",
    ],
    [
      "a member under an unknown name, by a variable that has changed since it was tested",
      "declare const name: string; let v: 1 | (() => true) = 1; const put = () => { v = () => true; }; const set = new Set<1>(); if (v === 1) { put(); (set as any)[name] = v; } set.has(1);",
    ],
    [
      "a member of a record of anything",
      "const put = (o: Record<string, any>, f: () => true) => { o.has = f; }; const set = new Set<1>(); put(set, () => true); set.has(1);",
    ],
    [
      "a member under an unknown name, which its type does not have",
      "const put = (o: { [i: number]: number; length: number }, key: any, f: any) => { o[key] = f; }; (null! as Uint8Array).fill(1); export { put };",
    ],
    ["a member set by Reflect", "const set = new Set<1>(); Reflect.set(set, 'has', () => true); set.has(1);"],
    ["a constructor in a variable", "const C = Uint8Array; C.from([]);"],
    ["a computed member", "Math['max'](1);"],
    ["a replacer", "JSON.stringify([], (key, value) => value);"],
    ["a spread replacer", "JSON.stringify(...([] as unknown as [unknown]));"],
  ])("%s", (_, source) => expect(clausesOf(source)).toBe(null));
  it.each([
    [
      "another library type's method",
      "export class P extends Map { fill() {} } (null! as Uint8Array).fill(1);",
    ],
    [
      "what was made here",
      "export class P extends Map<1, 2> { has() { return true; } } const map = new Map(); map.has(1);",
    ],
    [
      "a member of a record of anything else",
      "const put = (o: Record<string, any>, f: () => true) => { o.has = f; }; put(new Map(), () => true); (null! as Set<1>).has(1);",
    ],
    [
      "a number under an unknown name",
      "declare const name: string; const set = new Set<1>(); (set as any)[name] = 1; (set as any)[name]++; set.has(1);",
    ],
    ["another member that is replaced", "const set = new Set<1>(); set.add = () => set; set.has(1);"],
    ["an intersection", "(null! as Set<1> & { tag: string }).has(1);"],
    ["a mapped type with all members", "(null! as Readonly<Set<1>>).has(1);"],
    ["a literal with some members", "export const part = { has: () => true }; (null! as Set<1>).has(1);"],
    ["a namespace", "export class P extends Map { max() {} } Math.max(1);"],
    ["the console itself", "export class P extends console.Console { log() {} } console.log(1);"],
    [
      "a class without a library type",
      "class A {} export class P extends A { set() {} } new Map().set(1, 2);",
    ],
  ])("but not: %s", (_, source) => expect(clausesOf(source)).toHaveLength(1));
  it.each([
    ["a spread", "Math.max(...[1].values())"],
    ["a new Map", "new Map([1].entries())"],
    ["Array.from", "Array.from([1].values())"],
  ])("an iterator that is used up at once: %s", (_, source) => {
    expect(clausesOf(`${/\[1\]\.\w+\(\)/.exec(source)?.[0]};`)).toBe(null);
    const { index, file } = programOf(source, ["esnext"]);
    const visit = (node: ts.Node): ts.CallExpression | undefined =>
      ts.isCallExpression(node) && node.getText().startsWith("[1]") ? node : ts.forEachChild(node, visit);
    expect(libraryEffects(index, visit(file) as ts.CallExpression)?.effects).toHaveLength(1);
  });
  it("no replacer", () => expect(clausesOf("JSON.stringify([], null, 2);")).toHaveLength(1));
});

describe("Buffer.from", () => {
  const copy = "Node API Buffer.from(array | buffer | string): copies";
  const view = "Node API Buffer.from(arrayBuffer): shares its memory";
  it.each([
    ["'text'", [copy]],
    ["new Uint8Array(4)", [copy]],
    ["Buffer.alloc(4)", [copy]],
    ["[1, 2]", [copy]],
    ["new ArrayBuffer(4)", [view, copy]],
    ["new Uint8Array(4).buffer", [view, copy]],
    ["null! as Uint8Array | ArrayBuffer", [view, copy]],
    ["null! as any", [view, copy]],
    ["...(null! as [ArrayBuffer])", [view, copy]],
  ])("%s", (source, rows) => expect(clausesOf(`Buffer.from(${source});`)).toEqual(rows));
});
