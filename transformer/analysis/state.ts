/**
 * The abstract state at a place of a function: a points-to graph.
 *
 * # Idea
 * `variables` says which objects a variable may refer to, `fields` which a field may hold, `escaped` which
 * objects somebody unknown may hold. A variable that is missing holds no object. The state over-approximates:
 * an edge that is absent is absent in every execution. That is all that freeing needs: *nobody refers to it*.
 *
 * # Invariants
 * - A1 What an escaped object's fields hold is escaped (kept by {@link State.escape} and by the transfer).
 * - A2 A `recent` object stands for at most one instance; so an assignment to its field, through a reference to
 *   it alone, replaces what the field held (strong update). Everything else adds.
 * - A3 `join` is union, so the analysis is monotone and its fixpoint exists.
 *
 * # Example
 * After `const o = { data: new Uint8Array(9) }; const p = o;`: `o`, `p` → object#1; object#1.data → buffer#0.
 */
import type { VariableId } from "../ir/ids.js";
import { type BitSet, emptySet, has, isSingle, members, setOf, without } from "./node-set.js";
import type { ObjectTable } from "./objects.js";
import { otherId } from "./objects.js";
import { anObject, meetValues, type Value } from "./value.js";

/** Field names as strings: a property's name, `[]` for elements at unknown positions, `*` for any. */
export const elementField = "[]";
export const anyField = "*";

const noValues: ReadonlyMap<string, Value> = new Map();

/** Leaves in `known` what `incoming` says too. Tells whether anything changed. */
function meetAll<K>(known: Map<K, Value>, incoming: ReadonlyMap<K, Value>): boolean {
  let changed = false;
  for (const [key, value] of known) {
    const met = meetValues(value, incoming.get(key));
    if (met === value) continue;
    changed = true;
    if (met) known.set(key, met);
    else known.delete(key);
  }
  return changed;
}

/** The object stands for several instances from now on. */
function forgetInstance<K>(values: Map<K, Value>, object: number): void {
  for (const [key, value] of values)
    if (value.kind === "object" && value.id === object) values.set(key, anObject);
}

export class State {
  readonly variables = new Map<VariableId, BitSet>();
  /** What fields hold, by object. Copies of a state share the inner maps until they are written: see {@link own}. */
  readonly fields = new Map<number, Map<string, BitSet>>();
  /** The objects whose inner map no other state has. */
  private own = new Set<number>();
  /** Always contains `other`. */
  escaped: BitSet = setOf(otherId);
  /**
   * Objects that the function made and stored in what its caller holds. They are no secret any more: a phantom may
   * be a second name for them, so their fields may be read and written behind the analysis's back.
   */
  lent: BitSet = emptySet;
  /** Variables captured by an escaped closure: what they are given escapes. */
  escapedVariables: BitSet = emptySet;
  /** Promises whose frames go on by themselves: see `frames.ts`. */
  running: BitSet = emptySet;
  /** `recent` objects that have been born on some path to here. */
  born: BitSet = emptySet;
  /** What is known of variables' values. One that is missing may be anything. */
  readonly known = new Map<VariableId, Value>();
  /** The same for fields of `recent` objects. */
  readonly fieldValues = new Map<number, Map<string, Value>>();
  /** Counts what {@link addField} has added, so that a caller can tell a fixpoint. */
  additions = 0;

  copy(): State {
    const state = new State();
    for (const [variable, set] of this.variables) state.variables.set(variable, set);
    for (const [object, fields] of this.fields) state.fields.set(object, fields);
    if (this.own.size > 0) this.own = new Set();
    state.escaped = this.escaped;
    state.lent = this.lent;
    state.escapedVariables = this.escapedVariables;
    state.born = this.born;
    state.running = this.running;
    for (const [variable, value] of this.known) state.known.set(variable, value);
    for (const [object, values] of this.fieldValues) state.fieldValues.set(object, new Map(values));
    return state;
  }

  get(variable: VariableId): BitSet {
    return this.variables.get(variable) ?? emptySet;
  }

  set(variable: VariableId, set: BitSet, value?: Value): void {
    if (set === emptySet) this.variables.delete(variable);
    else this.variables.set(variable, set);
    if (value) this.known.set(variable, value);
    else this.known.delete(variable);
  }

  setFieldValue(object: number, field: string, value: Value | undefined): void {
    const values = this.fieldValues.get(object);
    if (value) this.fieldValues.set(object, (values ?? new Map<string, Value>()).set(field, value));
    else values?.delete(field);
  }

  /** Drops a variable that nothing reads any more. */
  forget(variable: VariableId): void {
    this.variables.delete(variable);
    this.known.delete(variable);
  }

  field(object: number, field: string): BitSet {
    return this.fields.get(object)?.get(field) ?? emptySet;
  }

  /** Everything that the fields of `object` hold. */
  contents(object: number): BitSet {
    let set = emptySet;
    for (const held of this.fields.get(object)?.values() ?? []) set |= held;
    return set;
  }

  addField(object: number, field: string, value: BitSet): void {
    const known = this.fields.get(object)?.get(field);
    // A field that holds no object is there all the same.
    if (known === undefined) this.replaceField(object, field, value);
    if (((known ?? emptySet) | value) === (known ?? emptySet)) return;
    this.additions++;
    this.replaceField(object, field, (known ?? emptySet) | value);
  }

  replaceField(object: number, field: string, value: BitSet): void {
    this.fieldsToWrite(object).set(field, value);
  }

  /** The fields of an object in a map that no other state has. */
  private fieldsToWrite(object: number): Map<string, BitSet> {
    let fields = this.fields.get(object);
    if (!fields || !this.own.has(object)) {
      fields = new Map(fields);
      this.fields.set(object, fields);
      this.own.add(object);
    }
    return fields;
  }

  /** Makes this state cover `incoming` too. Says whether anything changed. */
  join(incoming: State): boolean {
    let changed = false;
    for (const [variable, set] of incoming.variables) {
      const known = this.get(variable);
      if (known !== set && (known | set) !== known) {
        this.variables.set(variable, known | set);
        changed = true;
      }
    }
    for (const [object, fields] of incoming.fields) {
      if (this.fields.get(object) === fields) continue;
      for (const [field, set] of fields) {
        const known = this.fields.get(object)?.get(field);
        if (known === undefined || (known !== set && (known | set) !== known)) {
          this.replaceField(object, field, (known ?? emptySet) | set);
          changed = true;
        }
      }
    }
    const { escaped, escapedVariables, born, lent, running } = this;
    this.running |= incoming.running;
    this.lent |= incoming.lent;
    this.escaped |= incoming.escaped;
    this.escapedVariables |= incoming.escapedVariables;
    this.born |= incoming.born;
    changed = meetAll(this.known, incoming.known) || changed;
    for (const [object, values] of this.fieldValues) {
      changed = meetAll(values, incoming.fieldValues.get(object) ?? noValues) || changed;
      if (values.size === 0) this.fieldValues.delete(object);
    }
    const isSame =
      this.escaped === escaped &&
      this.escapedVariables === escapedVariables &&
      this.born === born &&
      this.lent === lent &&
      this.running === running;
    return changed || !isSame;
  }

  /** Another birth at a site: what was recent is now one of the older. */
  age(recent: number, older: number): void {
    if (!has(this.born, recent)) return;
    const move = (set: BitSet): BitSet => (has(set, recent) ? without(set, recent) | setOf(older) : set);
    for (const [variable, set] of this.variables)
      if (has(set, recent)) this.variables.set(variable, move(set));
    for (const [object, fields] of this.fields) {
      for (const [field, set] of fields)
        if (has(set, recent)) this.fieldsToWrite(object).set(field, move(set));
    }
    const fields = this.fields.get(recent);
    if (fields) {
      this.fields.delete(recent);
      for (const [field, set] of fields) this.addField(older, field, set);
    }
    this.escaped = move(this.escaped);
    this.lent = move(this.lent);
    this.born = move(this.born);
    this.running = move(this.running);
    forgetInstance(this.known, recent);
    this.fieldValues.delete(recent);
    for (const values of this.fieldValues.values()) forgetInstance(values, recent);
  }

  /** Whether a store through `base` reaches exactly one instance, and always it (A2). */
  isExact(base: BitSet, objects: ObjectTable): boolean {
    if (!isSingle(base)) return false;
    const [id] = members(base);
    const object = objects.get(id as number);
    return object.kind === "site" && object.age === "recent";
  }

  /**
   * The objects that can be reached from `live` variables, from phantoms, or by anybody unknown. What is born
   * and not in here is dead: no execution can come to it any more.
   */
  reachable(live: BitSet, objects: ObjectTable): BitSet {
    let seen = this.escaped | this.lent;
    let frontier = seen;
    for (const variable of members(live)) frontier |= this.get(variable as VariableId);
    frontier |= this.escapedVariableContents() | this.runningContents();
    while (frontier !== emptySet) {
      seen |= frontier;
      let next = emptySet;
      for (const id of members(frontier)) next |= this.contents(id) | this.capturedBy(id, objects);
      frontier = next & ~seen;
    }
    return seen;
  }

  /** What the objects of `set` hold, and what that holds in turn. */
  heldBy(set: BitSet, objects: ObjectTable): BitSet {
    let seen = emptySet;
    for (let frontier = set; frontier !== emptySet; ) {
      let next = emptySet;
      for (const id of members(frontier)) next |= this.contents(id) | this.capturedBy(id, objects);
      frontier = next & ~seen;
      seen |= next;
    }
    return seen;
  }

  /** What running frames hold. */
  runningContents(): BitSet {
    let set = emptySet;
    for (const promise of members(this.running)) set |= this.contents(promise);
    return set;
  }

  private escapedVariableContents(): BitSet {
    let set = emptySet;
    for (const variable of members(this.escapedVariables)) set |= this.get(variable as VariableId);
    return set;
  }

  /** What a closure can reach through the variables it captures, beside its fields. */
  capturedBy(id: number, objects: ObjectTable): BitSet {
    const object = objects.get(id);
    if (object.kind !== "site" || object.shape.kind !== "closure") return emptySet;
    let set = emptySet;
    for (const { variable } of object.shape.captures) if (variable !== null) set |= this.get(variable);
    return set;
  }
}
