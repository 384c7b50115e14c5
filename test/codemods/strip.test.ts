/** Handwritten frees, taken out of a source. */
import { expect, test } from "vitest";
import { applyTo, stripFrom } from "./harness.js";

const head = 'import { mustFree, unsafeFree } from "ts-autofree/runtime";\n';
const types = "declare function make(): Float64Array;\ndeclare let t: Float64Array | undefined;\n";

function stripped(code: string): string {
  const { stripped: text } = stripFrom(`${head}${types}${code}`);
  const start = text.indexOf(types);
  expect(start).toBeGreaterThanOrEqual(0);
  return text.slice(start + types.length);
}

test.each([
  ["a statement on its line", "a();\n  unsafeFree(t);\nb();\n", "a();\nb();\n"],
  ["a statement with a comment", "unsafeFree(t); // done\n", " // done\n"],
  ["between others", "a(); unsafeFree(t); b();\n", "a(); b();\n"],
  ["effects of arguments stay", "unsafeFree(make());\n", "make();\n"],
  [
    "effects of several",
    "mustFree(make(), { recurse: !!make() });\n",
    "void (make(), { recurse: !!make() });\n",
  ],
  ["a branch without braces", "if (t) unsafeFree(t);\nelse mustFree(t);\n", "if (t) {}\nelse {}\n"],
  ["a value", "t = unsafeFree(t);\n", "t = (void (t));\n"],
  ["an arrow function", "const f = () => unsafeFree(t);\n", "const f = () => (void (t));\n"],
  ["within another", "unsafeFree(unsafeFree(make()));\n", "void ((void (make())));\n"],
  ["where the lines around it would join", "a()\nunsafeFree(t);\n[1].map(b)\n", "a()\n;\n[1].map(b)\n"],
])("%s", (_name, code, expected) => {
  expect(stripped(code)).toBe(expected);
});

test.each([
  ["is removed with its only uses", head, "unsafeFree(t);\nmustFree(t);\n", ""],
  [
    "stays for the rest",
    'import { alloc, unsafeFree } from "ts-autofree/runtime";\n',
    "unsafeFree(alloc(Float64Array, 9));\n",
    'import { alloc } from "ts-autofree/runtime";\n',
  ],
  ["by another name", 'import { unsafeFree as free } from "ts-autofree/runtime";\n', "free(t);\n", ""],
  ["of everything", 'import * as rt from "ts-autofree/runtime";\n', "rt.unsafeFree(t);\n", ""],
  [
    "of everything, of which more is used",
    'import * as rt from "ts-autofree/runtime";\n',
    "rt.unsafeFree(t);\nrt.trim();\n",
    'import * as rt from "ts-autofree/runtime";\n',
  ],
])("an import %s", (_name, imported, code, expected) => {
  const { stripped: text } = stripFrom(`${imported}${types}${code}`);
  expect(text.slice(0, text.indexOf(types))).toBe(expected);
  expect(text).not.toMatch(/\b(?:unsafeFree|mustFree|free)\(/);
});

test("a free that isn't called by its name stays, and is told", () => {
  const { stripped: text, notes } = stripFrom(`${head}${types}unsafeFree(t);\n[t].forEach(unsafeFree);\n`);
  expect(text).toBe(`import { unsafeFree } from "ts-autofree/runtime";\n${types}[t].forEach(unsafeFree);\n`);
  expect(notes).toEqual([
    "virtual/main.ts:5:13 left as it is: unsafeFree is not called here. AUTOFREE=off turns it off.",
  ]);
});

test("a function of that name that isn't the runtime's stays", () => {
  const source =
    "function unsafeFree(x: unknown): void {\n  console.log(x);\n}\nunsafeFree(1);\nexport {};\n";
  expect(stripFrom(source).stripped).toBe(source);
});

test("what was applied and what was handwritten go together", () => {
  const f = "export function f(n: number): number {\n  const u = new Float64Array(n);\n  return u[0];\n}\n";
  const { applied } = applyTo(f);
  const { stripped: text } = stripFrom(`${head}${types}unsafeFree(t);\n${applied}`);
  expect(text).toBe(`${types}${f}`);
});
