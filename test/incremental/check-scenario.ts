/** Runs one scenario in every way of building, and compares each with a full build and with what tsc would emit. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Command, Compilers } from "./compilers.js";
import { firstDifference } from "./hunt.js";
import { type Scenario, type Step, tsconfigOf } from "./scenario.js";
import { FreshBuild, modes, type Output, Session } from "./session.js";
import type { Edit } from "./system.js";

/** Checks a scenario under one command; what tsc itself would emit is looked at for `ts-autofree` only. */
export function checkScenario(compilers: Compilers, command: Command, scenario: Scenario): void {
  const root = mkdtempSync(join(tmpdir(), "ts-autofree-"));
  try {
    const fresh = new FreshBuild(compilers, join(root, "fresh"));
    const pairs = modes.map((mode) => {
      const open = (name: Command) => {
        const folder = join(root, `${name}-${mode}`);
        mkdirSync(folder);
        return new Session(compilers, { folder, command: name, mode });
      };
      return { own: open(command), plain: command === "ts-autofree" ? open("tsc") : null };
    });
    const sources = new Sources(scenario);
    let before: Output = new Map();
    for (const [at, step] of scenario.steps.entries()) {
      const edit = sources.editOf(step, at, compilers.transformer);
      const expected = fresh.step(edit);
      expect({ [step.what]: freedIn(expected) }, fresh.said).toEqual({ [step.what]: step.freed });
      const plainEdit = sources.plainEditOf(step, at, changedIn(before, expected));
      if (expected.size > 0) before = expected;
      for (const { own, plain } of pairs) {
        const label = `${scenario.name}: ${step.what}: ${own.name}`;
        const emitted = own.step(edit);
        expect(firstDifference(expected, own.output()), label).toBeNull();
        const allowed = plain?.step(plainEdit);
        if (allowed)
          expect(allowed, `${label} emits no more than tsc`).toEqual(expect.arrayContaining(emitted));
        if (step.emitted) expect(scriptsIn(emitted), label).toEqual(step.emitted);
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The sources of a scenario as they change, with and without our plugin. */
class Sources {
  private readonly texts = new Map<string, string>();
  private configs: readonly [string, string] = ["", ""];

  constructor(private readonly scenario: Scenario) {}

  editOf(step: Step, at: number, plugin: string): Edit {
    const edit = new Map(Object.entries({ ...(at === 0 && this.first()), ...step.changes }));
    const config = tsconfigOf(this.scenario, step, plugin);
    if (config !== this.configs[0]) edit.set("tsconfig.json", config);
    this.configs = [config, this.configs[1]];
    return edit;
  }

  /**
   * The same for tsc, with a comment added to the files that were not edited and have other output all the same: that is how we tell
   * the compiler of them.
   */
  plainEditOf(step: Step, at: number, changed: readonly string[]): Edit {
    const edit = new Map<string, string | null>(
      Object.entries({ ...(at === 0 && this.first()), ...step.changes }),
    );
    for (const [name, text] of edit) {
      if (text === null) this.texts.delete(name);
      else this.texts.set(name, text);
    }
    if (at > 0) {
      for (const name of changed.filter((each) => !edit.has(each) && this.texts.has(each))) {
        const text = `${this.texts.get(name)}// ${at}\n`;
        this.texts.set(name, text);
        edit.set(name, text);
      }
    }
    const config = tsconfigOf(this.scenario, step, null);
    if (config !== this.configs[1]) edit.set("tsconfig.json", config);
    this.configs = [this.configs[0], config];
    return edit;
  }

  private first() {
    return { "package.json": '{ "type": "module" }\n', ...this.scenario.files };
  }
}

/** The sources whose JavaScript or declarations differ. */
function changedIn(before: Output, after: Output): string[] {
  return [...after]
    .filter(([name, text]) => before.get(name) !== text)
    .map(([name]) => name.replace(/^out\//, "src/").replace(/(\.d\.ts|\.js)$/, ".ts"));
}

function freedIn(output: Output): string[] {
  const freed = [...output].filter(
    ([name, text]) => name.endsWith(".js") && /\$free\w*\(|\.give\(/.test(text),
  );
  return freed.map(([name]) => stemOf(name)).sort();
}

function scriptsIn(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith(".js")).map(stemOf);
}

function stemOf(name: string): string {
  return name.replace(/^out\//, "").replace(/\.js$/, "");
}
