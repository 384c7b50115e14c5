/**
 * Every pass, in order. No logic of its own: each pass is a function from data to data, in a file of its own,
 * with a page in `docs/passes/`.
 *
 * 1. `findFunctions`     program → functions that make buffers
 * 2. `lowerFunction`     syntax → IR (verified)
 * 3. `analyzeFunction`   IR, callees' summaries → facts at every point
 * 4. `planFunction`      facts → where to free, what to rewrite
 * 5. `linkPlans`         plans → which made buffers are freed by callers
 * 6. `elideZeroFill`     with `elideZeroFill`: plans → which buffers need no zeros
 * 7. `checkFrees`        IR, facts → what is wrong with handwritten frees
 * 8. `checkHot`          plans → which buffers of hot code are not freed
 * 9. `checkPlan`         with `verify`: IR, plans → nothing; throws if a free is surely wrong
 * 10. `buildReport`       plans → report
 * 11. `collectEdits`      plans → edits of syntax nodes
 * 12. `emitFile`          edits → rewritten syntax, when the compiler emits a file
 * 13. `instrumentUses`    with `checked`: rewritten syntax → each access to a buffer asks the runtime first
 *
 * With `noManualFree` nothing is freed and so nothing analysed: `stripFrees` is the only pass, and the report empty.
 */
import type TS from "typescript";
import { analyzeProgram } from "./analyze-program.js";
import { type Clock, noClock } from "./clock.js";
import { collectEdits } from "./emit/collect-edits.js";
import type { Edits } from "./emit/edits.js";
import { emitFile } from "./emit/emit-file.js";
import { instrumentUses } from "./emit/instrument-uses.js";
import { checkedRuntime, RuntimeImport, releaseRuntime } from "./emit/runtime-import.js";
import { stripFrees } from "./emit/strip-frees.js";
import { suspectOf } from "./free-errors.js";
import type { Options } from "./options.js";
import { checkPlan, type PlanCheck, type PlansToCheck } from "./plan/check-plan.js";
import type { ProgramPlan } from "./plan/program-plan.js";
import { buildReport } from "./report/build-report.js";
import { orderFrees } from "./report/order-frees.js";
import type { Report } from "./report/report.js";
import { freePlace, placeText } from "./report/source-place.js";

export interface PipelineResult {
  readonly report: Report;
  /** What checking the plan has shown; `null` where nobody asked for it. */
  readonly planCheck: PlanCheck | null;
  /** What is wrong with directives, as errors of the compiler. */
  readonly errors: readonly TS.Diagnostic[];
  /** What changes in each file, for who writes it into the source. */
  readonly edits: ReadonlyMap<TS.SourceFile, Edits>;
  /** Rewrites one file of the program; returns the very node when nothing changes. */
  readonly transformSourceFile: (context: TS.TransformationContext, file: TS.SourceFile) => TS.SourceFile;
}

export interface PipelineInput {
  readonly program: TS.Program;
  readonly options: Options;
  /** The project root, which report paths are relative to. */
  readonly root: string;
  readonly clock?: Clock;
}

export function runPipeline({ program, options, root, clock = noClock }: PipelineInput): PipelineResult {
  if (options.noManualFree) {
    const checker = program.getTypeChecker();
    const report = buildReport({ root, frees: [], suspects: [], functions: [], leftAlone: [] });
    return {
      report,
      planCheck: null,
      errors: [],
      edits: new Map(),
      transformSourceFile: (context, file) => stripFrees({ checker, context, file }),
    };
  }
  const { during } = clock;
  const settings = {
    annotatedOnly: options.mode === "annotated",
    world: options.world,
    followsDependencies: options.dependencies === "on",
    elidesZeroFill: options.elideZeroFill,
  };
  const plan: ProgramPlan = analyzeProgram(program, settings, clock);
  const planCheck = options.verify ? during("check", () => checkPlan(plansToCheck(plan, root))) : null;
  const frees = during("report", () => orderFrees(plan.functions, root));
  const suspects = plan.mistakes.map((each) => suspectOf(root, each));
  const report = during("report", () => buildReport({ root, frees, suspects, ...plan }));
  const { checked, maxFrees } = options;
  const chosen = maxFrees === null ? null : new Set(frees.slice(0, maxFrees).map(({ free }) => free));
  const editsByFile = during("edits", () => collectEdits(plan, { root, checked, chosen }));
  const transformSourceFile: PipelineResult["transformSourceFile"] = (context, file) => {
    const edits = editsByFile.get(file);
    if (!edits && !checked) return file;
    const specifier = checked ? checkedRuntime : releaseRuntime;
    const runtime = new RuntimeImport(context.factory, specifier, { program, file });
    return during("emit", () => {
      const edited = edits ? emitFile({ context, file, edits, runtime, checked }) : file;
      return runtime.addTo(checked ? instrumentUses({ program, context, file: edited, runtime }) : edited);
    });
  };
  return { report, planCheck, errors: plan.errors, edits: editsByFile, transformSourceFile };
}

function plansToCheck({ functions, irOf }: ProgramPlan, root: string): PlansToCheck {
  return { functions, irOf, nameOf: ({ lowered }, point) => placeText(freePlace(root, lowered, point)) };
}
