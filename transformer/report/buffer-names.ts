/** By which names a program can come to an object at a point: variables, fields of what they hold, and what has no name. */
import type TS from "typescript";
import type { FunctionFacts, PointFacts } from "../analysis/analyze-function.js";
import { isCaptureField } from "../analysis/captured.js";
import { type BitSet, emptySet, has, setOf } from "../analysis/node-set.js";
import {
  type AbstractObject,
  type PhantomObject,
  type SiteObject,
  storageField,
} from "../analysis/objects.js";
import { anyField, elementField } from "../analysis/state.js";
import type { VariableId } from "../ir/ids.js";
import type { LoweredFunction } from "../lower/builder.js";
import { placeOf } from "./source-place.js";

export interface NamesInput {
  readonly root: string;
  readonly lowered: LoweredFunction;
  readonly facts: FunctionFacts;
  readonly at: PointFacts;
  /** The objects that names are asked for: ages or parts of one site. */
  readonly objects: BitSet;
}

/** A way to an object; where it does not start at a variable of the function, `note` says where. */
interface Name {
  readonly path: string;
  readonly note: string | null;
}

/** Objects that hold objects that hold …: names of more steps tell nothing. */
const longestName = 4;

/**
 * The names, variables first. A variable that holds the object but is not read any more is marked.
 *
 * @example
 * namesOf({ root, lowered, facts, at, objects }); // ["t", "m.data", "rows[]", "box.big (captured by `get`)"]
 */
export function namesOf(input: NamesInput): string[] {
  if (input.objects === emptySet) return [];
  const { state } = input.at;
  const variables = variablesOf(input, input.objects).map(({ name, isRead }): Name => {
    return { path: name, note: isRead ? null : "not read again" };
  });
  const found = [...variables, ...heldNames(input, input.objects, longestName)].map(({ path, note }) =>
    note === null ? path : `${path} (${note})`,
  );
  if ((state.lent & input.objects) !== emptySet) found.push("an object of the caller's");
  if ((state.escaped & input.objects) !== emptySet) found.push("others (it has escaped)");
  return [...new Set(found)];
}

function variablesOf(
  { lowered, at, facts }: NamesInput,
  objects: BitSet,
): { name: string; isRead: boolean }[] {
  return [...at.state.variables].flatMap(([id, set]) => {
    const variable = lowered.ir.variables[id];
    if (!variable || variable.kind === "temporary" || (set & objects) === emptySet) return [];
    return [{ name: variable.name, isRead: has(at.live | facts.transfer.alwaysLive, id) }];
  });
}

/** Names by way of objects that hold one of `objects` in a field, or closures that hold a variable of it. */
function heldNames(input: NamesInput, objects: BitSet, steps: number): Name[] {
  const { at, facts } = input;
  const table = facts.transfer.objects;
  const names: Name[] = [];
  for (const [id, fields] of at.state.fields) {
    for (const [field, set] of fields)
      if ((set & objects) !== emptySet)
        names.push(...fieldNames(input, { object: table.get(id), field, steps }));
  }
  for (const { name } of variablesOf(input, objects)) {
    const closure = closureOver(input, name);
    if (closure) names.push({ path: name, note: `captured by ${describe(input, closure)}` });
  }
  return names;
}

interface HeldField {
  readonly object: AbstractObject;
  readonly field: string;
  readonly steps: number;
}

/** How the field of an object is named: from each name of the object, or from where that is made. */
function fieldNames(input: NamesInput, { object, field, steps }: HeldField): Name[] {
  const step = stepText(field);
  if (object.kind === "phantom") return [{ path: `${phantomName(input, object)}${step}`, note: null }];
  // Of what is not known is told by itself.
  if (object.kind !== "site") return [];
  if (isCaptureField(field))
    return [{ path: captured(input, field), note: `captured by ${describe(input, object)}` }];
  const isFrame = object.shape.kind === "promise" || object.shape.kind === "generator";
  if (isFrame && field.startsWith("<"))
    return [{ path: `a suspended call, ${madeAt(input, object)}`, note: null }];
  const holders = steps > 1 ? namesOfHolder(input, setOf(object.id), steps - 1) : [];
  if (field === storageField) return holders;
  if (holders.length > 0) return holders.map(({ path, note }) => ({ path: `${path}${step}`, note }));
  return [{ path: step.replace(/^\./, ""), note: `of ${describe(input, object)}` }];
}

/** The names of an object that holds something: only such that are still read. */
function namesOfHolder(input: NamesInput, object: BitSet, steps: number): Name[] {
  const read = variablesOf(input, object).filter(({ isRead }) => isRead);
  return [...read.map(({ name }): Name => ({ path: name, note: null })), ...heldNames(input, object, steps)];
}

function stepText(field: string): string {
  if (field === elementField || field === anyField) return "[]";
  return /^\d+$/.test(field) ? `[${field}]` : `.${field}`;
}

/** A closure that captures the variable of that name, and exists at the point. */
function closureOver({ facts, at, lowered }: NamesInput, name: string): SiteObject | null {
  const { objects } = facts.transfer;
  for (let id = 0; id < objects.size; id++) {
    const object = objects.get(id);
    if (object.kind !== "site" || object.shape.kind !== "closure" || !has(at.reachable, id)) continue;
    const { captures } = object.shape;
    if (captures.some(({ variable }) => variable !== null && lowered.ir.variables[variable]?.name === name))
      return object;
  }
  return null;
}

/** The variable that a closure remembers in a field. */
function captured({ lowered }: NamesInput, field: string): string {
  const binding = Number(field.slice(1, -1));
  return lowered.ir.variables.find((each) => each.binding === binding)?.name ?? "a variable";
}

function describe(input: NamesInput, object: SiteObject): string {
  const [variable] = variablesOf(input, setOf(object.id)).filter(({ isRead }) => isRead);
  if (variable) return `\`${variable.name}\``;
  const kind = object.shape.kind === "closure" ? "a closure" : "an object";
  return `${kind} ${madeAt(input, object)}`;
}

function madeAt({ root, lowered }: NamesInput, object: SiteObject): string {
  const origin = lowered.ir.sites[object.site]?.origin;
  if (origin === undefined) return "made elsewhere";
  const { line, column } = placeOf(root, lowered.source.origins[origin] as TS.Node);
  return `made at ${line}:${column}`;
}

function phantomName({ lowered: { ir } }: NamesInput, { root, path }: PhantomObject): string {
  const rest = path.map(stepText).join("");
  switch (root.kind) {
    case "parameter": {
      const variable = ir.variables[ir.parameters[root.index] as VariableId];
      return `${variable?.name ?? "an argument"}${rest}`;
    }
    case "receiver":
      return `this${rest}`;
    case "binding": {
      const variable = ir.variables.find((each) => each.binding === root.binding);
      return `${variable?.name ?? "a captured variable"}${rest}`;
    }
  }
}
