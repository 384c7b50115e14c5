/** What an open world changes: methods that others may override are not known. */
import { describe, expect, it } from "vitest";
import { defaultOptions, type Options } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf, typeErrors } from "../lower/harness.js";

function verdicts(source: string, world: Options["world"], declaration = false): string {
  const program = programOf(source, { declaration });
  expect(typeErrors(program)).toEqual([]);
  const { report } = runPipeline({ program, options: { ...defaultOptions, world }, root: "/" });
  return report.sites
    .filter((site) => site.type === "Int8Array")
    .map((site) => site.verdict)
    .join();
}

const sum = "sum(t: Int8Array): number { return t[0] ?? 0; }";
const lends = "run(): number { const t = new Int8Array(99); return this.sum(t); }";
const user = "export function f(c: C): number { const t = new Int8Array(99); return c.sum(t); }";

describe("a method that is called", () => {
  it.each([
    ["through `this` of an exported class", `export class C { ${sum} ${lends} }`, "freed", "kept"],
    ["through a nominal class type", `export class C { private x = 1; ${sum} }\n${user}`, "freed", "kept"],
    [
      "through a class exported by name",
      `class C { private x = 1; ${sum} }\n${user}\nexport { C };`,
      "freed",
      "kept",
    ],
    [
      "through a class that is handed out as a value",
      `class C { private x = 1; ${sum} }\n${user}\nexport const classes = { C };`,
      "freed",
      "kept",
    ],
    [
      "through a class with an exported subclass",
      `class C { private x = 1; ${sum} }\nexport class D extends C {}\n${user}`,
      "freed",
      "kept",
    ],
    [
      "through a class of the program's own",
      `class C { private x = 1; ${sum} }\n${user}\nnew C();`,
      "freed",
      "freed",
    ],
    ["privately", `export class C { private ${sum} ${lends} }`, "freed", "freed"],
    ["by a private name", `export class C { #${sum} ${lends.replace("this.", "this.#")} }`, "freed", "freed"],
    [
      "on a new instance",
      `export class C { private x = 1; ${sum} }\nexport function f(): number { const t = new Int8Array(99); return new C().sum(t); }`,
      "freed",
      "freed",
    ],
    [
      "and promises to borrow",
      `export class C { /** @autofree noescape t */ ${sum} ${lends} }`,
      "freed",
      "freed",
    ],
    ["through a structural class type", `export class C { ${sum} }\n${user}`, "kept", "kept"],
  ])("%s", (_, source, closed, open) => {
    expect([verdicts(source, "closed"), verdicts(source, "open")]).toEqual([closed, open]);
  });
});

it("is open by default where declarations are emitted", () => {
  const source = `export class C { ${sum} ${lends} }`;
  expect([verdicts(source, null), verdicts(source, null, true)]).toEqual(["freed", "kept"]);
  expect(verdicts(source, "closed", true)).toBe("freed");
});
