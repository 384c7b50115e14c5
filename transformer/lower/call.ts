/** Lowers calls, `new` and tagged templates: which function is called, and with what. */
import type TS from "typescript";
import { Bailout } from "../bailout.js";
import { lateMethod, libraryEffects } from "../effects/lookup.js";
import { bufferTypes } from "../ir/effect.js";
import type { BlockId, FunctionId, VariableId } from "../ir/ids.js";
import type { Argument, BufferForm, Callee, SiteKind } from "../ir/ir.js";
import { ts } from "../typescript.js";
import { lowerArrayRest } from "./binding.js";
import type { FunctionBuilder } from "./builder.js";
import { declaredMethods, enclosingClass, functionNamed, staticMethod, superMethod } from "./callee.js";
import { lowerBaseConstructor, lowerInstanceFields } from "./construct.js";
import type { CallLike } from "./contracts.js";
import { lowerEscape } from "./escape.js";
import { capturesOf, foreign, leaveIfAbsent, lowerBase, lowerExpression, lowerLink } from "./expression.js";
import { receiverVariable } from "./function.js";
import { lowerFieldKey } from "./member.js";
import { isPure } from "./pure.js";
import { classifyConstruction } from "./site.js";
import { calledExpression, type FunctionNode, skipWrappers } from "./syntax.js";

/**
 * Evaluates arguments. Elements that are spread are taken out before the arguments after them are evaluated, which may put others in
 * their places: `f(...list, (list[0] = x))`.
 */
function lowerArguments(b: FunctionBuilder, nodes: readonly TS.Expression[] = []): Argument[] {
  return nodes.map((node, i) => {
    if (!ts.isSpreadElement(node)) return { variable: lowerExpression(b, node), spread: false };
    const source = lowerExpression(b, node.expression);
    const isDone = nodes.slice(i + 1).every((each) => isPure(b.index, each));
    return { variable: isDone ? source : lowerArrayRest(b, node, source), spread: true };
  });
}

function lowerTemplateValues(b: FunctionBuilder, node: TS.TemplateLiteral): Argument[] {
  const values = ts.isTemplateExpression(node) ? node.templateSpans.map((span) => span.expression) : [];
  const strings = foreign(b, node);
  return [strings, ...values.map((each) => lowerExpression(b, each))].map((variable) => ({
    variable,
    spread: false,
  }));
}

export function lowerCall(b: FunctionBuilder, node: TS.CallExpression, short: BlockId | null): VariableId {
  const callee = skipWrappers(node.expression);
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return lowerSuperCall(b, node);
  if (callee.kind === ts.SyntaxKind.ImportKeyword)
    return emitCall(b, node, { callee: { kind: "unknown", name: "import", contract: null }, receiver: null });
  return emitCall(b, node, lowerCallee(b, node, { written: node.expression, short }));
}

/** A tag is called as any function, with the array of strings, which nobody changes, and then the values. */
export function lowerTaggedTemplate(b: FunctionBuilder, node: TS.TaggedTemplateExpression): VariableId {
  return emitCall(b, node, lowerCallee(b, node, { written: node.tag, short: null }));
}

interface WrittenCallee {
  readonly written: TS.Expression;
  readonly short: BlockId | null;
}

/** Evaluates what is called and, for a method, its receiver: parentheses and assertions around `o.m` keep that. */
function lowerCallee(
  b: FunctionBuilder,
  node: TS.CallExpression | TS.TaggedTemplateExpression,
  { written, short }: WrittenCallee,
): Call {
  const { callee, isDetached } = calledExpression(written);
  // Parentheses cut an optional chain: an absent base in them is none of this call's.
  const inner = isParenthesized(written) ? null : short;
  if (!isDetached && (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)))
    return lowerMethod(b, node, { member: callee, inner, short });
  const library = libraryEffects(b.index, node);
  if (library) return { callee: { kind: "library", ...library }, receiver: null };
  const targets = functionTargets(b, callee);
  if (targets) return { callee: targets, receiver: null };
  const inChain = inner !== null && ts.isOptionalChain(node);
  const variable = inChain ? lowerLink(b, written, inner) : lowerExpression(b, written);
  leaveIfAbsent(b, node, { short, base: variable });
  const contract = b.index.contracts.ofCall(node);
  const name = shortText(callee);
  const declared = madeTargets(b, callee);
  const isMade = declared !== null;
  return {
    callee: { kind: "value", variable, name, declared, isMade, contract, late: null },
    receiver: null,
  };
}

function isParenthesized(node: TS.Expression): boolean {
  let at = node;
  while (ts.isNonNullExpression(at)) at = at.expression;
  return at !== skipWrappers(at);
}

function lowerSuperCall(b: FunctionBuilder, node: TS.CallExpression): VariableId {
  const args = lowerArguments(b, node.arguments);
  const receiver = receiverVariable(b, node);
  const owner = enclosingClass(node);
  if (!owner) throw new Bailout("a super call outside a class");
  lowerBaseConstructor(b, { node: owner, origin: node, receiver, args });
  lowerInstanceFields(b, owner, "after-super");
  return receiver;
}

interface MethodCall {
  readonly member: TS.PropertyAccessExpression | TS.ElementAccessExpression;
  /** Where an absent object of the member leads, and where an absent member. */
  readonly inner: BlockId | null;
  readonly short: BlockId | null;
}

function lowerMethod(
  b: FunctionBuilder,
  node: TS.CallExpression | TS.TaggedTemplateExpression,
  { member, inner, short }: MethodCall,
): Call {
  const isSuper = member.expression.kind === ts.SyntaxKind.SuperKeyword;
  const receiver = isSuper ? receiverVariable(b, node) : lowerBase(b, member, inner);
  const library = isSuper ? null : libraryEffects(b.index, node);
  if (library) {
    leaveIfAbsent(b, node, { short, base: receiver });
    return { callee: { kind: "library", ...library }, receiver };
  }
  const target = methodTarget(b, member) ?? functionTargets(b, member);
  if (target) {
    if (ts.isElementAccessExpression(member)) lowerFieldKey(b, member.argumentExpression);
    return { callee: target, receiver };
  }
  const key = ts.isPropertyAccessExpression(member) ? member.name : member.argumentExpression;
  const field = lowerFieldKey(b, key);
  const variable = b.temporary();
  b.emit(member, { kind: "load", target: variable, base: receiver, field });
  leaveIfAbsent(b, node, { short, base: variable });
  const name = shortText(member);
  const contract = b.index.contracts.ofCall(node);
  const made = madeTargets(b, member);
  const callee: Callee = isSuper
    ? { kind: "unknown", name, contract }
    : {
        ...{ kind: "value", variable, name, contract },
        declared: made ?? declaredMethods(b, member),
        isMade: made !== null,
        late: b.index.packages ? lateMethod(b.index, node) : null,
      };
  return { callee, receiver };
}

function shortText(node: TS.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

interface Call {
  readonly callee: Callee;
  readonly receiver: VariableId | null;
}

function emitCall(b: FunctionBuilder, node: CallLike, { callee, receiver }: Call): VariableId {
  const target = b.temporary();
  const args = ts.isTaggedTemplateExpression(node)
    ? lowerTemplateValues(b, node.template)
    : lowerArguments(b, node.arguments);
  b.emit(node, {
    kind: "call",
    target,
    callee,
    receiver,
    arguments: args,
    construct: ts.isNewExpression(node),
    site: b.newSite(node, callSite(b, node, callee)),
  });
  return target;
}

/** A library call that makes a buffer is that buffer's site, and so is a call that a declaration says makes one. */
function callSite(b: FunctionBuilder, node: CallLike, callee: Callee): SiteKind {
  if (callee.kind === "value" || callee.kind === "unknown") {
    const type = callee.contract?.fresh;
    return type ? { kind: "buffer", type, form: "promised" } : { kind: "call" };
  }
  if (callee.kind !== "library") return { kind: "call" };
  for (const effect of callee.effects) {
    switch (effect.result.kind) {
      case "fresh-buffer":
        return { kind: "buffer", type: effect.result.type, form: formOf(b, node, callee.name) };
      case "fresh-buffer-like-receiver":
      case "fresh-buffer-or-view":
      case "fresh-buffer-or-node-view":
        return { kind: "buffer", type: bufferTypeName(b, node), form: formOf(b, node, callee.name) };
    }
  }
  return { kind: "call" };
}

/** The forms that the runtime has a counterpart of. That a receiver is absent is noticed after the arguments are evaluated, so these are harmless. */
function formOf(b: FunctionBuilder, node: CallLike, name: string): BufferForm {
  if (ts.isTaggedTemplateExpression(node)) return "other";
  const args = node.arguments ?? [];
  if (ts.isNewExpression(node) || ts.isOptionalChain(node) || args.some(ts.isSpreadElement)) return "other";
  if (name === "slice" && args.length <= 2 && args.every((each) => isPure(b.index, each))) return "slice";
  const [first] = args;
  if (name === "map" && first && args.length === 1 && isCallback(b, first)) return "map";
  return name === "from" && args.length === 1 ? "from" : "other";
}

function isCallback(b: FunctionBuilder, node: TS.Expression): boolean {
  const value = skipWrappers(node);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) || isPure(b.index, value);
}

function bufferTypeName(b: FunctionBuilder, node: TS.Expression): (SiteKind & { kind: "buffer" })["type"] {
  const type = b.index.checker.getTypeAtLocation(node);
  const names = (type.isUnion() ? type.types : [type]).map((each) => each.symbol?.name);
  const name = names.find((each) => (bufferTypes as readonly (string | undefined)[]).includes(each));
  return (name ?? names[0] ?? "Float64Array") as (SiteKind & { kind: "buffer" })["type"];
}

// Functions of the program

/** The functions that a callee expression names, if they can be no others. */
function functionTargets(b: FunctionBuilder, callee: TS.Expression): Callee | null {
  const named = functionNamed(b.index, callee);
  if (!named || named.isMade) return null;
  const { declaration } = named;
  // A dependency's function has its own module around it, and nothing of this function.
  const captures = b.index.indexOf(declaration) === b.index ? capturesOf(b, declaration) : [];
  const name = shortText(callee);
  return { kind: "functions", name, targets: [b.index.functionId(declaration)], captures };
}

/** The function that a callee expression names, if a call that is over has made its closure: which one, its value says. */
function madeTargets(b: FunctionBuilder, callee: TS.Expression): FunctionId[] | null {
  const named = functionNamed(b.index, callee);
  return named?.isMade ? [b.index.functionId(named.declaration)] : null;
}

/** The one method that the callee means whatever the receiver is: a static one, or that of a base class. */
function methodTarget(b: FunctionBuilder, member: MethodCall["member"]): Callee | null {
  const isSuper = member.expression.kind === ts.SyntaxKind.SuperKeyword;
  const target = isSuper ? superMethod(b, member) : staticMethod(b, member);
  if (target === null) return null;
  const node = b.index.functionNode(target) as FunctionNode;
  return {
    kind: "functions",
    name: shortText(member),
    targets: [target],
    captures: capturesOf(b, node),
  };
}

// Construction

/** The length that an allocation names as a number; `null` where it names none. */
function constantLength(node: TS.NewExpression): number | null {
  const [length] = node.arguments ?? [];
  return length && ts.isNumericLiteral(length) ? Number(length.text) : null;
}

export function lowerNew(b: FunctionBuilder, node: TS.NewExpression): VariableId {
  const construction = classifyConstruction(b.index, node);
  switch (construction.kind) {
    case "buffer": {
      // The constructor expression is evaluated too; a plain name has no effect.
      if (!ts.isIdentifier(skipWrappers(node.expression))) lowerExpression(b, node.expression);
      const operands = lowerArguments(b, node.arguments).map((each) => each.variable);
      const { type, form } = construction;
      const site = b.newSite(node, { kind: "buffer", type, form, length: constantLength(node) });
      const target = b.temporary();
      b.emit(node, { kind: "allocate", target, site, operands });
      return target;
    }
    case "library":
      return emitCall(b, node, { callee: construction.callee, receiver: null });
    case "other": {
      const name = `new ${shortText(node.expression)}`;
      const info = b.index.classes.infoNamed(node.expression);
      // What a class captures has escaped where it was evaluated; a function may be called with `new` too.
      const value = lowerExpression(b, node.expression);
      if (!info)
        lowerEscape(b, node, { operands: [value], reason: "captured", why: `captured by \`${name}\`` });
      const callee: Callee = info
        ? { kind: "class", name, class: info.id }
        : { kind: "unknown", name, contract: b.index.contracts.ofCall(node) };
      return emitCall(b, node, { callee, receiver: null });
    }
  }
}
