/**
 * The transfer function: what each instruction does to the abstract state.
 *
 * Everything that makes an object escape goes through {@link Transfer.escape}; everything unknown goes through
 * {@link Transfer.unknown} (S3, said once).
 */
import { unreachable } from "../bailout.js";
import type { ClassInfo, Member } from "../ir/class.js";
import {
  type BindingId,
  brandId,
  type FunctionId,
  type OriginId,
  type SiteId,
  type VariableId,
} from "../ir/ids.js";
import type { FunctionIr, Instruction, Variable } from "../ir/ir.js";
import { applyAwait, applyYield } from "./await-values.js";
import type { Context } from "./context.js";
import type { EscapeCause } from "./escape.js";
import { fieldName, hasOwnConversion, isSecret, valueKnown } from "./fields.js";
import { applyIterate, loadField, valueOfField } from "./load-fields.js";
import { type BitSet, emptySet, has, members, setOf } from "./node-set.js";
import { type AbstractObject, type Capture, ObjectTable, other, otherId, type Shape } from "./objects.js";
import type { State } from "./state.js";
import { applyStore, rememberReached } from "./store-fields.js";
import { anObject, type Value } from "./value.js";

/** A site in another function. */
export interface MadeAt extends Allocation {
  /** A directive leaves it to the collector, whoever has it. */
  readonly isKept: boolean;
}

/** An allocation in another function. */
export interface Allocation {
  readonly function: FunctionId;
  readonly site: SiteId;
  /** Which of the objects that the site makes. */
  readonly part: number;
}

/** Objects on the way to being marked as escaped. */
interface Marking {
  readonly set: BitSet;
  /** The object whose field holds them. */
  readonly via: number | null;
  readonly captured: boolean;
}

/** What a callee has given a closed variable. */
interface ClosedStore {
  readonly binding: BindingId;
  readonly value: BitSet;
  readonly origin: OriginId;
}

/** What the analysis of calls adds; see `call.ts`. */
export interface CallTransfer {
  call(transfer: Transfer, state: State, instruction: Instruction & { kind: "call" }): void;
  /** What reading an accessor of an instance gives; its getter is known to do nothing else. */
  get(transfer: Transfer, state: State, access: Access): BitSet;
  /** What writing one stores, and where. */
  set(transfer: Transfer, state: State, access: Access & { value: BitSet; origin: OriginId }): void;
  /** Prototypes, or properties under unknown names, may change somewhere in the program. */
  readonly tampers: boolean;
  /** Whether an instance's getters and setters do nothing but read and write its fields. */
  hasPlainAccessors(info: ClassInfo): boolean;
}

/** An accessor's property of one object. */
export interface Access {
  readonly object: number;
  readonly accessor: Member & { kind: "accessor" };
}

export class Transfer {
  readonly objects: ObjectTable;
  /** The first cause by which each object escaped; for the report, not for the analysis. */
  readonly causes = new Map<number, EscapeCause>();
  /** Objects of which a view other than the one first made may exist. */
  viewed: BitSet = emptySet;
  /** Buffers made by a method of something that may be a Node Buffer: they may be Buffers as well. */
  inexact: BitSet = emptySet;
  /** Arrays that a callee has borrowed, of which only its contract is known: elements of any kind may be in them. */
  borrowed: BitSet = emptySet;
  /** Phantoms that escape, on any path, also one that ends in an exception. */
  escapedPhantoms: BitSet = emptySet;
  /** Phantoms whose own code may run. */
  coercedPhantoms: BitSet = emptySet;
  /** Everything that has escaped at some place, also on a path that ends in an exception. */
  escapedEver: BitSet = emptySet;
  /** All stores into objects that the function made, on any path: `object.field`. */
  readonly ownStores = new Map<number, Map<string, BitSet>>();
  /** Stores into phantoms' fields, on any path. */
  readonly phantomStores = new Map<
    string,
    { from: number; field: string; to: BitSet; readonly origin: OriginId }
  >();
  /** What each call may give back: whether it is exactly one new object matters to planning. */
  readonly results = new Map<SiteId, BitSet>();
  /** For the new objects of a call (`site.part`), the callee's site that makes them. */
  readonly madeAt = new Map<string, MadeAt[]>();
  /** For the same, the allocation behind it. */
  readonly origins = new Map<string, Allocation>();
  private readonly parts = new Map<string, number>();

  /** The number of one of the objects that a call makes; positive, and the same in every round. */
  partOf(made: Allocation, many: boolean): number {
    const key = `${made.function}:${made.site}:${made.part}:${many}`;
    const part = this.parts.get(key) ?? this.parts.size + 1;
    this.parts.set(key, part);
    return part;
  }
  /** What the function may return. */
  readonly returned: { value: BitSet; known: Value | undefined; origin: OriginId }[] = [];
  /** What the generator may yield. */
  yielded: BitSet = emptySet;

  /** Phantoms that the frame holds by itself while it is suspended, whatever their fields hold by then. */
  heldAcross: BitSet = emptySet;
  /** Phantoms that a frame, or an operation of the library's, may look into at any time, whatever they are given by then. */
  readonly searched = new Map<number, boolean>();

  /** A frame may look into a variable that it captures, whenever it likes. Tells whether the variable never changes. */
  letSearch(state: State, { binding, inField }: { binding: BindingId; inField: boolean }): boolean {
    const own = this.ir.variables.find((each) => each.binding === binding);
    if (own && own.kind !== "outer") {
      if (this.isConstant(state, own)) return true;
      state.escapedVariables |= setOf(own.id);
    } else {
      const phantom = this.objects.phantom({ kind: "binding", binding }, []);
      this.searched.set(phantom, inField && (this.searched.get(phantom) ?? true));
    }
    return false;
  }

  /** Whether a variable has its object already, and never gets another. */
  private isConstant(state: State, { id, assignments, assignedElsewhere }: Variable): boolean {
    if (assignedElsewhere || assignments !== 1) return false;
    return this.ir.parameters.includes(id) || state.known.get(id)?.kind === "object";
  }

  private suspend(state: State): void {
    let variables = emptySet;
    // A captured variable is read again when it is used; the closure keeps what it holds by then.
    for (const variable of state.variables.keys())
      if (variable >= 0 && this.ir.variables[variable]?.kind !== "outer") variables |= setOf(variable);
    this.holdAcross(state.reachable(variables, this.objects) & ~state.escaped);
  }

  holdAcross(set: BitSet): void {
    for (const id of members(set)) if (this.objects.get(id).kind === "phantom") this.heldAcross |= setOf(id);
  }

  /** Control leaves the function: what running frames reach of the caller's escapes (F3). */
  abandonFrames(state: State, origin: OriginId): void {
    if (state.running === emptySet) return;
    const reached = state.reachable(emptySet, this.objects) & ~state.escaped;
    for (const id of members(reached)) {
      if (this.objects.get(id).kind !== "phantom") continue;
      this.escapedPhantoms |= setOf(id);
      if (!this.causes.has(id))
        this.causes.set(id, {
          reason: "captured",
          origin,
          why: "held by a call that is not awaited",
          via: null,
        });
    }
  }

  constructor(
    readonly ir: FunctionIr,
    readonly calls: CallTransfer,
    readonly context: Context,
  ) {
    this.objects = new ObjectTable(context);
  }

  /** The state at the function's entry: every input is a phantom, or what the calling context says that it is. */
  enter(state: State): void {
    this.ir.parameters.forEach((variable, index) => {
      const known = this.context.parameters[index] ?? null;
      const set =
        known?.kind === "literal" ? emptySet : setOf(this.objects.phantom({ kind: "parameter", index }, []));
      state.set(variable, set, valueKnown(known));
    });
    // That it is an object is not known: a function may be called without one, a method be taken out of its object.
    if (this.ir.receiver !== null)
      state.set(this.ir.receiver, setOf(this.objects.phantom({ kind: "receiver" }, [])));
    for (const variable of this.ir.variables) {
      if (variable.kind !== "outer" || variable.binding === null) continue;
      state.set(variable.id, setOf(this.objects.phantom({ kind: "binding", binding: variable.binding }, [])));
    }
  }

  apply(state: State, instruction: Instruction): void {
    switch (instruction.kind) {
      case "constant":
        return state.set(
          instruction.target,
          emptySet,
          instruction.value ? { kind: "literal", literal: instruction.value.literal } : undefined,
        );
      case "code":
        return state.set(instruction.target, setOf(this.objects.code(instruction.function)), anObject);
      case "foreign":
        return state.set(instruction.target, other);
      case "copy": {
        const isShared = this.ir.variables[instruction.source]?.assignedElsewhere;
        const value = isShared ? undefined : state.known.get(instruction.source);
        return this.assign(state, instruction, { set: this.read(state, instruction.source), value });
      }
      case "compute":
        if (instruction.coerces)
          for (const each of instruction.operands) this.coerce(state, state.get(each), instruction.origin);
        return state.set(instruction.target, emptySet);
      case "allocate":
        return this.allocate(state, instruction);
      case "object": {
        const kind = this.ir.sites[instruction.site]?.site.kind === "array" ? "array" : "object";
        const id = this.birth(state, instruction.site, 0, { kind });
        return state.set(instruction.target, setOf(id), { kind: "object", id });
      }
      case "closure": {
        const captures = instruction.captures.map((id) => this.captureOf(id));
        const shape: Shape = { kind: "closure", function: instruction.function, captures };
        const id = this.birth(state, instruction.site, 0, shape);
        return state.set(instruction.target, setOf(id), { kind: "object", id });
      }
      case "load": {
        const base = state.get(instruction.base);
        const field = fieldName(instruction.field);
        const value = valueOfField(this, state, base, field);
        const set = value?.kind === "literal" ? emptySet : loadField(this, state, base, field);
        return state.set(instruction.target, set, value);
      }
      case "store":
        return applyStore(this, state, instruction);
      case "call":
        return this.calls.call(this, state, instruction);
      case "iterate":
        return state.set(instruction.target, applyIterate(this, state, instruction));
      case "run-iterator":
      case "close-iterator":
        return this.coerce(state, state.get(instruction.iterable), instruction.origin);
      case "suspend":
        return this.suspend(state);
      case "await":
        this.suspend(state);
        return applyAwait(this, state, instruction);
      case "yield":
        this.suspend(state);
        if (instruction.source !== null)
          applyYield(this, state, state.get(instruction.source), instruction.origin);
        return state.set(instruction.target, other);
      case "declare":
        return this.declare(state, instruction);
      case "absent":
        // What is known of the value still is: `false` stays `false` for the next condition.
        return state.set(instruction.variable, emptySet, state.known.get(instruction.variable));
      case "opaque":
        return this.unknown(state, instruction);
      case "point":
        return;
      default:
        return unreachable(instruction);
    }
  }

  /** Something not understood: its operands escape and its result is foreign (S3). */
  private unknown(state: State, instruction: Instruction & { kind: "opaque" }): void {
    const { why, origin } = instruction;
    for (const operand of instruction.operands)
      this.escape(state, state.get(operand), { reason: instruction.reason, origin, why });
    state.set(instruction.target, other);
  }

  // Births

  /** A new instance at a site: earlier ones become `older`. Returns the recent object. */
  birth(state: State, site: SiteId, part: number, shape: Shape): number {
    const recent = this.objects.site(site, part, "recent", shape);
    if (has(state.born, recent)) state.age(recent, this.objects.site(site, part, "older", shape));
    state.fields.delete(recent);
    state.fieldValues.delete(recent);
    state.born |= setOf(recent);
    return recent;
  }

  private allocate(state: State, instruction: Instruction & { kind: "allocate" }): void {
    const site = this.ir.sites[instruction.site];
    // A length is coerced to a number; elements that are copied are iterated and coerced.
    for (const operand of instruction.operands) {
      this.coerce(state, state.get(operand), instruction.origin);
      for (const id of members(state.get(operand)))
        this.coerce(state, state.contents(id), instruction.origin);
    }
    const type = site?.site.kind === "buffer" ? site.site.type : "ArrayBuffer";
    const id = this.birth(state, instruction.site, 0, { kind: "buffer", type });
    state.set(instruction.target, setOf(id), { kind: "object", id });
  }

  captureOf(id: VariableId): Capture {
    const variable = this.ir.variables[id];
    return { binding: variable?.binding as Capture["binding"], variable: id };
  }

  // Variables

  /** What a variable may refer to now. One that other functions assign may refer to anything. */
  read(state: State, variable: VariableId): BitSet {
    const set = state.get(variable);
    const known = this.ir.variables[variable];
    const isUnsure = known?.assignedElsewhere || (known?.closed && has(state.escapedVariables, variable));
    return isUnsure ? set | other : set;
  }

  private assign(
    state: State,
    { target, origin }: { target: VariableId; origin: OriginId },
    { set: value, value: known }: { set: BitSet; value: Value | undefined },
  ): void {
    const variable = this.ir.variables[target];
    if (variable?.kind === "outer" && variable.closed) return this.assignClosed(state, variable, value);
    if (variable?.kind === "outer" || variable?.assignedElsewhere) {
      this.escape(state, value, {
        reason: "captured",
        origin,
        why: `stored in the captured variable \`${variable.name}\``,
      });
      // Others see and may replace what an outer variable holds.
      state.set(target, variable.kind === "outer" ? state.get(target) | value | other : value);
      return;
    }
    if (has(state.escapedVariables, target)) {
      this.escape(state, value, {
        reason: "captured",
        origin,
        why: `stored in \`${variable?.name}\`, which an escaped closure captures`,
      });
    }
    state.set(target, value, known);
  }

  // Closed variables: see `lower/closed-variables.ts`

  /** All that closed variables of enclosing functions have been given, on any path. */
  readonly closedStores = new Map<BindingId, BitSet>();
  private readonly extras = new Map<BindingId, VariableId>();

  /** Closed variables of enclosing functions: whoever called this function goes on with what they hold. */
  get alwaysLive(): BitSet {
    let set = emptySet;
    for (const { id, kind, closed } of this.ir.variables) if (kind === "outer" && closed) set |= setOf(id);
    for (const id of this.extras.values()) set |= setOf(id);
    return set;
  }

  /** What a closed variable that only callees name has been given by them: it may also hold what it did. */
  givenToUnnamed(state: State, binding: BindingId): BitSet {
    const extra = this.extras.get(binding);
    return extra === undefined ? emptySet : state.get(extra);
  }

  private assignClosed(state: State, { id, binding }: Variable, value: BitSet): void {
    if (binding !== null) this.noteClosedStore(state, binding, value);
    state.set(id, value);
  }

  private noteClosedStore(state: State, binding: BindingId, value: BitSet): void {
    rememberReached(this, state, value);
    this.closedStores.set(binding, (this.closedStores.get(binding) ?? emptySet) | value);
  }

  /** A callee has given a closed variable one of `value`, or has left it as it is if that is among them. */
  giveClosed(state: State, { binding, value, origin }: ClosedStore): void {
    const own = this.ir.variables.find((each) => each.binding === binding);
    if (own && own.kind !== "outer") {
      if (has(state.escapedVariables, own.id)) {
        const why = `stored in \`${own.name}\`, which an escaped closure captures`;
        this.escape(state, value, { reason: "captured", origin, why });
      }
      return state.set(own.id, value);
    }
    if (own) return this.assignClosed(state, own, value);
    let extra = this.extras.get(binding);
    if (extra === undefined) {
      extra = brandId<VariableId>(this.ir.variables.length + this.extras.size);
      this.extras.set(binding, extra);
    }
    this.noteClosedStore(state, binding, value);
    state.set(extra, state.get(extra) | value);
  }

  /** A new binding of a captured variable: closures made so far keep the old one. */
  private declare(state: State, { variable, keepsValue }: Instruction & { kind: "declare" }): void {
    const binding = this.ir.variables[variable]?.binding;
    const held = state.get(variable);
    if (held === emptySet) return;
    for (let id = 0; id < this.objects.size; id++) {
      const object = this.objects.get(id);
      if (object.kind !== "site" || object.shape.kind !== "closure") continue;
      if (object.shape.captures.some((each) => each.variable === variable))
        state.addField(id, `<${binding}>`, held);
    }
    if (!keepsValue) state.set(variable, emptySet);
  }

  // Escapes

  /**
   * Marks `set` and all that it reaches as known to somebody unknown (A1). What was marked before is gone through
   * again: it may have been marked on one path and given new fields on another.
   */
  escape(state: State, set: BitSet, cause: Omit<EscapeCause, "via">): void {
    let seen = setOf(otherId);
    const queue: Marking[] = [{ set, via: null, captured: false }];
    for (let next = queue.pop(); next; next = queue.pop()) {
      const frontier = next.set & ~seen;
      if (frontier === emptySet) continue;
      seen |= frontier;
      state.escaped |= frontier;
      this.escapedEver |= frontier;
      for (const id of members(frontier)) {
        const reason = next.captured ? "captured" : cause.reason;
        if (!this.causes.has(id)) this.causes.set(id, { ...cause, reason, via: next.via });
        const object = this.objects.get(id);
        if (object.kind === "phantom") this.escapedPhantoms |= setOf(id);
        queue.push({ set: state.contents(id), via: id, captured: false });
        if (object.kind !== "site" || object.shape.kind !== "closure") continue;
        for (const { variable } of object.shape.captures) {
          if (variable === null) continue;
          state.escapedVariables |= setOf(variable);
          queue.push({ set: state.get(variable), via: id, captured: true });
        }
      }
    }
  }

  /** Marks `set` and all that it reaches as held by what the caller holds: see {@link State.lent}. */
  lend(state: State, set: BitSet): void {
    for (const id of members(rememberReached(this, state, set)))
      if (isSecret(this.objects.get(id))) state.lent |= setOf(id);
  }

  /** An object's own code may run with it as `this`: its `valueOf`, `toString`, iterator, `then`. */
  coerce(state: State, set: BitSet, origin: OriginId): void {
    const cause = {
      reason: "passed-to-unknown" as const,
      origin,
      why: "its own conversion or iterator may run",
    };
    let seen = emptySet;
    for (let frontier = set & ~state.escaped; frontier !== emptySet; frontier &= ~(seen | state.escaped)) {
      seen |= frontier;
      let next = emptySet;
      for (const id of members(frontier)) {
        const object = this.objects.get(id);
        if (object.kind === "phantom") this.coercedPhantoms |= setOf(id);
        else if (runsOwnCode(object)) this.escape(state, setOf(id), cause);
        else if (isArray(object)) {
          // An array converts its elements, arrays among them in turn.
          if (!hasOwnConversion(this, state, id)) next |= state.contents(id);
          else this.escape(state, setOf(id), cause);
        }
      }
      frontier = next;
    }
  }
}

function isArray(object: AbstractObject): boolean {
  return object.kind === "site" && object.shape.kind === "array";
}

function runsOwnCode(object: AbstractObject): boolean {
  return (
    object.kind === "site" &&
    (object.shape.kind === "object" || object.shape.kind === "closure" || object.shape.kind === "instance")
  );
}
