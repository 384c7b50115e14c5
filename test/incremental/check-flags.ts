/** Builds one project again and again with other flags, in every way of building. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Command, Compilers, Environment } from "./compilers.js";
import { firstDifference } from "./hunt.js";
import { type Changes, tsconfigOf } from "./scenario.js";
import { FreshBuild, modes, Session } from "./session.js";
import type { Edit } from "./system.js";

const flags: readonly Environment[] = [
  { AUTOFREE_CHECKED: "1" },
  { AUTOFREE_NO_MANUAL_FREE: "1" },
  { AUTOFREE_ELIDE_ZERO_FILL: "off" },
  { AUTOFREE_SCALARS: "off" },
  { AUTOFREE_SLOTS: "off" },
  { AUTOFREE_MODE: "annotated" },
  { AUTOFREE_WORLD: "closed" },
  { AUTOFREE_MAX_FREES: "1" },
  { AUTOFREE_DEPENDENCIES: "off" },
  {},
];

/** Checks that each flag, and its absence, is seen; `ts-autofree` emits every file again then. */
export function checkFlags(compilers: Compilers, command: Command, files: Changes): void {
  const root = mkdtempSync(join(tmpdir(), "ts-autofree-"));
  try {
    const scenario = { name: "flags", files, steps: [] };
    const config = tsconfigOf(scenario, { what: "", freed: [] }, compilers.transformer);
    const start: Edit = new Map(
      Object.entries({ "package.json": '{ "type": "module" }\n', "tsconfig.json": config, ...files }),
    );
    const fresh = new FreshBuild(compilers, join(root, "fresh"));
    fresh.step(start);
    const sessions = modes.map((mode) => {
      const folder = join(root, mode);
      mkdirSync(folder);
      const session = new Session(compilers, { folder, command, mode });
      session.step(start);
      // `tspc -b` ends before it asks for any transformer.
      return { session, words: command === "tspc" && mode.startsWith("build") ? ["--force"] : [] };
    });
    const seen = new Set<string>();
    for (const environment of flags) {
      const expected = fresh.step(new Map(), environment);
      seen.add(JSON.stringify([...expected]));
      for (const { session, words } of sessions) {
        const emitted = session.restart(environment, words);
        const label = `${session.name} ${JSON.stringify(environment)}`;
        expect(firstDifference(expected, session.output()), label).toBeNull();
        // Not by `--watch` and `-b`, for which this flag is always set.
        const isSame =
          environment.AUTOFREE_DEPENDENCIES !== undefined || Object.keys(environment).length === 0;
        if (command === "ts-autofree" && !isSame) expect(emitted, label).toEqual([...expected.keys()]);
      }
    }
    expect(seen.size).toBe(flags.length - 1);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
