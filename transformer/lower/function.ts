/**
 * Lowers one function to IR. The only place that catches {@link Bailout}: such a function is left alone.
 */
import type TS from "typescript";
import { Bailout } from "../bailout.js";
import type { VariableId } from "../ir/ids.js";
import type { Field, FunctionKind } from "../ir/ir.js";
import { verifyFunction } from "../ir/verify.js";
import { ts } from "../typescript.js";
import { declarePattern, declareVariable, withDefault } from "./binding.js";
import { FunctionBuilder, type LoweredFunction } from "./builder.js";
import { lowerImplicitConstructor, lowerInstanceFields } from "./construct.js";
import { isTooDeep } from "./deep-syntax.js";
import { keepDirective } from "./directive.js";
import { lowerEscape } from "./escape.js";
import { lowerExpression } from "./expression.js";
import type { ProgramIndex } from "./program-index.js";
import { lowerList, lowerReturnedValue, lowerReturnOf } from "./statement.js";
import { type FunctionNode, isFunctionNode, outward, type Unit } from "./syntax.js";

export type Lowering =
  | { readonly kind: "lowered"; readonly lowered: LoweredFunction }
  | { readonly kind: "left-alone"; readonly why: string };

/** Blocks beyond which a function is left alone: generated code, whose analysis would cost more than it frees. */
const largestFunction = 4000;

export function lowerFunction(
  index: ProgramIndex,
  node: Unit,
  mode: { readonly annotatedOnly: boolean },
): Lowering {
  try {
    const facts = ts.isClassLike(node) ? null : index.factsOfFunction(node);
    if (facts?.hopeless) throw new Bailout(facts.hopeless);
    if (isTooDeep(node.getSourceFile())) throw new Bailout("a file with so long an expression");
    const b = new FunctionBuilder(index, node);
    b.keepSite = (site) => keepDirective(site, mode);
    const lowered = ts.isClassLike(node)
      ? lowerImplicitConstructor(b, node)
      : lowerUnit(b, node, facts?.usesArguments ?? false);
    if (lowered.ir.blocks.length > largestFunction) throw new Bailout("a function of this size");
    verifyFunction(lowered.ir);
    return { kind: "lowered", lowered };
  } catch (error) {
    if (error instanceof Bailout) return { kind: "left-alone", why: error.why };
    throw error;
  }
}

function lowerUnit(b: FunctionBuilder, node: FunctionNode, usesArguments: boolean): LoweredFunction {
  if (ts.isSourceFile(node)) {
    lowerList(b, node, node.statements);
    return b.finish({ functionKind: "ordinary", parameters: [], hasRest: false, receiver: null });
  }
  if (ts.isClassStaticBlockDeclaration(node)) {
    lowerList(b, node.body, node.body.statements);
    return b.finish({
      functionKind: "ordinary",
      parameters: [],
      hasRest: false,
      receiver: receiverIfUsed(b, node),
    });
  }
  if (ts.isPropertyDeclaration(node)) return lowerInitialiser(b, node);
  // Parameters are evaluated before any statement; sites in their defaults belong to the body's first.
  const region = b.newRegion(node, "parameters");
  const parameters: VariableId[] = [];
  b.inStatement(region, 0, () => {
    if (ts.isConstructorDeclaration(node)) lowerInstanceFields(b, node.parent, "without-base");
    lowerParameters(b, node, { parameters, usesArguments });
    // A generator has bound its parameters when it is first suspended.
    if ("asteriskToken" in node && node.asteriskToken) b.emit(node, { kind: "suspend" });
  });
  lowerFunctionBody(b, node);
  const last = node.parameters[node.parameters.length - 1];
  return b.finish({
    functionKind: functionKindOf(node),
    parameters,
    hasRest: last?.dotDotDotToken !== undefined || usesArguments,
    receiver: receiverIfUsed(b, node),
  });
}

/** `field = value` in a class: a function that stores the value in `this`. No statement can be inserted there. */
function lowerInitialiser(b: FunctionBuilder, node: TS.PropertyDeclaration): LoweredFunction {
  const region = b.newRegion(node, "parameters");
  b.inStatement(region, 0, () => {
    const { initializer, name } = node;
    if (!initializer) throw new Bailout("a field without an initialiser");
    const value = lowerExpression(b, initializer);
    const member = b.index.classes.memberName(name);
    const field: Field = member === null ? { kind: "any" } : { kind: "named", name: member };
    b.emit(node, { kind: "store", base: receiverVariable(b, initializer), field, value });
  });
  return b.finish({
    functionKind: "ordinary",
    parameters: [],
    hasRest: false,
    receiver: receiverIfUsed(b, node),
  });
}

interface Parameters {
  readonly parameters: VariableId[];
  readonly usesArguments: boolean;
}

function lowerParameters(
  b: FunctionBuilder,
  node: TS.FunctionLikeDeclaration,
  { parameters, usesArguments }: Parameters,
): void {
  const declared = node.parameters.filter(
    (each) => !(ts.isIdentifier(each.name) && each.name.text === "this"),
  );
  // The raw values; what the source names are variables of their own.
  for (let i = 0; i < declared.length; i++) parameters.push(b.newVariable(`#${i}`, "parameter"));
  if (usesArguments) {
    // Arguments beyond the declared ones are in it too.
    const hasRest = declared[declared.length - 1]?.dotDotDotToken !== undefined;
    if (!hasRest) parameters.push(b.newVariable("arguments", "parameter"));
    const why = "reachable through `arguments`";
    lowerEscape(b, node, { operands: parameters, reason: "unsupported-syntax", why });
  }
  declared.forEach((parameter, i) => {
    declareVariable(b, parameter.name, { region: null, keepsValue: false });
    const value = withDefault(b, parameters[i] as VariableId, parameter.initializer);
    declarePattern(b, parameter.name, value);
    // `constructor(private x: T)` stores the parameter in the new object.
    if (ts.isParameterPropertyDeclaration(parameter, parameter.parent) && ts.isIdentifier(parameter.name)) {
      const base = receiverVariable(b, parameter);
      b.emit(parameter, { kind: "store", base, field: { kind: "named", name: parameter.name.text }, value });
    }
  });
}

function lowerFunctionBody(b: FunctionBuilder, node: TS.FunctionLikeDeclaration): void {
  const { body } = node as TS.FunctionDeclaration | TS.ArrowFunction;
  if (!body) throw new Bailout("a function without a body");
  if (ts.isBlock(body)) return lowerList(b, body, body.statements);
  // `x => value`: a list whose only statement returns the value.
  const region = b.newRegion(body, "value");
  b.inStatement(region, 0, () => {
    b.point(body, { kind: "statement", region, index: 0, leaves: false });
    const value = lowerReturnedValue(b, body);
    b.point(body, { kind: "return-value", region, index: 0, leaves: true });
    lowerReturnOf(b, body, value);
  });
}

function functionKindOf(node: TS.FunctionLikeDeclaration): FunctionKind {
  const isAsync = !!(ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async);
  const isGenerator = "asteriskToken" in node && node.asteriskToken !== undefined;
  if (isAsync) return isGenerator ? "async-generator" : "async";
  return isGenerator ? "generator" : "ordinary";
}

/** The function that `this` at `node` belongs to. */
function receiverOwner(node: TS.Node): FunctionNode {
  let at = node;
  do at = outward(at);
  while (!isFunctionNode(at) || ts.isArrowFunction(at));
  return at;
}

/** The variable that holds `this`: the function's own, or the one captured by an arrow function. */
export function receiverVariable(b: FunctionBuilder, node: TS.Node): VariableId {
  const owner = receiverOwner(node);
  if (ts.isSourceFile(owner)) {
    const target = b.temporary();
    b.emit(node, { kind: "foreign", target });
    return target;
  }
  const binding = b.index.bindingId(owner);
  const kind = owner === b.node ? "parameter" : "outer";
  return b.bindingVariable(binding, () => b.newVariable("this", kind, { binding, captured: true }));
}

function receiverIfUsed(b: FunctionBuilder, node: Unit): VariableId | null {
  return b.existingVariable(b.index.bindingId(node));
}
