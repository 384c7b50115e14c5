/** Passes 1 to 12 over a whole program: from syntax to the plans of all functions that make buffers. */
import type TS from "typescript";
import { Summaries } from "./analysis/summaries.js";
import { checkContracts } from "./check-contracts.js";
import { checkHandwrittenFrees } from "./check-handwritten-frees.js";
import { checkHot } from "./check-hot.js";
import { type Clock, noClock } from "./clock.js";
import { freeError } from "./free-errors.js";
import type { FunctionId } from "./ir/ids.js";
import type { FunctionIr } from "./ir/ir.js";
import { findFunctions } from "./lower/find-functions.js";
import { findBufferCalls, findBufferSites, type SyntaxSite } from "./lower/find-sites.js";
import { type Lowering, lowerFunction } from "./lower/function.js";
import { ProgramIndex } from "./lower/program-index.js";
import { functionName, isAnalysedFile } from "./lower/syntax.js";
import { unsuitable } from "./lower/unsuitable.js";
import { assignSlots } from "./plan/assign-slots.js";
import { dropUnprofitable } from "./plan/drop-unprofitable.js";
import { linkPlans } from "./plan/link-plans.js";
import { planFunction } from "./plan/plan-function.js";
import type { PlannedFunction, ProgramPlan } from "./plan/program-plan.js";
import { reuseInLoops } from "./plan/reuse-in-loops.js";
import { replaceScalars } from "./scalar/replace-scalars.js";
import { elideZeroFill } from "./zero-fill/elide-zero-fill.js";

/** The program as lowered and analysed, with the summaries of its functions. */
class Analysis {
  private readonly lowerings = new Map<FunctionId, Lowering>();
  readonly summaries: Summaries;

  constructor(
    readonly index: ProgramIndex,
    private readonly mode: { readonly annotatedOnly: boolean },
    private readonly clock: Clock,
  ) {
    this.summaries = new Summaries({
      irOf: (id) => {
        const lowering = this.lower(id);
        return lowering.kind === "lowered" ? lowering.lowered.ir : null;
      },
      classOf: (id) => index.identities.classInfo(id),
      get tampers() {
        return index.classes.memberFacts.tampers;
      },
    });
  }

  readonly lower = (id: FunctionId): Lowering => {
    let lowering = this.lowerings.get(id);
    if (!lowering) {
      const node = this.index.functionNode(id);
      lowering = this.clock.during("lowering", () =>
        lowerFunction(this.index.indexOf(node), node, this.mode),
      );
      this.lowerings.set(id, lowering);
    }
    return lowering;
  };
}

/** What decides where a buffer can be freed. */
export interface PlanningSettings {
  readonly annotatedOnly: boolean;
  readonly world: "open" | "closed" | null;
  /** Whether the JavaScript of the program's dependencies is read for what it does with buffers. */
  readonly followsDependencies: boolean;
  /** Whether the promises of all declarations are relied on, or only of those of which each build notices when they change. */
  readonly believesUnwatched?: boolean;
}

export interface AnalysisSettings extends PlanningSettings {
  /** Whether small buffers become local variables. */
  readonly replacesScalars?: boolean;
  /** Whether it is looked for buffers that need no zeros. */
  readonly elidesZeroFill?: boolean;
  /** Whether frees that give nothing back are dropped. */
  readonly dropsUnprofitable?: boolean;
  /** Whether sites get slots. */
  readonly assignsSlots?: boolean;
  /** Whether an iteration of a loop reuses what the one before has freed. */
  readonly reusesInLoops?: boolean;
}

/** Where the buffers of a program die, whatever is made of it. */
export interface PlannedProgram
  extends Pick<ProgramPlan, "functions" | "irOf" | "factsOf" | "leftAlone" | "mistakes" | "errors"> {
  readonly index: ProgramIndex;
  readonly files: readonly TS.SourceFile[];
  readonly unseenCalls: readonly (SyntaxSite & { readonly why: string })[];
}

/** Passes 1 to 5. What several variants of a program have in common, if the settings are the same. */
export function planProgram(
  program: TS.Program,
  settings: PlanningSettings,
  clock: Clock = noClock,
): PlannedProgram {
  const { during } = clock;
  const index = ProgramIndex.of(program, settings);
  let analysis = new Analysis(index, settings, clock);
  const { errors, areKept } = during("analysis", () => checkContracts(analysis));
  if (!areKept) {
    index.contracts.distrust();
    analysis = new Analysis(index, settings, clock);
  }
  const { lower, summaries } = analysis;
  const functions: PlannedFunction[] = [];
  const leftAlone: ProgramPlan["leftAlone"][number][] = [];
  const unseenCalls: PlannedProgram["unseenCalls"][number][] = [];
  const files = program
    .getSourceFiles()
    .filter((file) => isAnalysedFile(program, file) && !program.isSourceFileFromExternalLibrary(file));
  for (const file of files) {
    for (const node of during("findFunctions", () => findFunctions(index, file))) {
      const lowering = unsuitable(program, file) ?? lower(index.functionId(node));
      if (lowering.kind === "left-alone") {
        const { why } = lowering;
        const name = functionName(node);
        leftAlone.push(...findBufferSites(index, node).map((site) => ({ ...site, function: name, why })));
        unseenCalls.push(...findBufferCalls(index, node).map((site) => ({ ...site, why })));
        continue;
      }
      const { lowered } = lowering;
      const facts = during("analysis", () => summaries.takeFacts(lowered.ir));
      functions.push({ lowered, plan: during("planning", () => planFunction(facts)) });
    }
  }
  const mistakes = during("analysis", () =>
    checkHandwrittenFrees(
      analysis,
      files.filter((file) => !unsuitable(program, file)),
    ),
  );
  const certain = mistakes.filter(({ mistake }) => mistake.certain).map(freeError);
  const irOf = (id: FunctionId): FunctionIr | null => {
    const lowering = lower(id);
    return lowering.kind === "lowered" ? lowering.lowered.ir : null;
  };
  const factsOf: ProgramPlan["factsOf"] = ({ lowered }) => summaries.takeFacts(lowered.ir);
  return {
    index,
    files,
    functions: during("link", () => linkPlans(functions)),
    irOf,
    factsOf,
    leftAlone,
    unseenCalls,
    mistakes,
    errors: [...errors, ...certain],
  };
}

/** Passes 1 to 12, or those from 6 on of what was planned before. */
export function analyzeProgram(
  program: TS.Program,
  settings: AnalysisSettings,
  { clock = noClock, planned }: { readonly clock?: Clock; readonly planned?: PlannedProgram } = {},
): ProgramPlan {
  const { during } = clock;
  const { index, files, functions, irOf, factsOf, leftAlone, unseenCalls, mistakes, errors } =
    planned ?? planProgram(program, settings, clock);
  const { functions: plans, scalars } = settings.replacesScalars
    ? during("scalars", () => replaceScalars(index, functions))
    : { functions, scalars: [] };
  const elided = settings.elidesZeroFill ? during("zero-fill", () => elideZeroFill(index, plans)) : plans;
  const slotted = settings.assignsSlots
    ? during("slots", () => assignSlots(index, elided, { shareModule }))
    : elided;
  const worthIt = settings.dropsUnprofitable ? during("profit", () => dropUnprofitable(slotted)) : slotted;
  const linked = settings.reusesInLoops ? during("reuse", () => reuseInLoops(index, worthIt)) : worthIt;
  const hot = during("hot", () =>
    checkHot({ functions: linked, leftAlone: [...leftAlone, ...unseenCalls], files }),
  );
  return { functions: linked, scalars, irOf, factsOf, leftAlone, mistakes, errors: [...errors, ...hot] };
}

function shareModule(a: PlannedFunction, b: PlannedFunction): boolean {
  return a.lowered.source.node.getSourceFile() === b.lowered.source.node.getSourceFile();
}
