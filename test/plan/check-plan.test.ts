/** The checker of plans: right plans pass, the same plans with one free moved, doubled or given another value don't. */
import { describe, expect, test } from "vitest";
import { analyzeProgram } from "../../transformer/analyze-program.js";
import { InvariantError } from "../../transformer/bailout.js";
import { checkPlan, type PlanCheck, planCheckText } from "../../transformer/plan/check-plan.js";
import type { Free } from "../../transformer/plan/plan.js";
import type { PlannedFunction } from "../../transformer/plan/program-plan.js";
import { programOf } from "../lower/harness.js";

type Change = (frees: readonly Free[], planned: PlannedFunction) => Free[];

/** Checks the plans of a program, those of function `f` changed. */
function check(source: string, change: Change = (frees) => [...frees]): PlanCheck {
  const settings = { annotatedOnly: false, world: null, followsDependencies: true } as const;
  const { functions, irOf } = analyzeProgram(programOf(`export {};\n${source}`), settings);
  const changed = functions.map((planned) =>
    planned.lowered.ir.name === "f"
      ? { ...planned, plan: { ...planned.plan, frees: change(planned.plan.frees, planned) } }
      : planned,
  );
  return checkPlan({ functions: changed, irOf, nameOf: (_, point) => `p${point}` });
}

const atFirstPoint: Change = (frees, { lowered }) =>
  frees.map((free) => ({ ...free, point: lowered.ir.points[2]?.id ?? free.point }));
const again: Change = (frees) => [
  ...frees,
  ...frees.map((free) => ({ ...free, point: (free.point + 1) as typeof free.point })),
];

const scratch =
  "function f(n: number) { const t = new Float64Array(n); t.fill(1); const r = t[0]; n++; return r; }";

describe("a right plan", () => {
  test("is proven again", () => {
    expect(check(scratch)).toEqual({ frees: 1, proven: 1, doubts: new Map() });
  });
  test("is proven through functions that borrow and return", () => {
    const text = `function id(a: Float64Array) { return a; }
      function f(n: number) { const t = new Float64Array(n); const u = id(t); return u[0]; }`;
    expect(check(text)).toEqual({ frees: 1, proven: 1, doubts: new Map() });
  });
  test("may be beyond this proof, which is no fault", () => {
    const text = "function f(n: number) { const t = new Float64Array(n); const o = { t }; return o.t[0]; }";
    expect(check(text)).toEqual({ frees: 1, proven: 0, doubts: new Map([["may be known elsewhere", 1]]) });
  });
  test("of growth in a loop is not contradicted", () => {
    const text = `function f(n: number) { let t = new Float64Array(n);
      for (let i = 0; i < n; i++) { const u = new Float64Array(t.length * 2); u.set(t); t = u; } return t[0]; }`;
    expect(check(text).frees).toBe(2);
  });
  test("that frees what a condition found absent is not contradicted", () => {
    const text = `declare function keep(x: Float64Array): void;
      function f(n: number) { const t = Float64Array.from([n]); if (t) {} keep(t); }`;
    expect(check(text).frees).toBe(1);
  });
  test("that frees what a local function has replaced is not contradicted", () => {
    const text = `function f(n: number, other: Float64Array) { let t = new Float64Array(n);
      const swap = () => { t = other; }; swap(); const r = t[0]; return r; }`;
    expect(check(text).frees).toBe(1);
  });
  test("with a handler behind the free is not contradicted", () => {
    const text = `function f(n: number) { const t = new Float64Array(n);
      try { t.fill(1); if (n > 3) throw new Error(); return 0; } catch { return t[0]; } }`;
    expect(check(text).frees).toBeGreaterThan(0);
  });
});

describe("a wrong plan throws", () => {
  const wrong: [string, string, Change, string][] = [
    ["freed before a use", scratch, atFirstPoint, "'t' is used afterwards"],
    ["freed twice", scratch, again, "the same variable is freed again"],
    [
      "freed before it is returned",
      "function f(n: number) { const t = new Float64Array(n); const u = t; t.fill(1); if (n > 2) return u; return null; }",
      atFirstPoint,
      "used afterwards",
    ],
    [
      "freed before a use of another name",
      "function f(n: number) { const t = new Float64Array(n); const u = t; n++; u.fill(1); return u[0]; }",
      atFirstPoint,
      "'u' is used afterwards",
    ],
    [
      "freed before the next round uses it",
      "function f(n: number) { const t = new Float64Array(n); let s = 0; for (let i = 0; i < n; i++) s += t[i]; return s; }",
      (frees, { lowered }) => {
        const inLoop = lowered.ir.points.find(({ region }) => region !== lowered.ir.points[0]?.region);
        return frees.map((free) => ({ ...free, point: inLoop?.id ?? free.point }));
      },
      "'t' is used afterwards",
    ],
    [
      "a parameter",
      "function f(p: Float64Array, n: number) { const t = new Float64Array(n); t[0] = p[0]; const r = t[0]; n++; return r; }",
      (frees, { lowered }) =>
        frees.map((free) => {
          const variable = lowered.ir.variables.find(({ name }) => name === "p");
          return { ...free, value: { kind: "variable", variable: variable?.id as never } };
        }),
      "'p' holds what came in",
    ],
    [
      "given to unknown code before",
      `declare function keep(a: Float64Array): void;
       function f(n: number) { const t = new Float64Array(n); const u = new Float64Array(n); keep(u); t.fill(1); u.fill(1); return n; }`,
      (frees, { lowered }) =>
        frees.map((free) => {
          const variable = lowered.ir.variables.find(({ name }) => name === "u");
          return {
            ...free,
            point: lowered.ir.points[5]?.id as never,
            value: { kind: "variable", variable: variable?.id as never },
          };
        }),
      "unknown code was given it before",
    ],
  ];
  test.each(wrong)("%s", (_name, source, change, message) => {
    expect(check(source).frees).toBeGreaterThan(0);
    expect(() => check(source, change)).toThrow(InvariantError);
    expect(() => check(source, change)).toThrow(message);
  });
});

test("says what it found", () => {
  const doubts = new Map([["held by an owner", 2]] as const);
  expect(planCheckText({ frees: 3, proven: 1, doubts })).toBe(
    "plan checked: 3 frees, none contradicted, 1 proven again (held by an owner: 2)",
  );
});
