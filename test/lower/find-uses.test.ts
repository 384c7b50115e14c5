/** A constant object's functions are known as long as every use of it in the program is. */
import { expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { programOf, typeErrors } from "./harness.js";

const api = "const api = { first(t: Int8Array): number { return t[0] ?? 0; } };";
const user = "export function f(): number { const t = new Int8Array(99); return api.first(t); }";
const change = "export const held: Int8Array[] = []; api.first = (t) => held.push(t);";

function verdict(files: Record<string, string>): string {
  const program = programOf(files);
  expect(typeErrors(program)).toEqual([]);
  const { report } = runPipeline({ program, options: defaultOptions, root: "/" });
  return report.sites.map((site) => site.verdict).join();
}

it.each<[string, string, Record<string, string>]>([
  ["a script's, which nobody changes", "freed", { "/api.ts": api, "/main.ts": user }],
  ["a script's, which a module changes", "kept", { "/api.ts": api, "/main.ts": user, "/change.ts": change }],
  ["a module's, which it changes itself", "kept", { "/main.ts": `${api}\n${user}\n${change}` }],
  [
    "a module's, which another changes under another name",
    "kept",
    {
      "/api.ts": `export ${api}`,
      "/main.ts": `import { api } from "./api";\n${user}`,
      "/change.ts": `import { api as other } from "./api";\n${change.replace("api.", "other.")}`,
    },
  ],
])("%s: %s", (_name, expected, files) => {
  expect(verdict(files)).toBe(expected);
});
