/**
 * Checks that a function keeps a contract that callers rely on: in its summary, which is what a call of it would do, no
 * parameter that is only borrowed escapes, is stored or is returned; and what it returns is new, where that is promised.
 */
import type { FunctionFacts } from "../analysis/analyze-function.js";
import { has } from "../analysis/node-set.js";
import type { AbstractObject, PhantomRoot } from "../analysis/objects.js";
import { summarizeFunction } from "../analysis/summarize.js";
import type { Summary, SummaryObject } from "../analysis/summary.js";
import { borrowingOf, type Contract } from "../ir/contract.js";
import { pathTo, reachableFrom } from "./explain.js";
import type { PlanStep } from "./plan.js";

/** What a function does against a contract. */
export interface Breach {
  readonly what: "receiver" | "result" | { readonly parameter: number };
  /** Not the argument itself, but something that it holds. */
  readonly isPart: boolean;
  readonly how: "escapes" | "stored" | "returned" | "not-new";
  readonly steps: readonly PlanStep[];
}

type Phantom = SummaryObject & { kind: "phantom" };

export interface ContractCheck {
  readonly facts: FunctionFacts;
  readonly contract: Contract;
  /** Whether types allow an object at that path of a parameter. */
  readonly mayBeObject: (parameter: number, path: readonly string[]) => boolean;
  /** Whether the type of the result allows one. */
  readonly mayReturnObject: boolean;
}

export function findBreaches({ facts, contract, mayBeObject, mayReturnObject }: ContractCheck): Breach[] {
  const summary = summarizeFunction(facts);
  const isBorrowed = (object: SummaryObject | undefined): object is Phantom =>
    object?.kind === "phantom" &&
    isBorrowedRoot(summary, contract, object.root) &&
    (object.root.kind !== "parameter" || mayBeObject(object.root.index, object.path));
  const found = new Map<string, Breach>();
  const add = (object: Phantom, how: Breach["how"]): void => {
    const { root, path } = object;
    const key = root.kind === "parameter" ? root.index : root.kind;
    const known = found.get(`${key}`);
    if (known && (path.length > 0 || !known.isPart)) return;
    const what = root.kind === "parameter" ? { parameter: root.index } : ("receiver" as const);
    found.set(`${key}`, { what, isPart: path.length > 0, how, steps: explain(facts, object, how) });
  };
  for (const { object } of summary.escapes) {
    const phantom = summary.objects[object];
    if (isBorrowed(phantom)) add(phantom, "escapes");
  }
  for (const id of mayReturnObject ? summary.result : []) {
    const phantom = summary.objects[id];
    if (isBorrowed(phantom)) add(phantom, "returned");
  }
  for (const { from, to } of summary.edges) {
    const [holder, phantom] = [summary.objects[from], summary.objects[to]];
    if (isBorrowed(phantom) && !isInside(holder, phantom))
      add(phantom, isLent(facts, phantom) ? "stored" : "returned");
  }
  const result = contract.fresh === null ? null : resultBreach(facts, summary);
  return result ? [...found.values(), result] : [...found.values()];
}

function isBorrowedRoot(summary: Summary, contract: Contract, root: PhantomRoot): boolean {
  if (root.kind === "binding") return false;
  if (root.kind === "receiver") return contract.receiver !== "none";
  if (root.index !== summary.restParameter) return borrowingOf(contract, root.index) !== "none";
  // The rest of the arguments are one object: none of it may go anywhere if any of it is borrowed.
  const last = Math.max(root.index, contract.parameters.length - 1);
  for (let i = root.index; i <= last; i++) if (borrowingOf(contract, i) !== "none") return true;
  return false;
}

/** What an argument holds may move within that argument. */
function isInside(holder: SummaryObject | AbstractObject | undefined, { root }: Phantom): boolean {
  if (holder?.kind !== "phantom" || holder.root.kind !== root.kind) return false;
  return root.kind !== "parameter" || (holder.root as typeof root).index === root.index;
}

function resultBreach(facts: FunctionFacts, summary: Summary): Breach | null {
  const isNew = (id: number): boolean => {
    const object = summary.objects[id];
    const isHeld = summary.edges.some(({ to }) => to === id);
    return object?.kind === "fresh" && object.shape.kind === "buffer" && !object.shape.isNodeView && !isHeld;
  };
  if (summary.result.every(isNew)) return null;
  const steps = facts.transfer.returned.map(({ origin }) => ({ origin, why: "returned here" }));
  return { what: "result", isPart: false, how: "not-new", steps };
}

/** Whether the object is stored in something that the caller has, rather than in something new. */
function isLent(facts: FunctionFacts, object: Phantom): boolean {
  return storesOf(facts, object).length > 0;
}

function storesOf(facts: FunctionFacts, object: Phantom): PlanStep[] {
  const { transfer } = facts;
  const id = transfer.objects.phantom(object.root, object.path);
  return [...transfer.phantomStores.values()].flatMap(({ from, field, to, origin }) => {
    const holder = transfer.objects.get(from);
    const isElsewhere = !isInside(holder, object);
    return isElsewhere && has(reachableFrom(facts, to), id)
      ? [{ origin, why: `stored in \`${field}\`` }]
      : [];
  });
}

/** Where it happens. */
function explain(facts: FunctionFacts, object: Phantom, how: Breach["how"]): PlanStep[] {
  const id = facts.transfer.objects.phantom(object.root, object.path);
  if (how === "escapes") return pathTo(facts, id);
  if (how === "stored") return storesOf(facts, object).slice(0, 1);
  const returned = facts.transfer.returned.find(({ value }) => has(reachableFrom(facts, value), id));
  return returned ? [{ origin: returned.origin, why: `returned by \`${facts.ir.name}\`` }] : [];
}
