/**
 * What a call does: by the rows of a library function, by the summary of a function of the program, or the
 * worst case.
 */

import { unreachable } from "../bailout.js";
import { type ClassInfo, hasAccessors } from "../ir/class.js";
import type { BufferType, Effect } from "../ir/effect.js";
import type { FunctionId, OriginId } from "../ir/ids.js";
import type { Instruction } from "../ir/ir.js";
import { noContext } from "./context.js";
import { callByContract } from "./contract-call.js";
import { callDeferred, onlyInstance } from "./frames.js";
import { callLibrary } from "./library-call.js";
import { elementsOf } from "./load-fields.js";
import { contextOfCall, contextOfCallback } from "./make-context.js";
import { type BitSet, emptySet, members, setOf } from "./node-set.js";
import { identityOf, other } from "./objects.js";
import type { Program } from "./program.js";
import { elementField, type State } from "./state.js";
import { storeField } from "./store-fields.js";
import type { Summary } from "./summary.js";
import { type Arguments, applySummary, resolvePath, type SummaryCall } from "./summary-transfer.js";
import type { Access, CallTransfer, Transfer } from "./transfer.js";

export type CallInstruction = Instruction & { kind: "call" };

/** A function that may be called, with the closure that it is, if it is one. */
interface Target {
  readonly function: FunctionId;
  readonly closure: BitSet;
}

export class Calls implements CallTransfer {
  private readonly plainClasses = new Map<ClassInfo, boolean>();

  constructor(readonly program: Program) {}

  get tampers(): boolean {
    return this.program.tampers;
  }

  call(transfer: Transfer, state: State, call: CallInstruction): void {
    this.dispatch(transfer, state, call);
    if (transfer.ir.sites[call.site]?.awaited) return;
    transfer.results.set(call.site, (transfer.results.get(call.site) ?? emptySet) | state.get(call.target));
  }

  private dispatch(transfer: Transfer, state: State, call: CallInstruction): void {
    const { callee } = call;
    switch (callee.kind) {
      case "library":
        return callLibrary(this, transfer, state, call);
      case "functions": {
        const targets = callee.targets.map((each): Target => ({ function: each, closure: emptySet }));
        return this.callFunctions(transfer, state, { call, targets });
      }
      case "value":
        return this.callValue(transfer, state, { call, callee: state.get(callee.variable) });
      case "class":
        return this.construct(transfer, state, { call, info: this.program.classOf(callee.class) });
      case "unknown":
        return callee.contract
          ? callByContract(transfer, state, { call, contract: callee.contract, name: callee.name })
          : state.set(call.target, this.callUnknown(transfer, state, call, callee.name));
      default:
        return unreachable(callee);
    }
  }

  /** Nobody knows what is called: all that goes in escapes (S3). */
  callUnknown(transfer: Transfer, state: State, call: CallInstruction, name: string): BitSet {
    const why = `passed to \`${name}\`, which is not known`;
    const cause = { reason: "passed-to-unknown" as const, origin: call.origin, why };
    for (const { variable, spread } of call.arguments) {
      const set = state.get(variable);
      transfer.escape(state, spread ? elementsOf(transfer, state, set, elementField) : set, cause);
      if (spread) transfer.coerce(state, set, call.origin);
    }
    if (call.receiver !== null)
      transfer.escape(state, state.get(call.receiver), {
        ...cause,
        why: `receiver of \`${name}\`, which is not known`,
      });
    return other;
  }

  private callValue(
    transfer: Transfer,
    state: State,
    { call, callee }: { call: CallInstruction; callee: BitSet },
  ): void {
    const name = nameOf(call);
    const late = lateBound(transfer, state, call);
    if (late) return callLibrary(this, transfer, state, late);
    const targets = this.targetsOf(transfer, call, callee);
    if (!targets) {
      const contract = call.callee.kind === "value" ? call.callee.contract : null;
      if (contract) {
        // Closures among them have effects of their own, which a contract doesn't tell.
        transfer.coerce(state, callee, call.origin);
        return callByContract(transfer, state, { call, contract, name });
      }
      // A closure that is called with others of unknown kind is as unknown as they are.
      transfer.escape(state, callee, {
        reason: "passed-to-unknown",
        origin: call.origin,
        why: `called as \`${name}\``,
      });
      return state.set(call.target, this.callUnknown(transfer, state, call, name));
    }
    this.callFunctions(transfer, state, { call, targets });
  }

  /** The functions that a value may be; `null` if there may be others. */
  private targetsOf(transfer: Transfer, call: CallInstruction, callee: BitSet): Target[] | null {
    if (call.construct) return null;
    const targets: Target[] = [];
    let unknown = emptySet;
    let declared: readonly FunctionId[] | null = callee === emptySet ? declaredBy(call) : [];
    for (const id of members(callee)) {
      const identity = identityOf(transfer.objects.get(id));
      if (identity?.kind === "function") targets.push({ function: identity.function, closure: setOf(id) });
      else {
        declared = declaredBy(call);
        unknown |= setOf(id);
      }
      if (declared === null) return null;
    }
    const closure = call.callee.kind === "value" && call.callee.isMade ? unknown : emptySet;
    for (const each of declared ?? []) targets.push({ function: each, closure });
    return targets.length > 0 ? targets : null;
  }

  private callFunctions(
    transfer: Transfer,
    state: State,
    { call, targets, receiver }: { call: CallInstruction; targets: readonly Target[]; receiver?: BitSet },
  ): void {
    const args = argumentsOf(transfer, state, call);
    const given = receiver === undefined ? args : { ...args, receiver };
    const before = targets.length > 1 ? state.copy() : null;
    let result = emptySet;
    let isExact = targets.length === 1;
    targets.forEach((target, i) => {
      const branch = i === 0 || !before ? state : before.copy();
      const returned = this.callFunction(transfer, branch, { call, target, args: given });
      result |= returned.set;
      isExact &&= returned.isExact;
      if (branch !== state) state.join(branch);
    });
    state.set(call.target, result, isExact ? onlyInstance(transfer, result) : undefined);
  }

  private callFunction(
    transfer: Transfer,
    state: State,
    { call, target, args }: { call: CallInstruction; target: Target; args: Arguments },
  ): { set: BitSet; isExact: boolean } {
    const name = nameOf(call);
    const { closure } = target;
    const asked = { call, target: target.function, receiver: args.receiver };
    const summary = this.summaryFor(transfer, state, asked);
    if (!summary)
      return { set: this.callLeftAlone(transfer, state, { call, closure, name }), isExact: false };
    const set = this.applyTo(target.function, {
      ...{ transfer, state, summary, args, closure, name, call },
      site: call.site,
      origin: call.origin,
    });
    return { set, isExact: summary.exact !== null || this.isDeferred(target.function) };
  }

  private isDeferred(id: FunctionId): boolean {
    return this.program.irOf(id)?.functionKind !== "ordinary";
  }

  /** Applies a function's summary: at once, or for a body that runs later. */
  applyTo(id: FunctionId, given: SummaryCall & { readonly call: CallInstruction }): BitSet {
    switch (this.program.irOf(id)?.functionKind) {
      case "async":
        return callDeferred({ ...given, function: id, kind: "promise" });
      case "generator":
      case "async-generator":
        return callDeferred({ ...given, function: id, kind: "generator" });
      default:
        return applySummary(given);
    }
  }

  private summaryFor(
    transfer: Transfer,
    state: State,
    { call, target, receiver }: { call: CallInstruction; target: FunctionId; receiver: BitSet },
  ): Summary | null {
    const callee = this.program.irOf(target);
    return (
      callee && this.program.summaryOf(target, contextOfCall(transfer, state, { call, callee, receiver }))
    );
  }

  /** The summary of a callback that a library function calls with `values`. */
  summaryOfCallback(
    transfer: Transfer,
    state: State,
    { function: id, values }: { readonly function: FunctionId; readonly values: readonly BitSet[] },
  ): Summary | null {
    const callee = this.program.irOf(id);
    return callee && this.program.summaryOf(id, contextOfCallback(transfer, state, { callee, values }));
  }

  /** A function without a summary may do anything, at any time, with what it is given and what it captures. */
  private callLeftAlone(
    transfer: Transfer,
    state: State,
    { call, closure, name }: { call: CallInstruction; closure: BitSet; name: string },
  ): BitSet {
    const cause = { reason: "captured" as const, origin: call.origin, why: `captured by \`${name}\`` };
    transfer.escape(state, closure, cause);
    if (call.callee.kind === "functions") {
      for (const variable of call.callee.captures) {
        transfer.escape(state, state.get(variable), cause);
        state.escapedVariables |= setOf(variable);
        if (transfer.ir.variables[variable]?.closed) state.set(variable, state.get(variable) | other);
      }
    }
    return this.callUnknown(transfer, state, call, name);
  }

  // Instances

  /** `new C(…)`: a new instance, on which the constructor is called. */
  private construct(
    transfer: Transfer,
    state: State,
    { call, info }: { call: CallInstruction; info: ClassInfo },
  ): void {
    const id = transfer.birth(state, call.site, 0, { kind: "instance", class: info });
    const receiver = setOf(id);
    if (!this.hasPlainAccessors(info)) {
      const why = `an instance of \`${info.name}\`, whose accessors do more than read and write fields`;
      transfer.escape(state, receiver, { reason: "unsupported-syntax", origin: call.origin, why });
    }
    const target = { function: info.construct, closure: emptySet };
    this.callFunctions(transfer, state, { call, targets: [target], receiver });
    state.set(call.target, receiver, { kind: "object", id });
  }

  hasPlainAccessors(info: ClassInfo): boolean {
    if (!hasAccessors(info)) return true;
    let plain = this.plainClasses.get(info);
    if (plain === undefined) {
      // While it is being found out, as for a getter that makes an instance of its own class, the answer is no.
      this.plainClasses.set(info, false);
      plain = this.findPlainAccessors(info);
      this.plainClasses.set(info, plain);
    }
    return plain;
  }

  private findPlainAccessors(info: ClassInfo): boolean {
    for (let at: ClassInfo | null = info; at; at = at.base) {
      for (const member of at.members.values()) {
        if (member.kind !== "accessor") continue;
        if (member.get !== null && !isPlainGetter(this.accessorSummary(member.get))) return false;
        if (member.set !== null && !isPlainSetter(this.accessorSummary(member.set))) return false;
      }
    }
    return true;
  }

  private accessorSummary(id: FunctionId): Summary | null {
    return this.program.summaryOf(id, noContext);
  }

  get(transfer: Transfer, state: State, { object, accessor }: Access): BitSet {
    const summary = accessor.get === null ? null : this.accessorSummary(accessor.get);
    if (accessor.get === null) return emptySet;
    if (!isPlainGetter(summary)) return other;
    let result = emptySet;
    for (const id of summary.result) result |= this.resolveOwn(transfer, state, { summary, id, object });
    return result;
  }

  set(
    transfer: Transfer,
    state: State,
    { object, accessor, value, origin }: Access & { value: BitSet; origin: OriginId },
  ): void {
    const summary = accessor.set === null ? null : this.accessorSummary(accessor.set);
    if (accessor.set === null) return;
    if (!isPlainSetter(summary)) {
      const why = "given to a setter that does more than store it";
      return transfer.escape(state, value | setOf(object), { reason: "stored", origin, why });
    }
    for (const write of summary.writes) {
      const base = this.resolveOwn(transfer, state, { summary, id: write.object, object, value });
      storeField(transfer, state, { base, field: write.field, value: emptySet, origin });
    }
    for (const edge of summary.edges) {
      const base = this.resolveOwn(transfer, state, { summary, id: edge.from, object });
      storeField(transfer, state, { base, field: edge.field, value, origin });
    }
  }

  /** What a phantom of an accessor's summary is in the object that the accessor is called on, or in the value that is set. */
  private resolveOwn(
    transfer: Transfer,
    state: State,
    { summary, id, object, value }: { summary: Summary; id: number; object: number; value?: BitSet },
  ): BitSet {
    const phantom = summary.objects[id];
    if (phantom?.kind !== "phantom") return other;
    const root = phantom.root.kind === "receiver" ? setOf(object) : (value ?? other);
    return resolvePath(transfer, state, root, phantom.path);
  }
}

/** Does nothing but return what it finds in `this`. */
function isPlainGetter(summary: Summary | null): summary is Summary {
  if (!summary) return false;
  const { escapes, coerced, edges, writes, objects, viewed } = summary;
  const isOwn = objects.every((each) => each.kind === "phantom" && each.root.kind === "receiver");
  return isOwn && escapes.length + coerced.length + edges.length + writes.length + viewed.length === 0;
}

/** Does nothing but store its argument in `this`, and what is no object in fields of either. */
function isPlainSetter(summary: Summary | null): summary is Summary {
  if (!summary) return false;
  const { escapes, coerced, edges, objects } = summary;
  const isOwn = objects.every((each) => each.kind === "phantom" && each.root.kind !== "binding");
  const storesArgument = edges.every(({ from, to }) => {
    const [base, value] = [objects[from], objects[to]];
    const isArgument =
      value?.kind === "phantom" && value.root.kind === "parameter" && value.path.length === 0;
    return isArgument && base?.kind === "phantom" && base.root.kind === "receiver";
  });
  return isOwn && storesArgument && escapes.length + coerced.length === 0;
}

function declaredBy(call: CallInstruction): readonly FunctionId[] | null {
  return call.callee.kind === "value" ? call.callee.declared : null;
}

/** A call of a buffer's method in JavaScript, once it is known which buffers it is called on; `null` if it is called on anything else. */
function lateBound(transfer: Transfer, state: State, call: CallInstruction): CallInstruction | null {
  if (call.callee.kind !== "value" || !call.callee.late || call.receiver === null) return null;
  const { name, rows } = call.callee.late;
  const effects = new Set<Effect>();
  const types = new Set<BufferType>();
  for (const id of members(state.get(call.receiver))) {
    const identity = identityOf(transfer.objects.get(id));
    const found = identity?.kind === "buffer" ? rows.get(identity.type) : undefined;
    if (identity?.kind !== "buffer" || !found) return null;
    for (const each of found) effects.add(each);
    types.add(identity.type);
  }
  if (effects.size === 0) return null;
  // Of several types, the one of which there is most to fear.
  const made = types.has("Uint8Array") ? "Uint8Array" : [...types][0];
  return {
    ...call,
    callee: { kind: "library", name, effects: [...effects], receiver: ["buffer"], ...(made && { made }) },
  };
}

function nameOf({ callee }: CallInstruction): string {
  return callee.name;
}

/** The arguments of a call by position; those from the first spread on may stand anywhere after it. */
function argumentsOf(transfer: Transfer, state: State, call: CallInstruction): Arguments {
  const values: BitSet[] = [];
  let rest = emptySet;
  let afterSpread = false;
  for (const { variable, spread } of call.arguments) {
    const set = state.get(variable);
    if (spread) {
      transfer.coerce(state, set, call.origin);
      rest |= elementsOf(transfer, state, set, elementField);
      afterSpread = true;
    } else if (afterSpread) rest |= set;
    else values.push(set);
  }
  // Without a receiver `this` is undefined, or, in sloppy mode, the global object.
  return { receiver: call.receiver === null ? other : state.get(call.receiver), values, rest };
}
