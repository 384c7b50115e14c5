/** The commands as users start them, on real files, clocks and watchers. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { commands, makeProject, run, startWatch, writeFiles } from "../cli/harness.js";
import { tsconfigOf } from "./scenario.js";
import { keeps, pair } from "./scenarios.js";

/** Runs a command in every way of building, and compares what it leaves after an edit with a build of the same files from nothing. */
export async function checkCommand(command: "ts-autofree" | "tspc"): Promise<void> {
  const config = tsconfigOf(
    { name: "", files: {}, entry: {}, steps: [] },
    { what: "", freed: [] },
    "ts-autofree",
  );
  const start = {
    "package.json": { type: "module" },
    "tsconfig.json": config,
    ...(pair as Record<string, string>),
  };
  const [incremental, build, fresh] = [makeProject(start), makeProject(start), makeProject(start)];
  const watched: { folder: string; watch: ReturnType<typeof startWatch> }[] = [];
  try {
    for (const words of [[], ["-b"]]) {
      const folder = makeProject(start);
      const watch = startWatch(commands[command], folder, words);
      watched.push({ folder, watch });
      // One after the other, since ts-patch fails when runs that begin side by side share its store.
      await watch.round(1);
    }
    await run(command, [], incremental);
    await run(command, ["-b"], build);
    const kept = [incremental, build, ...watched.map(({ folder }) => folder)];
    for (const folder of kept) expect(outputOf(folder)["caller.js"]).toMatch(/\$free\(|\.give\(/);
    for (const folder of [fresh, ...kept]) writeFiles(folder, { "src/use.ts": keeps });
    await run(command, [], fresh);
    await run(command, [], incremental);
    await run(command, ["-b"], build);
    await Promise.all(watched.map(({ watch }) => watch.round(2)));
    const expected = outputOf(fresh);
    expect(expected["caller.js"]).not.toMatch(/\$free\(|\.give\(/);
    for (const folder of kept) expect(outputOf(folder)).toEqual(expected);
  } finally {
    for (const { watch } of watched) watch.stop();
  }
}

function outputOf(folder: string): Record<string, string> {
  const out = join(folder, "out");
  return Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), "utf8")]));
}
