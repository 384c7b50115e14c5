/** The text of frees and of the variables that hold what is freed. */
import { invariant } from "../bailout.js";
import type { Edits, FreeEdit, HandleName } from "../emit/edits.js";
import type { RuntimeName } from "../emit/runtime-import.js";
import type { PathStep } from "../plan/plan.js";

export interface Naming {
  handle(handle: HandleName): string;
  /** The local name of a function of the runtime. */
  runtime(name: RuntimeName): string;
}

export interface FreeTextInput {
  readonly naming: Naming;
  /** The name of the value that the statement at hand returns or assigns; empty where there is none. */
  readonly atHand: string;
  /** Whether types are looked past: private fields, names that may be unassigned, comparisons without overlap. */
  readonly isLoose: boolean;
}

/** `$free(t);`, `t = $free(t)!;`, `if (t !== out) $free(t);` */
export function freeText(
  { value, path, sure, guards, reset }: FreeEdit,
  { naming, atHand, isLoose }: FreeTextInput,
): string {
  const isHandle = value.kind === "handle";
  const name = isHandle ? naming.handle(value.handle) : value.name;
  const seen = isLoose && !isHandle ? (path.length > 0 ? `(${name}! as any)` : `${name}!`) : name;
  const call = callText(seen, { path, sure, naming });
  // A free returns undefined, which a handle may hold, and a variable only for the moment.
  const statement = reset ? `${name} = ${call}${isHandle ? "" : "!"};` : `${call};`;
  if (guards.length === 0) return statement;
  const compared = isLoose ? `(${name}! as any)` : name;
  const conditions = guards.map((guard) => {
    invariant(guard !== null || atHand !== "", "a guard by a value that is not at hand");
    return `${compared} !== ${guard ?? atHand}`;
  });
  return `if (${conditions.join(" && ")}) ${statement}`;
}

function callText(
  from: string,
  {
    path,
    sure,
    naming,
  }: { readonly path: readonly PathStep[]; readonly sure: boolean; readonly naming: Naming },
): string {
  const at = path.findIndex((step) => step.kind === "each");
  const fields = at < 0 ? path : path.slice(0, at);
  const target = fields.reduce((object, step, i) => object + fieldText(step, sure && i === 0), from);
  if (at < 0) return `${naming.runtime("unsafeFree")}(${target})`;
  const each = naming.runtime("freeEach");
  const rest = path.slice(at + 1);
  if (rest.length === 0) return `${each}(${target})`;
  return `${each}(${target}, ($each: any) => ${callText("$each", { path: rest, sure: false, naming })})`;
}

function fieldText(step: PathStep, isSure: boolean): string {
  const name = step.kind === "field" ? step.name : "";
  const isName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
  if (isName) return `${isSure ? "." : "?."}${name}`;
  return `${isSure ? "" : "?."}[${JSON.stringify(name)}]`;
}

/** Handles of which a field is freed, so that their type must have it. */
export function handlesWithPaths({ before, atEnd, inElse, afterValue }: Edits): ReadonlySet<HandleName> {
  const frees = [before, atEnd, inElse, afterValue].flatMap((map) =>
    [...map.values()].flatMap((each) => each.frees),
  );
  return new Set(
    frees.flatMap(({ value, path }) => (value.kind === "handle" && path.length > 0 ? [value.handle] : [])),
  );
}
