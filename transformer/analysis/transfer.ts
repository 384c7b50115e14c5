/**
 * The transfer function: what each instruction does to the abstract state.
 *
 * Everything that makes an object escape goes through {@link Transfer.escape}; everything unknown goes through
 * {@link Transfer.unknown} (S3, said once).
 */
import { unreachable } from "../bailout.js";
import { type ClassInfo, findMember, hasAccessors, type Member } from "../ir/class.js";
import {
  type BindingId,
  brandId,
  type FunctionId,
  type OriginId,
  type SiteId,
  type VariableId,
} from "../ir/ids.js";
import type { Field, FunctionIr, Instruction, Variable } from "../ir/ir.js";
import { findCaptured, isCaptureField } from "./captured.js";
import type { Context, Known } from "./context.js";
import type { EscapeCause } from "./escape.js";
import { awaited, settle, valueField, valueOfAwaited } from "./frames.js";
import { isOwnLiteral } from "./make-context.js";
import { type BitSet, emptySet, has, isSingle, members, setOf } from "./node-set.js";
import {
  type AbstractObject,
  type Capture,
  identityOf,
  ObjectTable,
  other,
  otherId,
  type Shape,
  type SiteObject,
  storageField,
} from "./objects.js";
import { anyField, elementField, type State } from "./state.js";
import { anObject, meetValues, type Value } from "./value.js";

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

const buffersOwnNumbers = new Set([
  "length",
  "byteLength",
  "byteOffset",
  "BYTES_PER_ELEMENT",
  "maxByteLength",
  "resizable",
]);
/** A property name that a number may select: `o[-1]` is `o["-1"]`. */
const isIndex = (name: string): boolean => String(Number(name)) === name;

/** Properties that a plain object inherits. */
const inheritedNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

export class Transfer {
  readonly objects: ObjectTable;
  /** The first cause by which each object escaped; for the report, not for the analysis. */
  readonly causes = new Map<number, EscapeCause>();
  /** Objects of which a view other than the one first made may exist. */
  viewed: BitSet = emptySet;
  /** Buffers made by a method of something that may be a Node Buffer: they may be Buffers as well. */
  inexact: BitSet = emptySet;
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
  /** Phantoms of captured variables that a frame may look into at any time, whatever they are given by then. */
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
    if (this.ir.receiver !== null)
      state.set(this.ir.receiver, setOf(this.objects.phantom({ kind: "receiver" }, [])), anObject);
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
        const value = this.valueOfField(state, base, field);
        const set = value?.kind === "literal" ? emptySet : this.load(state, base, field);
        return state.set(instruction.target, set, value);
      }
      case "store":
        return this.store(state, instruction);
      case "call":
        return this.calls.call(this, state, instruction);
      case "iterate":
        return state.set(instruction.target, this.iterate(state, instruction));
      case "close-iterator":
        return this.coerce(state, state.get(instruction.iterable), instruction.origin);
      case "suspend":
        return this.suspend(state);
      case "await":
        this.suspend(state);
        return this.awaits(state, instruction);
      case "yield":
        this.suspend(state);
        if (instruction.source !== null)
          this.yields(state, state.get(instruction.source), instruction.origin);
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
    if (binding !== null) this.noteClosedStore(binding, value);
    state.set(id, value);
  }

  private noteClosedStore(binding: BindingId, value: BitSet): void {
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
    this.noteClosedStore(binding, value);
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
  private lend(state: State, set: BitSet): void {
    let seen = emptySet;
    for (let frontier = set; frontier !== emptySet; ) {
      seen |= frontier;
      let next = emptySet;
      for (const id of members(frontier)) {
        next |= state.contents(id) | state.capturedBy(id, this.objects);
        const object = this.objects.get(id);
        if (object.kind !== "site" || object.shape.kind !== "closure") continue;
        for (const { variable } of object.shape.captures) {
          if (variable !== null) state.escapedVariables |= setOf(variable);
        }
      }
      frontier = next & ~seen;
    }
    for (const id of members(seen)) if (isSecret(this.objects.get(id))) state.lent |= setOf(id);
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
        // An array converts its elements, arrays among them in turn.
        else if (isArray(object)) next |= state.contents(id);
      }
      frontier = next;
    }
  }

  // Fields

  load(state: State, base: BitSet, field: string): BitSet {
    let result = emptySet;
    for (const id of members(base)) result |= this.loadFrom(state, this.objects.get(id), field);
    return result;
  }

  private loadFrom(state: State, object: AbstractObject, field: string): BitSet {
    switch (object.kind) {
      case "other":
        return other;
      case "code":
        return other;
      case "phantom": {
        const member = this.loadMember(state, object, field);
        if (member !== null) return member | this.stored(state, object.id, field);
        // Elements may have changed places before: they are not told apart.
        const content = this.objects.contentOf(object, isIndex(field) ? elementField : field);
        if (has(state.escaped, object.id)) state.escaped |= setOf(content);
        const isShared = isSecret(object) && has(state.escaped | state.lent, object.id);
        return setOf(content) | this.stored(state, object.id, field) | (isShared ? other : emptySet);
      }
      case "site": {
        const changedByOthers = has(state.escaped | state.lent, object.id) ? other : emptySet;
        if (field === valueField) return this.loadAwaited(state, object) | changedByOthers;
        if (object.shape.kind === "buffer") {
          if (isCaptureField(field)) return changedByOthers;
          const shared = state.field(object.id, storageField);
          const storage = field === "buffer" || field === anyField ? shared : emptySet;
          this.viewed |= storage;
          return this.loadFromBuffer(object.id, field) | storage | changedByOthers;
        }
        if (object.shape.kind === "array" && field === "length") return emptySet;
        // What iterating it gives, as a callee that iterates its parameter says.
        if (object.shape.kind === "generator" && (field === elementField || isIndex(field)))
          return state.field(object.id, valueField) | changedByOthers;
        if (isCaptureField(field)) return this.loadCaptured(state, object, field) | changedByOthers;
        const stored = this.stored(state, object.id, field);
        const member = this.loadMember(state, object, field);
        if (member !== null) return stored | member | (this.calls.tampers ? changedByOthers : emptySet);
        // A property that was never stored is the prototype's.
        const inherited = this.inherited(state, object.id, field);
        const isOwn =
          field === elementField ||
          isIndex(field) ||
          state.fields.get(object.id)?.has(field) ||
          (hasOwnFieldsOnly(object) && field !== anyField && !inheritedNames.has(field));
        return stored | inherited | changedByOthers | (isOwn ? emptySet : other);
      }
      default:
        return unreachable(object);
    }
  }

  /** What awaiting an object gives beside itself: a promise's value, or what its own `then` resolves with. */
  private loadAwaited(state: State, { id, shape }: SiteObject): BitSet {
    switch (shape.kind) {
      case "promise":
      case "generator":
        return state.field(id, valueField);
      case "buffer":
        return emptySet;
      case "array":
        return hasThen(state, id) ? other : emptySet;
      default:
        return other;
    }
  }

  /** What a member of an object's class is: a method, or what its getter gives; `null` if its class has no such member. */
  private loadMember(state: State, object: AbstractObject, field: string): BitSet | null {
    const identity = identityOf(object);
    if (identity?.kind !== "instance") return null;
    const member = findMember(identity.class, field);
    switch (member?.kind) {
      case undefined:
        return null;
      case "method":
        return setOf(this.objects.code(member.function));
      case "accessor":
        return this.calls.get(this, state, { object: object.id, accessor: member });
      case "replaced":
        return other;
    }
  }

  /** What a closure, or one that an object holds, sees in a variable that it captures. */
  private loadCaptured(state: State, { id }: SiteObject, field: string): BitSet {
    const { set, isFound } = findCaptured(this, state, { from: setOf(id), field });
    return isFound ? set : set | other;
  }

  /** What is known of a field's value, in all the objects that `base` may be. */
  private valueOfField(state: State, base: BitSet, field: string): Value | undefined {
    let result: Value | undefined;
    let isFirst = true;
    for (const id of members(base)) {
      const value = this.valueIn(state, this.objects.get(id), field);
      result = isFirst ? value : meetValues(result, value);
      isFirst = false;
      if (!result) return undefined;
    }
    return result;
  }

  private valueIn(state: State, object: AbstractObject, field: string): Value | undefined {
    if (field === anyField || field === elementField || has(state.escaped | state.lent, object.id))
      return undefined;
    const stored = state.fields.get(object.id);
    if (stored?.has(anyField) || (isIndex(field) && stored?.has(elementField))) return undefined;
    if (object.kind === "phantom") {
      const fields = object.known?.kind === "object" ? object.known.fields : null;
      if (!fields || stored?.has(field)) return undefined;
      return fields.has(field) ? valueKnown(fields.get(field) ?? null) : absentField(field);
    }
    if (object.kind !== "site" || !isOwnLiteral(this, object)) return undefined;
    return stored?.has(field) ? state.fieldValues.get(object.id)?.get(field) : absentField(field);
  }

  /** What was stored under an unknown key may have become the prototype (`o["__proto__"] = p`). */
  private inherited(state: State, id: number, field: string): BitSet {
    let result = emptySet;
    for (const held of members(state.field(id, anyField))) {
      const object = this.objects.get(held);
      const isPlain = object.kind === "site" && object.shape.kind === "object" && held !== id;
      if (isPlain) result |= state.field(held, field) | state.field(held, anyField);
    }
    return result;
  }

  /** Elements are numbers; `buffer` is the same storage; other properties are the prototype's methods. */
  private loadFromBuffer(id: number, field: string): BitSet {
    if (field === elementField || isIndex(field) || buffersOwnNumbers.has(field)) return emptySet;
    if (field === "buffer" || field === anyField) {
      this.viewed |= setOf(id);
      return field === anyField ? setOf(id) | other : setOf(id);
    }
    return other;
  }

  private stored(state: State, id: number, field: string): BitSet {
    if (field === anyField) return state.contents(id);
    const set = state.field(id, field) | state.field(id, anyField);
    if (isIndex(field)) return set | state.field(id, elementField);
    if (field !== elementField) return set;
    let elements = set;
    for (const [name, held] of state.fields.get(id) ?? []) if (isIndex(name)) elements |= held;
    return elements;
  }

  private store(state: State, instruction: Instruction & { kind: "store" }): void {
    const base = state.get(instruction.base);
    const value = state.get(instruction.value);
    const field = fieldName(instruction.field);
    if (field === "__proto__") {
      const why = "made a prototype";
      this.escape(state, base | value, { reason: "unsupported-syntax", origin: instruction.origin, why });
    }
    if (field !== elementField && field !== anyField && state.isExact(base, this.objects)) {
      const object = this.objects.get(members(base)[0] as number);
      if (
        object.kind === "site" &&
        object.shape.kind !== "buffer" &&
        !has(state.escaped | state.lent, object.id)
      ) {
        const accessor = this.accessorOf(object, field);
        if (!accessor) {
          this.rememberOwnStore(object.id, field, value);
          state.setFieldValue(object.id, field, state.known.get(instruction.value));
          return state.replaceField(object.id, field, value);
        }
      }
    }
    this.storeInto(state, { base, field, value, origin: instruction.origin });
  }

  /** `base.field = value`, adding to what is there. */
  storeInto(state: State, store: { base: BitSet; field: string; value: BitSet; origin: OriginId }): void {
    const { base, field, value, origin } = store;
    for (const id of members(base)) {
      const object = this.objects.get(id);
      if (has(state.escaped, id))
        this.escape(state, value, {
          reason: "stored",
          origin,
          why: `stored in ${describeField(field)} of an object that others know`,
        });
      if (id === otherId) continue;
      if (object.kind === "site" && object.shape.kind === "buffer") {
        // No store of the program: what a callee's Buffer is a view of.
        if (field === storageField) state.addField(id, field, value);
        else this.storeIntoBuffer(state, id, store);
        continue;
      }
      if (object.kind === "code") {
        this.escape(state, value, {
          reason: "stored",
          origin,
          why: `stored in ${describeField(field)} of a function`,
        });
        continue;
      }
      const identity = identityOf(object);
      if (field === anyField && identity?.kind === "instance" && hasAccessors(identity.class))
        this.escape(state, value, {
          reason: "stored",
          origin,
          why: "stored in a field that may have a setter",
        });
      const accessor = this.accessorOf(object, field);
      if (accessor) {
        this.calls.set(this, state, { object: id, accessor, value, origin });
        // Setting a phantom's accessor is what its caller sees: there the setter runs again.
      }
      const to = object.kind === "phantom" && isIndex(field) ? elementField : field;
      if (field === anyField) state.fieldValues.delete(id);
      else state.setFieldValue(id, field, undefined);
      state.addField(id, to, value);
      if (object.kind === "phantom" || has(state.lent, id)) this.lend(state, value);
      if (object.kind === "phantom") this.rememberStore({ from: id, field: to, to: value, origin });
      else this.rememberOwnStore(id, to, value);
    }
  }

  private accessorOf(object: AbstractObject, field: string): (Member & { kind: "accessor" }) | null {
    const identity = identityOf(object);
    const member = identity?.kind === "instance" ? findMember(identity.class, field) : null;
    return member?.kind === "accessor" ? member : null;
  }

  /** A number goes in and the value is converted; any other property makes the view one that is never pooled. */
  private storeIntoBuffer(
    state: State,
    id: number,
    { field, value, origin }: { field: string; value: BitSet; origin: OriginId },
  ): void {
    if (field === elementField || isIndex(field)) return this.coerce(state, value, origin);
    const why = `given the property ${describeField(field)}`;
    this.escape(state, setOf(id), { reason: "unsupported-syntax", origin, why });
    this.escape(state, value, {
      reason: "stored",
      origin,
      why: `stored in ${describeField(field)} of a buffer`,
    });
  }

  private rememberOwnStore(id: number, field: string, value: BitSet): void {
    if (value === emptySet) return;
    const fields = this.ownStores.get(id) ?? new Map<string, BitSet>();
    this.ownStores.set(id, fields.set(field, (fields.get(field) ?? emptySet) | value));
  }

  private rememberStore(store: { from: number; field: string; to: BitSet; origin: OriginId }): void {
    const key = `${store.from}.${store.field}`;
    const known = this.phantomStores.get(key);
    if (known) known.to |= store.to;
    else this.phantomStores.set(key, store);
  }

  // Iteration and suspension

  private awaitsToItself(state: State, object: AbstractObject): boolean {
    if (object.kind !== "site") return false;
    switch (object.shape.kind) {
      case "buffer":
      case "generator":
        return true;
      case "array":
        return !hasThen(state, object.id);
      case "promise":
        return false;
      default:
        return this.isPlain(state, object);
    }
  }

  /** An object or instance without a `then`, which nobody else may have given one: awaiting it gives it back. */
  private isPlain(state: State, object: SiteObject): boolean {
    if (has(state.escaped | state.lent, object.id) || this.calls.tampers) return false;
    if (object.shape.kind === "instance" && findMember(object.shape.class, "then")) return false;
    return !hasThen(state, object.id);
  }

  private iterate(state: State, instruction: Instruction & { kind: "iterate" }): BitSet {
    const iterable = state.get(instruction.iterable);
    this.coerce(state, iterable, instruction.origin);
    const field = instruction.position === null ? elementField : `${instruction.position}`;
    return this.elements(state, iterable, field);
  }

  /** What iterating yields: elements of arrays, numbers of buffers, anything of anything else. */
  elements(state: State, iterable: BitSet, field: string): BitSet {
    let result = emptySet;
    for (const id of members(iterable)) {
      const object = this.objects.get(id);
      if (object.kind === "site" && object.shape.kind === "buffer") continue;
      if (object.kind === "site" && object.shape.kind === "generator") {
        result |= state.field(id, valueField) | (has(state.escaped | state.lent, id) ? other : emptySet);
        continue;
      }
      result |=
        object.kind === "site" && object.shape.kind !== "array"
          ? other | state.contents(id)
          : this.loadFrom(state, object, field);
    }
    return result;
  }

  /** What the consumer gets: it may keep what was made here, and has what the caller passed in. */
  private yields(state: State, value: BitSet, origin: OriginId): void {
    let own = emptySet;
    for (const id of members(value)) if (this.objects.get(id).kind === "site") own |= setOf(id);
    this.escape(state, own, { reason: "yielded", origin, why: "yielded" });
    this.yielded |= value;
  }

  /** Awaiting a promise of a known function gives its value, a buffer or array itself; of another object it runs the `then`. */
  private awaits(state: State, { target, source, origin, site }: Instruction & { kind: "await" }): void {
    const result = this.awaitEach(state, state.get(source), origin);
    const known = valueOfAwaited(this, state, state.known.get(source));
    settle(this, state, state.known.get(source));
    state.set(target, result, isSingle(result) && !has(result, otherId) ? known : undefined);
    if (site !== undefined) this.results.set(site, (this.results.get(site) ?? emptySet) | result);
  }

  /** What awaiting any of `set` gives. */
  awaitEach(state: State, set: BitSet, origin: OriginId): BitSet {
    const { settled, rest } = awaited(this, state, set);
    let result = settled;
    for (const id of members(rest)) {
      const object = this.objects.get(id);
      if (object.kind === "phantom") {
        this.coerce(state, setOf(id), origin);
        result |= setOf(id) | this.load(state, setOf(id), valueField);
      } else if (this.awaitsToItself(state, object)) result |= setOf(id);
      else {
        this.escape(state, setOf(id), {
          reason: "passed-to-unknown",
          origin,
          why: "awaited, which may call its `then`",
        });
        result |= other;
      }
    }
    return result;
  }
}

/** What nobody else knows, unless it is lent or escapes: what the function made, or a record of which its context knows the fields. */
function isSecret(object: AbstractObject): boolean {
  if (object.kind === "phantom") return object.known?.kind === "object" && object.known.fields !== null;
  return object.kind === "site";
}

/** What a context says of a value. */
function valueKnown(known: Known | null): Value | undefined {
  if (known?.kind === "literal") return known;
  return known?.sure ? anObject : undefined;
}

/** A plain object without the field: undefined, unless it inherits something of that name. */
function absentField(field: string): Value | undefined {
  return inheritedNames.has(field) ? undefined : { kind: "literal", literal: undefined };
}

/** A property that was never stored is absent, but for what `Object.prototype` has. */
function hasOwnFieldsOnly(object: SiteObject): boolean {
  return object.shape.kind === "object" || object.shape.kind === "instance";
}

const thenable: ReadonlySet<string> = new Set(["then", anyField]);

function hasThen(state: State, id: number): boolean {
  return [...(state.fields.get(id)?.keys() ?? [])].some((field) => thenable.has(field));
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

function fieldName(field: Field): string {
  switch (field.kind) {
    case "named":
      return field.name;
    case "element":
      return elementField;
    case "any":
      return anyField;
    default:
      return unreachable(field);
  }
}

function describeField(field: string): string {
  return field === elementField || field === anyField ? "an element" : `\`${field}\``;
}
