/** What is said at compile time of frees that a person wrote: wrong ones, suspicious ones, and right ones. */
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf } from "../lower/harness.js";

const header = `import { alloc, mustFree, preserve, unsafeFree } from "ts-autofree/runtime";
declare function later(f: () => void): void;
let kept: unknown;
`;

/** The lines at fault, from 1 in the function's own text: `3` for an error, `3?` for a suspicion. */
function faults(code: string): string[] {
  const program = programOf(`${header}${code}\nexport { kept };`, {});
  const { report, errors } = runPipeline({ program, options: defaultOptions, root: "/" });
  const offset = header.split("\n").length - 1;
  const found = report.suspects.map(
    ({ line, certain, path }) => `${(path[0]?.line ?? line) - offset}${certain ? "" : "?"}`,
  );
  expect(errors.filter(({ code: number }) => number === 99011)).toHaveLength(
    found.filter((each) => !each.endsWith("?")).length,
  );
  return [...new Set(found)].sort();
}

/** Lines that end in `// error` or `// suspect`. */
function marked(code: string): string[] {
  return code.split("\n").flatMap((line, i) => {
    const word = /\/\/ (error|suspect)$/.exec(line)?.[1];
    return word === undefined ? [] : [`${i + 1}${word === "error" ? "" : "?"}`];
  });
}

const f = (body: string, parameters = "n: number") => `export function f(${parameters}) {\n${body}\n}`;
const made = "const a = new Float64Array(n);\n";

describe("wrong", () => {
  it.each([
    ["an element read", `${made}unsafeFree(a);\nreturn a[0]; // error`],
    ["an element written", `${made}unsafeFree(a);\na[0] = 1; // error`],
    ["an element changed", `${made}unsafeFree(a);\na[0]! += 1; // error`],
    ["a length read", `${made}unsafeFree(a);\nreturn a.length; // error`],
    ["a method called", `${made}unsafeFree(a);\na.fill(0); // error`],
    ["a view made", `${made}unsafeFree(a);\nreturn a.subarray(1).length; // error`],
    ["iterated", `${made}unsafeFree(a);\nfor (const x of a) kept = x; // error`],
    ["spread", `${made}unsafeFree(a);\nreturn Math.max(...a); // error`],
    ["destructured", `${made}unsafeFree(a);\nconst [x] = a; // error\nreturn x;`],
    ["copied", `${made}unsafeFree(a);\nreturn new Float64Array(a).length; // error`],
    ["passed on", `${made}unsafeFree(a);\nconsole.log(a); // error`],
    ["returned", `${made}unsafeFree(a);\nreturn a; // error`],
    ["stored", `${made}const o: { a?: Float64Array } = {};\nunsafeFree(a);\no.a = a; // error\nreturn o;`],
    ["by another name", `${made}const b = a;\nunsafeFree(a);\nreturn b[0]; // error`],
    [
      "by an asserted name",
      `${made}const b = a as ArrayLike<number>;\nunsafeFree(a);\nreturn b[0]; // error`,
    ],
    ["read out of an array", `${made}const rows = [a];\nunsafeFree(a);\nreturn rows[0]!.length; // error`],
    ["read out of an object", `${made}const o = { a };\nunsafeFree(a);\nreturn o.a[0]; // error`],
    ["read by a closure", `${made}const g = () => a[0];\nunsafeFree(a);\nreturn g(); // error`],
    [
      "returned out of a Map",
      `${made}const m = new Map([[1, a]]);\nunsafeFree(a);\nreturn m.get(1); // error`,
    ],
    ["freed twice", `${made}unsafeFree(a);\nunsafeFree(a); // error`],
    ["freed twice by two names", `${made}const b = a;\nunsafeFree(a);\nmustFree(b); // error`],
    ["in a branch of its own", `${made}if (n > 3) {\nunsafeFree(a);\nreturn a[0]; // error\n}\nreturn 0;`],
    ["in both branches", `${made}unsafeFree(a);\nif (n > 3) return a[0]; // error\nreturn a[1]; // error`],
    ["after a finally", `${made}try {\na.fill(n);\n} finally {\nunsafeFree(a);\n}\nreturn a[0]; // error`],
    ["after an await", `${made}unsafeFree(a);\nawait null;\nreturn a[0]; // error`, "async"],
    ["of what alloc made", "const a = alloc(Float64Array, n);\nunsafeFree(a);\nreturn a[0]; // error"],
    ["of a slice", "const a = new Float64Array(n).slice(1);\nunsafeFree(a);\nreturn a[0]; // error"],
    ["in a condition", `${made}unsafeFree(a);\nif (a.length > 3) return 1; // error\nreturn 0;`],
    ["in a template", `${made}unsafeFree(a);\nreturn \`\${a[0]}\`; // error`],
    ["yielded", `${made}unsafeFree(a);\nyield a; // error`, "generator"],
  ])("%s", (_name, body, kind?: string) => {
    const code = f(body);
    const whole =
      kind === "async"
        ? code.replace("export", "export async")
        : kind
          ? code.replace("function f", "function* f")
          : code;
    expect(faults(whole)).toEqual(marked(whole));
  });

  it("of a parameter", () => {
    const code = f("unsafeFree(a);\nreturn a[0]; // error", "a: Float64Array");
    expect(faults(code)).toEqual(marked(code));
  });

  it("at a module's top level", () => {
    const code = "const a = new Float64Array(9);\nunsafeFree(a);\nkept = a[0]; // error";
    expect(faults(code)).toEqual(marked(code));
  });
});

describe("suspicious", () => {
  it.each([
    [
      "used on the next round",
      `${made}for (let i = 0; i < n; i++) {\na[i] = i; // suspect\nif (i === 3) unsafeFree(a); // suspect\n}`,
    ],
    ["freed on some path", `${made}if (n > 3) unsafeFree(a);\nreturn a[0]; // suspect`],
    ["freed again on some path", `${made}if (n > 3) unsafeFree(a);\nif (n > 5) unsafeFree(a); // suspect`],
    [
      "held by an array that is returned",
      `${made}const rows = [a];\nunsafeFree(a); // suspect\nreturn rows;`,
    ],
    ["held by an object that is returned", `${made}const o = { a };\nunsafeFree(a); // suspect\nreturn o;`],
    [
      "held by a Map that is returned",
      `${made}const m = new Map([[1, a]]);\nunsafeFree(a); // suspect\nreturn m;`,
    ],
    [
      "held by a closure that is returned",
      `${made}const g = () => a[0];\nunsafeFree(a); // suspect\nreturn g;`,
    ],
  ])("%s", (_name, body) => {
    const code = f(body);
    expect(faults(code)).toEqual(marked(code));
  });
});

describe("right", () => {
  it("of each that a list gives", () => {
    expect(faults(f("while (q.length > 0) unsafeFree(q.pop());", "q: Float64Array[]"))).toEqual([]);
    expect(faults(f("for (const a of q) unsafeFree(a);", "q: Float64Array[]"))).toEqual([]);
    expect(
      faults(f("for (const a of q) {\nunsafeFree(a);\nunsafeFree(a); // error\n}", "q: Float64Array[]")),
    ).toEqual(["4"]);
    expect(faults(f("unsafeFree(q[0]);\nunsafeFree(q[1]);", "q: Float64Array[]"))).toEqual([]);
    expect(
      faults(f("unsafeFree(q.a);\nunsafeFree(q.b);", "q: { a: Float64Array; b: Float64Array }")),
    ).toEqual([]);
  });

  it.each([
    ["the last thing", `${made}const x = a[0];\nunsafeFree(a);\nreturn x;`],
    [
      "in a loop",
      "let s = 0;\nfor (let i = 0; i < n; i++) {\nconst a = new Float64Array(i);\ns += a.length;\nunsafeFree(a);\n}\nreturn s;",
    ],
    [
      "before another is made",
      "let a = new Float64Array(n);\nunsafeFree(a);\na = new Float64Array(n + 1);\nreturn a[0];",
    ],
    [
      "growth",
      "let a = new Float64Array(1);\nfor (let i = 0; i < n; i++) {\nconst b = new Float64Array(2 * i);\nb.set(a);\nunsafeFree(a);\na = b;\n}\nreturn a;",
    ],
    ["forgotten", "let a: Float64Array | undefined = new Float64Array(n);\na = unsafeFree(a);\nreturn a;"],
    ["on an exit of its own", `${made}if (n > 3) {\nunsafeFree(a);\nreturn null;\n}\nreturn a;`],
    ["in each branch", `${made}if (n > 3) {\nkept = a[0];\nunsafeFree(a);\n} else {\nunsafeFree(a);\n}`],
    ["in a finally", `${made}try {\nreturn a.reduce((x, y) => x + y);\n} finally {\nunsafeFree(a);\n}`],
    ["of two", `${made}const b = new Float64Array(n);\nunsafeFree(a);\nkept = b[0];\nunsafeFree(b);`],
    [
      "of one of two",
      `${made}const b = new Float64Array(n);\nconst c = n > 3 ? a : b;\nunsafeFree(c);\nreturn 1;`,
    ],
    [
      "swapped",
      "let a = new Float64Array(n);\nlet b = new Float64Array(n);\nfor (let i = 0; i < n; i++) [a, b] = [b, a];\nunsafeFree(a);\nreturn b;",
    ],
    ["of what an array held", `${made}const rows = [a];\nkept = rows[0]![0];\nunsafeFree(a);\nreturn 1;`],
    ["of what alloc made", "const a = alloc(Float64Array, n);\nconst x = a[0];\nunsafeFree(a);\nreturn x;"],
    [
      "of what a call made, in a loop",
      "for (let i = 0; i < n; i++) {\nconst a = alloc(Float64Array, i);\na[0] = 1;\nunsafeFree(a);\n}",
    ],
    ["compared only", `${made}unsafeFree(a);\nreturn kept === a;`],
    [
      "of what is no buffer",
      "const t: { shape: number[] } = { shape: [n] };\nunsafeFree(t);\nreturn t.shape;",
    ],
    ["during preserve", `${made}return preserve(a, () => {\nunsafeFree(a);\nreturn a[0];\n});`],
    ["of nothing", "unsafeFree(undefined);\nreturn n;"],
    [
      "of a function of that name",
      `${made}const unsafeFree = (x: Float64Array) => x.length;\nunsafeFree(a);\nreturn a[0];`,
    ],
  ])("%s", (_name, body) => {
    expect(faults(f(body))).toEqual([]);
  });
});
