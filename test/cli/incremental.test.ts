/**
 * After every edit the output of a build that goes on from an earlier one is that of a full build, under `--incremental`, `--watch`,
 * `-b` and `-b --watch`, and no more is emitted than must be (S7).
 */
import { resolve } from "node:path";
import { beforeAll, describe, it } from "vitest";
import { checkCommand } from "../incremental/check-command.js";
import { checkFlags } from "../incremental/check-flags.js";
import { checkReferences } from "../incremental/check-references.js";
import { checkScenario } from "../incremental/check-scenario.js";
import { Compilers } from "../incremental/compilers.js";
import { flagged, scenarios } from "../incremental/scenarios.js";

let compilers: Compilers;
beforeAll(async () => {
  compilers = await Compilers.load(resolve("dist"));
}, 60_000);

describe("in every way of building", () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_name, scenario) => {
    checkScenario(compilers, "ts-autofree", scenario);
  });

  it("flags", () => checkFlags(compilers, "ts-autofree", flagged));

  it("a project that another refers to", () => checkReferences(compilers, "ts-autofree"));
});

it("the command itself emits what it does in this process", () => checkCommand("ts-autofree"));
