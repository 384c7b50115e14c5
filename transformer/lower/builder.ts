/**
 * Builds one function's IR: blocks, variables, sites, points, and the contexts that jumps cross.
 *
 * # Jumps through `finally`
 * A `finally` block is lowered once. A jump that leaves its `try` (return, break, continue, throw) is
 * recorded at the innermost `finally` it crosses and continues from that block's end, where a `branch` leads to
 * every recorded way on. So paths merge inside a `finally`, which only loses precision, never soundness.
 *
 * # Returned values
 * What a `return` gives waits in a slot while the `finally` blocks around it run. A `return` in such a block may come to nothing
 * itself: `finally { done: try { return b; } finally { break done; } }` leaves what waits as it was. So a `finally` block has a slot of
 * its own, whose value takes the place of the one outside when a `return` leaves the block.
 */
import type TS from "typescript";
import { invariant } from "../bailout.js";
import {
  type BindingId,
  type BlockId,
  brandId,
  type OriginId,
  type PointId,
  type RegionId,
  type SiteId,
  type VariableId,
} from "../ir/ids.js";
import type {
  Block,
  FunctionIr,
  FunctionKind,
  Instruction,
  Point,
  PointKind,
  Region,
  Site,
  SiteKind,
  Terminator,
  Test,
  Variable,
} from "../ir/ir.js";
import { ts } from "../typescript.js";
import type { ProgramIndex } from "./program-index.js";
import { functionName, skipWrappers, type Unit } from "./syntax.js";

/** A way out of a statement. */
export type Jump =
  | { readonly kind: "break"; readonly label: string | null }
  | { readonly kind: "continue"; readonly label: string | null }
  | { readonly kind: "return"; readonly origin: OriginId }
  /** A generator is left where it is suspended: its `finally` blocks run, no `catch` does. */
  | { readonly kind: "abandon"; readonly origin: OriginId };

/** What encloses the code being lowered, as far as jumps care; innermost last. */
export type Context =
  | {
      readonly kind: "breakable";
      readonly labels: readonly string[];
      /** Plain `break` stops here: a loop or a switch, not a labelled block. */
      readonly plain: boolean;
      readonly breakTo: BlockId;
      readonly continueTo: BlockId | null;
    }
  | { readonly kind: "iterator"; readonly iterable: VariableId; readonly origin: OriginId }
  /** The code of a `finally` block itself. */
  | { readonly kind: "finalizer"; readonly returned: ReturnSlot }
  | { readonly kind: "finally"; readonly entry: BlockId; readonly jumps: Map<string, Jump> };

/** The variable for a returned value, once there is one. */
interface ReturnSlot {
  variable: VariableId | null;
}

interface OpenBlock {
  readonly id: BlockId;
  readonly instructions: Instruction[];
  readonly handler: BlockId | null;
  terminator: Terminator | null;
}

/** How a region's statements are written in the source. */
export interface RegionSource {
  readonly node: TS.Node;
  /**
   * - `list`: the node's own statements;
   * - `single`: the node is the only statement, without braces;
   * - `missing-else`: an `if` without `else`;
   * - `value`: the expression that is an arrow function's body;
   * - `parameters`: no statements at all.
   */
  readonly role: "list" | "single" | "missing-else" | "value" | "parameters";
}

/** Syntax that belongs to ids of the IR; only the lowering and the emit look at it. */
export interface FunctionSource {
  readonly node: Unit;
  readonly origins: readonly TS.Node[];
  readonly regions: readonly RegionSource[];
}

export interface LoweredFunction {
  readonly ir: FunctionIr;
  readonly source: FunctionSource;
}

/** Whether `node` is an expression, which an assignment can be put around; not the rest of a pattern. */
function isValue(node: TS.Node): boolean {
  return ts.isExpression(node) && !ts.isSpreadElement(node);
}

/** Whether `node` is followed by another link of its optional chain, which parentheses would cut. */
function isInsideChain(node: TS.Node): boolean {
  if (!ts.isOptionalChain(node)) return false;
  let { parent } = node;
  while (ts.isNonNullExpression(parent)) parent = parent.parent;
  return ts.isOptionalChain(parent);
}

/** An instruction without its origin, distributed over the union. */
type Bare<T> = T extends unknown ? Omit<T, "origin"> : never;

export class FunctionBuilder {
  readonly contexts: Context[] = [];
  private readonly blocks: OpenBlock[] = [];
  private readonly variables: Variable[] = [];
  private readonly byBinding = new Map<BindingId, VariableId>();
  private readonly origins: TS.Node[] = [];
  private readonly originIds = new Map<TS.Node, OriginId>();
  private readonly sites: Site[] = [];
  private readonly points: Point[] = [];
  private readonly regions: Region[] = [];
  private readonly regionSources: RegionSource[] = [];
  private current: OpenBlock;
  private handler: BlockId | null = null;
  private at: { region: RegionId; index: number } | null = null;
  private readonly returned: ReturnSlot = { variable: null };
  /** Decides whether a site is left alone; set by the directives. */
  keepSite: (node: TS.Node) => Site["keep"] = () => null;

  constructor(
    readonly index: ProgramIndex,
    readonly node: Unit,
  ) {
    this.current = this.openBlock();
  }

  /** What it returns is awaited. */
  get isAsync(): boolean {
    const { node } = this;
    if (!ts.canHaveModifiers(node)) return false;
    return !!node.modifiers?.some((each) => each.kind === ts.SyntaxKind.AsyncKeyword);
  }

  // Blocks

  private openBlock(): OpenBlock {
    const block: OpenBlock = {
      id: brandId<BlockId>(this.blocks.length),
      instructions: [],
      handler: this.handler,
      terminator: null,
    };
    this.blocks.push(block);
    return block;
  }

  /** A new block under the current handler; does not continue there. */
  newBlock(): BlockId {
    return this.openBlock().id;
  }

  private blockOf(id: BlockId): OpenBlock {
    const block = this.blocks[id];
    invariant(block, `unknown block ${id}`);
    return block;
  }

  emit(node: TS.Node, instruction: Bare<Instruction>): void {
    // Given its origin in place: a copy of every instruction takes longer than all else here.
    const made = instruction as Instruction & { origin: OriginId };
    made.origin = this.origin(node);
    this.current.instructions.push(made);
  }

  /** Ends the current block; what follows is unreachable until {@link continueIn}. */
  end(terminator: Terminator): void {
    invariant(this.current.terminator === null, "a block ended twice");
    this.current.terminator = terminator;
    this.current = this.openBlock();
  }

  /** Whether anything lowered so far leads to the current block. */
  canContinue(): boolean {
    const seen = new Set<BlockId>([brandId<BlockId>(0)]);
    for (const id of seen) {
      const { terminator, handler } = this.blockOf(id);
      if (handler !== null) seen.add(handler);
      if (terminator?.kind === "jump") seen.add(terminator.target);
      if (terminator?.kind === "branch") for (const each of terminator.targets) seen.add(each);
    }
    return seen.has(this.current.id);
  }

  jumpTo(target: BlockId): void {
    this.end({ kind: "jump", target });
  }

  branchTo(...targets: readonly BlockId[]): void {
    this.end({ kind: "branch", targets, test: null });
  }

  /** Goes to `whenTrue` if the test holds. */
  branchOn(test: Test | null, whenTrue: BlockId, whenFalse: BlockId): void {
    this.end({ kind: "branch", targets: [whenTrue, whenFalse], test });
  }

  /** Goes on in `id`; the current block, if still open, falls into it. */
  continueIn(id: BlockId): void {
    if (this.current.terminator === null) this.current.terminator = { kind: "jump", target: id };
    this.current = this.blockOf(id);
  }

  /** Goes on in `id` without falling into it. */
  switchTo(id: BlockId): void {
    this.current.terminator ??= { kind: "throw", origin: this.origin(this.node) };
    this.current = this.blockOf(id);
  }

  /** Lowers `body` in blocks whose exceptions go to `handler`, then goes on in a block of the outer handler. */
  withHandler(handler: BlockId, body: () => void): void {
    const outer = this.handler;
    this.handler = handler;
    this.continueIn(this.newBlock());
    body();
    this.handler = outer;
    this.continueIn(this.newBlock());
  }

  // Jumps

  private jumpKey(jump: Jump): string {
    return jump.kind === "break" || jump.kind === "continue" ? `${jump.kind} ${jump.label ?? ""}` : jump.kind;
  }

  /** Leaves the current statement; the block ends. */
  jump(jump: Jump, node: TS.Node): void {
    for (let i = this.contexts.length - 1; i >= 0; i--) {
      const context = this.contexts[i];
      invariant(context, "a hole in the contexts");
      switch (context.kind) {
        case "finally":
          context.jumps.set(this.jumpKey(jump), jump);
          this.jumpTo(context.entry);
          return;
        case "iterator":
          if (jump.kind !== "abandon" && !this.staysInside(jump, i)) {
            this.emit(node, { kind: "close-iterator", iterable: context.iterable });
          }
          break;
        case "finalizer":
          if (jump.kind === "return")
            this.emit(node, {
              kind: "copy",
              target: this.variableOf(this.slotAround(i)),
              source: this.variableOf(context.returned),
            });
          break;
        case "breakable":
          if (this.landsOn(jump, context)) {
            const target = jump.kind === "break" ? context.breakTo : context.continueTo;
            invariant(target !== null, "continue to a block that is no loop");
            this.jumpTo(target);
            return;
          }
          break;
      }
    }
    switch (jump.kind) {
      case "return":
        this.end({ kind: "return", value: this.returned.variable, origin: jump.origin });
        return;
      case "abandon":
        this.end({ kind: "throw", origin: jump.origin });
        return;
      case "break":
      case "continue":
        invariant(false, "a jump without a target");
    }
  }

  private landsOn(jump: Jump, context: Context & { kind: "breakable" }): boolean {
    if (jump.kind !== "break" && jump.kind !== "continue") return false;
    if (jump.label !== null) return context.labels.includes(jump.label);
    return jump.kind === "break" ? context.plain : context.continueTo !== null;
  }

  /** Whether `jump` is a `continue` of the very loop that the iterator at context `i` drives. */
  private staysInside(jump: Jump, i: number): boolean {
    const loop = this.contexts[i - 1];
    return jump.kind === "continue" && loop?.kind === "breakable" && this.landsOn(jump, loop);
  }

  /** The variable that carries a returned value across `finally` blocks. */
  returnSlot(): VariableId {
    return this.variableOf(this.slotAround(this.contexts.length));
  }

  /** The slot of the innermost `finally` block around context `i`, or of the function. */
  private slotAround(i: number): ReturnSlot {
    const around = this.contexts.slice(0, i).findLast((each) => each.kind === "finalizer");
    return around?.kind === "finalizer" ? around.returned : this.returned;
  }

  private variableOf(slot: ReturnSlot): VariableId {
    slot.variable ??= this.newVariable("return", "temporary");
    return slot.variable;
  }

  insideFinally(): boolean {
    return this.contexts.some((context) => context.kind === "finally");
  }

  // Variables

  newVariable(name: string, kind: Variable["kind"], more: Partial<Variable> = {}): VariableId {
    const id = brandId<VariableId>(this.variables.length);
    this.variables.push({
      id,
      name,
      kind,
      binding: more.binding ?? null,
      captured: more.captured ?? false,
      assignedElsewhere: more.assignedElsewhere ?? false,
      closed: more.closed ?? false,
      assignments: more.assignments ?? 1,
      region: more.region ?? null,
    });
    return id;
  }

  temporary(): VariableId {
    return this.newVariable(`t${this.variables.length}`, "temporary");
  }

  variable(id: VariableId): Variable {
    const variable = this.variables[id];
    invariant(variable, `unknown variable ${id}`);
    return variable;
  }

  /** The variable for a binding, made by `create` the first time. */
  bindingVariable(binding: BindingId, create: () => VariableId): VariableId {
    let id = this.byBinding.get(binding);
    if (id === undefined) {
      id = create();
      this.byBinding.set(binding, id);
    }
    return id;
  }

  existingVariable(binding: BindingId): VariableId | null {
    return this.byBinding.get(binding) ?? null;
  }

  // Sites, regions, points

  origin(node: TS.Node): OriginId {
    let id = this.originIds.get(node);
    if (id === undefined) {
      id = brandId<OriginId>(this.origins.length);
      this.originIds.set(node, id);
      this.origins.push(node);
    }
    return id;
  }

  newSite(node: TS.Node, site: SiteKind, implicit = false): SiteId {
    const id = brandId<SiteId>(this.sites.length);
    const at = this.at;
    invariant(at, "a site outside any statement");
    this.sites.push({
      id,
      site,
      origin: this.origin(node),
      ...at,
      canBeNamed: !implicit && isValue(node) && !isInsideChain(node),
      implicit,
      awaited: false,
      keep: this.keepSite(node),
    });
    return id;
  }

  /** The site of the call of the program's that gave `value`, if that is awaited at once: from now on it is that of the `await`. */
  awaitSite(node: TS.Node, awaited: TS.Expression, value: VariableId): SiteId | null {
    const last = this.current.instructions.at(-1);
    if (last?.kind !== "call" || last.target !== value) return null;
    const site = this.sites[last.site];
    const isWritten = this.origins[last.origin] === skipWrappers(awaited);
    if (!site || !isWritten || site.site.kind !== "call") return null;
    this.sites[last.site] = { ...site, origin: this.origin(node), canBeNamed: true, awaited: true };
    return last.site;
  }

  newRegion(node: TS.Node, role: RegionSource["role"]): RegionId {
    const id = brandId<RegionId>(this.regions.length);
    const takesDeclarations = role !== "parameters" && !ts.isCaseOrDefaultClause(node);
    this.regions.push({ id, parent: this.at, takesDeclarations });
    this.regionSources.push({ node, role });
    return id;
  }

  isClause(region: RegionId): boolean {
    const node = this.regionSources[region]?.node;
    return node !== undefined && ts.isCaseOrDefaultClause(node);
  }

  /** Runs `body` as statement `index` of `region`. */
  inStatement(region: RegionId, index: number, body: () => void): void {
    const outer = this.at;
    this.at = { region, index };
    body();
    this.at = outer;
  }

  statementAt(): { readonly region: RegionId; readonly index: number } {
    invariant(this.at, "outside any statement");
    return this.at;
  }

  point(node: TS.Node, where: { kind: PointKind; region: RegionId; index: number; leaves: boolean }): void {
    const id = brandId<PointId>(this.points.length);
    this.points.push({ id, ...where, origin: this.origin(node) });
    this.emit(node, { kind: "point", point: id });
  }

  finish(more: {
    readonly functionKind: FunctionKind;
    readonly parameters: readonly VariableId[];
    readonly hasRest: boolean;
    readonly receiver: VariableId | null;
  }): LoweredFunction {
    const blocks = this.blocks.map((block): Block => {
      const terminator = block.terminator ?? { kind: "return", value: null, origin: this.origin(this.node) };
      return { id: block.id, instructions: block.instructions, terminator, handler: block.handler };
    });
    const ir: FunctionIr = {
      isUntyped: this.index.packages !== null,
      id: this.index.functionId(this.node),
      name: functionName(this.node),
      ...more,
      variables: this.variables,
      blocks,
      entry: brandId<BlockId>(0),
      sites: this.sites,
      points: this.points,
      regions: this.regions,
    };
    return { ir, source: { node: this.node, origins: this.origins, regions: this.regionSources } };
  }
}
