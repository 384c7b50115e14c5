/** Liveness, equalities, and what variables may hold, on the smallest programs. */
import { describe, expect, test } from "vitest";
import { computeEqualities } from "../../transformer/analysis/equalities.js";
import { analyse, heldAt, liveAt, statementPoint, variableNamed } from "./harness.js";

const header = "declare function g(...xs: any[]): any;\n";

describe("liveness: before the statement of that index, these names are still read", () => {
  test.each<[string, number, string[]]>([
    ["let x = 1; x; g();", 2, []],
    ["let x = 1; g(x);", 1, ["x"]],
    ["let x = 1; x = 2; g(x);", 1, []],
    ["let x = 1; if (g()) x = 2; g(x);", 1, ["x"]],
    ["let x = 1; if (g()) x = 2; else x = 3; g(x);", 1, []],
    ["let x = 1; while (g()) { g(x); x = 2; }", 1, ["x"]],
    ["let x = 1; while (g()) { x = 2; g(x); }", 1, []],
    ["let x = 1; for (;;) { if (g()) return x; }", 1, ["x"]],
    ["let x = 1; try { x = g(); } catch { g(x); }", 1, ["x"]],
    ["let x = 1; try { x = g(); } catch { g(); } g(x);", 1, ["x"]],
    ["let x = 1; try { g(); } finally { g(x); }", 1, ["x"]],
    ["let x = 1, y = 2; switch (g()) { case 1: g(x); break; default: g(y); }", 1, ["x", "y"]],
    ["let x = 1; throw g(x); ", 1, ["x"]],
  ])("%s at %i", (body, index, expected) => {
    expect(liveAt(analyse(`${header}function f() { ${body} }`), index)).toEqual(expected);
  });
});

describe("equalities: two names surely hold the same before the statement of that index", () => {
  test.each<[string, number, boolean]>([
    ["let x = g(); let y = x; g();", 2, true],
    ["let x = g(); let y = x; x = g(); g();", 3, false],
    ["let x = g(); let y = x; y = g(); g();", 3, false],
    ["let x = g(); let y = g(); g();", 2, false],
    ["let x = g(); let y = g(); if (g()) y = x; g();", 3, false],
    ["let x = g(); let y = g(); if (g()) y = x; else x = y; g();", 3, true],
    ["let x = g(); let y = x; while (g()) { y = x; } g();", 3, true],
    ["let x = g(); let y = x; while (g()) { x = g(); } g();", 3, false],
    ["let x = g(); let y = x; while (g()) { x = g(); y = x; } g();", 3, true],
    ["let z = g(); let x = z; z = g(); let y = z; g();", 4, false],
    ["let x = g(); let z = x; let y = z; z = g(); g();", 4, true],
    ["let z = g(); let x = z; let y = z; z = g(); g();", 4, true],
    ["let x = g(); let y = x; try { g(); y = x; } catch {} g();", 3, false],
  ])("%s at %i: %s", (body, index, expected) => {
    const { facts } = analyse(`${header}function f() { ${body} }`);
    const { areEqual } = computeEqualities(facts.ir, facts.order);
    const [x, y] = ["x", "y"].map((name) => variableNamed(facts.ir, name) as never);
    expect(areEqual(statementPoint(facts.ir, index).id, x as never, y as never)).toBe(expected);
  });
});

describe("points-to: what the name may hold before the statement of that index", () => {
  test.each<[string, string, number, string[]]>([
    ["let x: any = new Uint8Array(9); g();", "x", 1, ["buffer recent"]],
    ["let x: any = new Uint8Array(9); x = null; g();", "x", 2, []],
    ["let x: any = {}; if (g()) x = []; g();", "x", 2, ["object recent", "array recent"]],
    ["let x: any = p; g();", "x", 1, ["p0/"]],
    ["let x: any = p.a.b; g();", "x", 1, ["p0/a/b"]],
    ["const o: any = {}; o.a = p; o.a = []; let x: any = o.a; g();", "x", 4, ["array recent"]],
    ["const o: any = {}; o.a = p; o[g()] = []; let x: any = o.a; g();", "x", 4, ["p0/", "array recent"]],
    ["const o: any = [p, []]; let x: any = o[1]; g();", "x", 2, ["array recent"]],
    ["const o: any = [p]; let x: any = o[p]; g();", "x", 2, ["p0/", "other"]],
    ["let x: any; let y: any; while (g()) { x = y; y = {}; } g();", "x", 3, ["object older"]],
    ["let x: any = p ? [] : {}; if (!x) { g(); } g();", "x", 2, ["array recent", "object recent"]],
    ["let x: any = g(p); g();", "x", 1, ["other"]],
    ["const x: any = () => p; g();", "x", 1, ["closure recent"]],
    ["const b = new Uint8Array(9); const x = b.subarray(1); g();", "x", 2, ["buffer recent"]],
    ["const b = new Uint8Array(9); const x = b.buffer; g();", "x", 2, ["buffer recent"]],
    ["const b = new Uint8Array(9); const x = b.length; g();", "x", 2, []],
    ["const b = new Uint8Array(9); const x = b[0]; g();", "x", 2, []],
  ])("%s: %s at %i", (body, name, index, expected) => {
    const found = heldAt(analyse(`${header}function f(p: any) { ${body} }`), name, index);
    expect(found.sort()).toEqual([...expected].sort());
  });
});
