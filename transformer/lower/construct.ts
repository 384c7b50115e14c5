/**
 * Lowers what `new C(…)` runs on the new instance: base constructors, field initialisers, and the constructor that a
 * class leaves to the language (ECMA-262 15.7.14, 10.2.2).
 */
import type TS from "typescript";
import type { FunctionId, VariableId } from "../ir/ids.js";
import type { Argument } from "../ir/ir.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder, LoweredFunction } from "./builder.js";
import { lowerEscape } from "./escape.js";
import { capturesOf } from "./expression.js";
import { isStatic } from "./syntax.js";

export type ClassNode = TS.ClassLikeDeclaration;

/** The constructor of a class that has none: passes its arguments on, then initialises the fields. */
export function lowerImplicitConstructor(b: FunctionBuilder, node: ClassNode): LoweredFunction {
  const region = b.newRegion(node, "parameters");
  const binding = b.index.bindingId(node);
  const receiver = b.bindingVariable(binding, () =>
    b.newVariable("this", "parameter", { binding, captured: true }),
  );
  const parameters: VariableId[] = [];
  b.inStatement(region, 0, () => {
    if (extendsOf(node)) {
      const rest = b.newVariable("#0", "parameter");
      parameters.push(rest);
      lowerBaseConstructor(b, { node, origin: node, receiver, args: [{ variable: rest, spread: true }] });
    }
    initialiseFields(b, node, receiver);
  });
  return b.finish({ functionKind: "ordinary", parameters, hasRest: parameters.length > 0, receiver });
}

function extendsOf(node: ClassNode): TS.Expression | undefined {
  return node.heritageClauses?.find((each) => each.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
    ?.expression;
}

/** The fields of a class that extends nothing are initialised before its constructor runs; of another, after `super`. */
export function lowerInstanceFields(
  b: FunctionBuilder,
  node: ClassNode,
  when: "without-base" | "after-super",
): void {
  const hasBase = extendsOf(node) !== undefined;
  if (hasBase !== (when === "after-super")) return;
  if (!fieldsOf(node).length) return;
  const owner = node.members.find((each) => ts.isConstructorDeclaration(each) && each.body !== undefined);
  const binding = b.index.bindingId((owner as TS.ConstructorDeclaration | undefined) ?? node);
  const kind = owner === b.node ? "parameter" : "outer";
  const receiver = b.bindingVariable(binding, () => b.newVariable("this", kind, { binding, captured: true }));
  initialiseFields(b, node, receiver);
}

function fieldsOf(node: ClassNode): TS.PropertyDeclaration[] {
  return node.members.filter(
    (each): each is TS.PropertyDeclaration =>
      ts.isPropertyDeclaration(each) && !isStatic(each) && each.initializer !== undefined,
  );
}

function initialiseFields(b: FunctionBuilder, node: ClassNode, receiver: VariableId): void {
  for (const field of fieldsOf(node)) {
    const captures = capturesOf(b, field);
    callOnReceiver(b, { node: field, target: b.index.functionId(field), receiver, args: [], captures });
  }
}

interface BaseCall {
  readonly node: ClassNode;
  readonly origin: TS.Node;
  readonly receiver: VariableId;
  readonly args: readonly Argument[];
}

/** `super(…)`: the base class's constructor on the same instance. Where it is not known, the instance escapes. */
export function lowerBaseConstructor(b: FunctionBuilder, { node, origin, receiver, args }: BaseCall): void {
  const expression = extendsOf(node);
  const base = expression && b.index.classes.classOf(expression);
  const info = base && b.index.classes.info(base);
  if (info) return callOnReceiver(b, { node: origin, target: info.construct, receiver, args, captures: [] });
  lowerEscape(b, origin, {
    operands: [receiver, ...args.map((each) => each.variable)],
    reason: "passed-to-unknown",
    why: "passed to a base class that is not known",
  });
}

interface ReceiverCall {
  readonly node: TS.Node;
  readonly target: FunctionId;
  readonly receiver: VariableId;
  readonly args: readonly Argument[];
  readonly captures: readonly VariableId[];
}

function callOnReceiver(b: FunctionBuilder, { node, target, receiver, args, captures }: ReceiverCall): void {
  b.emit(node, {
    kind: "call",
    target: b.temporary(),
    callee: { kind: "functions", name: "constructor", targets: [target], captures },
    receiver,
    arguments: args,
    construct: false,
    site: b.newSite(node, { kind: "call" }, true),
  });
}
