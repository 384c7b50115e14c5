/** Counts how many of the fixtures' frees `checkPlan` proves again: `npm run check-plans [-- THEME ...]`. */
import { readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { analyzeProgram } from "../dist/transformer/analyze-program.js";
import { checkPlan, planCheckText } from "../dist/transformer/plan/check-plan.js";
import { freePlace, placeText } from "../dist/transformer/report/source-place.js";
import { bindTypeScript } from "../dist/transformer/typescript.js";

bindTypeScript(ts);
const root = path.resolve(import.meta.dirname, "../fixtures");
const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
const settings = /** @type {const} */ ({ annotatedOnly: false, world: null, followsDependencies: true });
const wanted = process.argv.slice(2);
const all = { frees: 0, proven: 0, doubts: new Map() };

for (const theme of readdirSync(root, { withFileTypes: true })) {
  if (!theme.isDirectory() || (wanted.length > 0 && !wanted.includes(theme.name))) continue;
  const folder = path.join(root, theme.name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.d)\.ts$/.test(name) && !name.includes("node_modules"))
    .map((name) => path.join(folder, name));
  const { functions, irOf } = analyzeProgram(ts.createProgram(files, options), settings);
  const check = checkPlan({
    functions,
    irOf,
    nameOf: ({ lowered }, point) => placeText(freePlace(root, lowered, point)),
  });
  all.frees += check.frees;
  all.proven += check.proven;
  for (const [doubt, count] of check.doubts) all.doubts.set(doubt, (all.doubts.get(doubt) ?? 0) + count);
}
console.log(planCheckText(all));
