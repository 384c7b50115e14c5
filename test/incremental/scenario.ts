/** What a scenario is: a small project, and edits of it. */
import { quickOptions } from "./config.js";

/** Files by their path; `null` deletes one. */
export type Changes = Readonly<Record<string, string | null>>;

/** Our options in a plugin entry. */
export type Entry = Readonly<Record<string, unknown>>;

export interface Step {
  readonly what: string;
  readonly changes?: Changes;
  /** Other compiler options than the scenario's. */
  readonly compilerOptions?: object;
  /** Another plugin entry than the scenario's. */
  readonly entry?: Entry;
  /** The JavaScript that is then freed in. */
  readonly freed: readonly string[];
  /** The JavaScript that is emitted, no more and no less; where it is not given, no more than tsc would emit. */
  readonly emitted?: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly files: Changes;
  readonly compilerOptions?: object;
  readonly entry?: Entry;
  /** The first builds all. */
  readonly steps: readonly Step[];
}

/** With declarations the compiler knows the shape of each file from the first build on, so it emits the fewest. */
const shaped = { incremental: true, declaration: true };

/** The text of a scenario's tsconfig at a step; `plugin` is `null` for plain tsc. */
export function tsconfigOf({ compilerOptions, entry }: Scenario, step: Step, plugin: string | null): string {
  const own = { transform: plugin, transformProgram: true, ...entry, ...step.entry };
  const options = {
    ...quickOptions,
    ...shaped,
    outDir: "out",
    rootDir: "src",
    ...compilerOptions,
    ...step.compilerOptions,
    plugins: plugin === null ? [] : [own],
  };
  return `${JSON.stringify({ compilerOptions: options, include: ["src"] }, null, 2)}\n`;
}
