/** What a tsconfig says of the plugin: `{ "name": "ts-autofree/language-service", "hints": false }`. */
import { type Options, resolveOptions } from "../transformer/options.js";

export interface Settings {
  /** A word behind each allocation: what becomes of it. */
  readonly hints: boolean;
  /** A suggestion at each allocation that is kept. */
  readonly suggestions: boolean;
  /** A program with more source files of its own is not analysed. */
  readonly maxFiles: number;
  /** An analysis that takes longer, in milliseconds, is not done while an editor waits, but when edits have paused. */
  readonly budget: number;
  /** How long edits must have paused, in milliseconds. */
  readonly pause: number;
}

export const defaultSettings: Settings = {
  hints: true,
  suggestions: true,
  maxFiles: 500,
  budget: 150,
  pause: 700,
};

/** The settings of a plugin entry; what has the wrong type counts as absent. */
export function readSettings(entry: unknown): Settings {
  const given = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : {};
  const known = Object.entries(defaultSettings).map(([name, value]) => [
    name,
    typeof given[name] === typeof value ? given[name] : value,
  ]);
  return Object.fromEntries(known) as Settings;
}

/** The options that a build of the project has, as far as the tsconfig and the environment say. */
export function buildOptions(plugins: unknown, root: string): Options {
  const entries: Record<string, unknown>[] = Array.isArray(plugins) ? plugins : [];
  const { transform: _, ...pluginEntry } = entries.find(({ transform }) => transform === "ts-autofree") ?? {};
  return resolveOptions({ pluginEntry, environment: process.env, root, cwd: root });
}
