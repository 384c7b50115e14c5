/**
 * Finds captured variables that only their function and local functions of it can come to, and these only while it runs.
 *
 * # Idea
 * `const grow = () => { keys = new Float64Array(2 * size); }`, called by its name and never handed to anybody: what it does to `keys` it
 * does during a call that is written here. So an assignment to `keys` there is no escape; the call's summary says what it is given.
 *
 * # Invariants
 * - V1 Every function that uses a closed variable, or that uses one of these functions in turn, has a name, is only ever called by it,
 *   and is done when it returns: no async function, no generator.
 *
 * # Example
 * Negative: `rows.forEach(() => grow())`, `setTimeout(grow)`, `return { grow }`: somebody else may call it later.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import type { BindingFacts } from "./captures.js";
import type { ProgramIndex } from "./program-index.js";
import { type FunctionNode, skipWrappers } from "./syntax.js";

const known = new WeakMap<BindingFacts, boolean>();

/** Whether the variable is assigned by local functions only, which are called by name and keep nothing waiting (V1). */
export function isClosedVariable(index: ProgramIndex, facts: BindingFacts): boolean {
  let closed = known.get(facts);
  if (closed === undefined) {
    closed = find(index, facts);
    known.set(facts, closed);
  }
  return closed;
}

function find(index: ProgramIndex, facts: BindingFacts): boolean {
  if (!facts.assignedElsewhere || facts.exported || ts.isSourceFile(facts.declaredIn)) return false;
  const seen = new Set<FunctionNode>();
  const queue = [...facts.users];
  for (let user = queue.pop(); user; user = queue.pop()) {
    if (seen.has(user)) continue;
    seen.add(user);
    const own = nameFacts(index, user);
    if (!own || own.usedAsValue || own.exported || own.reassigned || ts.isSourceFile(own.declaredIn))
      return false;
    queue.push(...own.users);
  }
  return true;
}

/** What is known of the name that a function is bound to for good; `null` for a function that has no such name, or runs later. */
function nameFacts(index: ProgramIndex, node: FunctionNode): BindingFacts | null {
  const isNamed = ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  if (!isNamed || node.asteriskToken || ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async)
    return null;
  if (index.factsOfFunction(node).hopeless) return null;
  const name = ts.isFunctionDeclaration(node) ? node.name : constantName(node);
  const symbol = name && index.localSymbolOf(name);
  return (symbol && index.factsOfBinding(symbol)) ?? null;
}

function constantName(node: TS.ArrowFunction | TS.FunctionExpression): TS.Identifier | undefined {
  if (node.name) return undefined;
  let at: TS.Node = node;
  while (ts.isExpression(at.parent) && skipWrappers(at.parent) === node) at = at.parent;
  const { parent } = at;
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return undefined;
  return ts.getCombinedNodeFlags(parent) & ts.NodeFlags.Const ? parent.name : undefined;
}
