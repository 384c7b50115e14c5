/**
 * Every pass, in order. No logic of its own: each pass is a function from data to data, in a file of its own,
 * with a page in `docs/passes/`.
 *
 * 1. `findFunctions`     program → functions that make buffers
 * 2. `lowerFunction`     syntax → IR (verified)
 * 3. `analyzeFunction`   IR, callees' summaries → facts at every point
 * 4. `planFunction`      facts → where to free, what to rewrite
 * 5. `linkPlans`         plans → which made buffers are freed by callers
 * 6. `replaceScalars`    plans → which small buffers become local variables
 * 7. `elideZeroFill`     plans → which buffers need no zeros
 * 8. `assignSlots`       plans → which sites keep what they free for themselves
 * 9. `dropUnprofitable`  plans → the same without frees that give nothing back
 * 10. `reuseInLoops`     plans → which buffers loops reuse
 * 11. `checkFrees`       IR, facts → what is wrong with handwritten frees
 * 12. `checkHot`         plans → which buffers of hot code are not freed
 * 13. `checkPlan`        with `verify`: IR, plans → nothing; throws if a free is surely wrong
 * 14. `buildReport`      plans → report
 * 15. `describeSite`     with `explain` of a place: plans, facts → what holds a site's buffer, from birth to death
 * 16. `checkBudget`      report, baseline → which sites are no longer freed, or whether too few are
 * 17. `collectEdits`     plans → edits of syntax nodes
 * 18. `emitFile`         edits → rewritten syntax, when the compiler emits a file
 * 19. `instrumentUses`   with `checked`: rewritten syntax → each access to a buffer asks the runtime first
 *
 * With `noManualFree` nothing is freed and so nothing analysed: `stripFrees` is the only pass, and the report empty.
 */
import type TS from "typescript";
import {
  analyzeProgram,
  type PlannedProgram,
  type PlanningSettings,
  planProgram,
} from "./analyze-program.js";
import type { FiledBaseline } from "./budget/baseline-file.js";
import { checkBudget } from "./budget/check-budget.js";
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
import { describePlace } from "./report/describe-place.js";
import type { SiteDescription } from "./report/describe-site.js";
import { orderFrees } from "./report/order-frees.js";
import type { Report, SiteReport } from "./report/report.js";
import { freePlace, placesIn, placeText, relativePath } from "./report/source-place.js";

export interface PipelineResult {
  readonly report: Report;
  /** The sites of the place that `explain` names; `null` where it names none, or the program does not have the file. */
  readonly descriptions: readonly SiteDescription[] | null;
  /** What checking the plan has shown; `null` where nobody asked for it. */
  readonly planCheck: PlanCheck | null;
  /** Sites whose verdict is better than in the baseline. */
  readonly improved: readonly SiteReport[];
  /** What is wrong with directives and frees, or over the budget, as errors of the compiler. */
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
  /** What the verdicts are compared with. */
  readonly baseline?: FiledBaseline | null;
  /** Passes 1 to 5, of {@link planOnce} with options that plan alike. */
  readonly planned?: PlannedProgram;
}

/** Passes 1 to 5 alone, for several variants of a program. What `mode`, `world` and `dependencies` say must be the same in all. */
export function planOnce(program: TS.Program, options: Options): PlannedProgram {
  return planProgram(program, planningSettings(options));
}

function planningSettings({ mode, world, dependencies }: Options): PlanningSettings {
  return {
    annotatedOnly: mode === "annotated",
    world,
    followsDependencies: dependencies === "on",
    believesUnwatched: dependencies === "on",
  };
}

export function runPipeline({
  program,
  options,
  root,
  clock = noClock,
  baseline = null,
  planned,
}: PipelineInput): PipelineResult {
  if (options.noManualFree) {
    const checker = program.getTypeChecker();
    const report = buildReport({ root, frees: [], suspects: [], functions: [], leftAlone: [] });
    return {
      report,
      descriptions: null,
      planCheck: null,
      improved: [],
      errors: [],
      edits: new Map(),
      transformSourceFile: (context, file) => stripFrees({ checker, context, file }),
    };
  }
  const { during } = clock;
  const settings = {
    ...planningSettings(options),
    elidesZeroFill: options.elideZeroFill === "on",
    replacesScalars: options.scalars === "on",
    assignsSlots: options.slots === "on",
    dropsUnprofitable: !options.freeUnprofitable,
    reusesInLoops: options.reuse === "on",
  };
  const plan: ProgramPlan = analyzeProgram(program, settings, { clock, ...(planned && { planned }) });
  const planCheck = options.verify ? during("check", () => checkPlan(plansToCheck(plan, root))) : null;
  const frees = during("report", () => orderFrees(plan.functions, root));
  const suspects = plan.mistakes.map((each) => suspectOf(root, each));
  const report = during("report", () => buildReport({ root, frees, suspects, ...plan }));
  const descriptions = during("describe", () => describeExplained({ program, plan, report, options, root }));
  const { failUnder } = options;
  const places = placesIn(program, root);
  const budget = during("budget", () => checkBudget({ report, failUnder, baseline, ...places }));
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
  const errors = [...plan.errors, ...budget.errors];
  const edits = editsByFile;
  return { report, descriptions, planCheck, improved: budget.improved, errors, edits, transformSourceFile };
}

function describeExplained({
  program,
  options: { explain },
  ...rest
}: Pick<PipelineInput, "program" | "options" | "root"> & { plan: ProgramPlan; report: Report }):
  | SiteDescription[]
  | null {
  if (explain === null || typeof explain === "string") return null;
  const files = program.getSourceFiles().map(({ fileName }) => relativePath(rest.root, fileName));
  return describePlace({ ...rest, files, place: explain });
}

function plansToCheck({ functions, irOf }: ProgramPlan, root: string): PlansToCheck {
  return { functions, irOf, nameOf: ({ lowered }, point) => placeText(freePlace(root, lowered, point)) };
}
