/**
 * A transformer over a pipeline that proves nothing: it puts one statement at the head of every file, and reports
 * one freed site a file. Stands where tests ask how a build treats what a pipeline says. It notes each run in the
 * file that `PIPELINE_RUNS` names.
 */
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { createPlugin } from "../../dist/transformer/index.js";
import { ts } from "../../dist/transformer/typescript.js";

export default createPlugin(({ program, options, root }) => {
  const files = program.getSourceFiles().filter((file) => !file.isDeclarationFile);
  if (process.env.PIPELINE_RUNS) appendFileSync(process.env.PIPELINE_RUNS, `${JSON.stringify(options)}\n`);
  const sites = files.map((file) => ({
    file: relative(root, file.fileName),
    line: 1,
    column: 1,
    expression: "new Uint8Array(9)",
    type: "Uint8Array",
    function: "<module>",
    verdict: "freed",
    frees: [{ line: 1, column: 2 }],
    reason: null,
    path: [],
  }));
  const totals = { sites: sites.length, freed: sites.length, partial: 0, static: 0, scalar: 0, kept: 0 };
  return {
    report: { version: 1, tool: "fake", sites, frees: [], suspects: [], totals },
    descriptions: null,
    improved: [],
    errors: [],
    transformSourceFile: (context, file) => {
      const mark = context.factory.createExpressionStatement(
        context.factory.createStringLiteral("transformed"),
      );
      const statements = context.factory.createNodeArray([mark, ...file.statements]);
      return context.factory.updateSourceFile(file, ts.setTextRange(statements, file.statements));
    },
  };
});
