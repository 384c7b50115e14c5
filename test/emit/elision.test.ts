import ts from "typescript";
import { describe, expect, it } from "vitest";
import { emitBoth } from "./harness.js";

const source = `export function counted(): number {
  const out = new Float64Array(16);
  for (let i = 0; i < count; i++) out[i] = 1;
  return out.reduce((a, b) => a + b, 0);
}
export const early = [counted(), counted()];
`;
const exported = `${source}export const count = 16;`;
const own = `${source}const count = 16;`;
const imported = {
  "/main.ts": `import { count } from "./count.js";\n${source}`,
  "/count.ts": 'import "./main.js";\nexport const count = 16;',
};

describe("zeros", () => {
  it.each([
    ["a constant that is a property in CommonJS", exported, ts.ModuleKind.CommonJS, false],
    ["one of another CommonJS module", imported, ts.ModuleKind.CommonJS, false],
    ["a constant that stays a variable in CommonJS", own, ts.ModuleKind.CommonJS, true],
    ["one that doesn't", own, ts.ModuleKind.System, false],
    ["a constant that an ES module exports", exported, ts.ModuleKind.ESNext, true],
    ["one that it imports", imported, ts.ModuleKind.ESNext, true],
  ])("are left out by %s only if it can't be read too early", (_, sources, module, isLeftOut) => {
    const options = { module, ignoreDeprecations: "6.0" };
    const text = emitBoth(sources, options, { elideZeroFill: "on" }).freed["/main.js"] ?? "";
    expect(/allocUninitialized|makeUninitialized/.test(text)).toBe(isLeftOut);
  });
});
