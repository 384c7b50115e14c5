/** Lowers calls, `new` and tagged templates: which function is called, and with what. */
import type TS from "typescript";
import { Bailout } from "../bailout.js";
import { libraryEffects } from "../effects/lookup.js";
import { bufferTypes } from "../ir/effect.js";
import type { BlockId, VariableId } from "../ir/ids.js";
import type { Argument, BufferForm, Callee, SiteKind } from "../ir/ir.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder } from "./builder.js";
import { declaredMethods, enclosingClass, functionNamed, staticMethod, superMethod } from "./callee.js";
import { lowerBaseConstructor, lowerInstanceFields } from "./construct.js";
import {
  capturesOf,
  constant,
  foreign,
  leaveIfAbsent,
  lowerBase,
  lowerExpression,
  lowerLink,
} from "./expression.js";
import { receiverVariable } from "./function.js";
import { lowerFieldKey } from "./member.js";
import { classifyConstruction } from "./site.js";
import { type FunctionNode, skipWrappers } from "./syntax.js";

function lowerArguments(b: FunctionBuilder, nodes: readonly TS.Expression[] | undefined): Argument[] {
  return (nodes ?? []).map((node) =>
    ts.isSpreadElement(node)
      ? { variable: lowerExpression(b, node.expression), spread: true }
      : { variable: lowerExpression(b, node), spread: false },
  );
}

export function lowerCall(b: FunctionBuilder, node: TS.CallExpression, short: BlockId | null): VariableId {
  const callee = ts.isParenthesizedExpression(node.expression)
    ? node.expression
    : skipWrappers(node.expression);
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return lowerSuperCall(b, node);
  if (callee.kind === ts.SyntaxKind.ImportKeyword)
    return emitCall(b, node, { callee: { kind: "unknown", name: "import" }, receiver: null });
  if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) {
    return lowerMethodCall(b, node, { member: callee, short });
  }
  const library = libraryEffects(b.index, node);
  if (library) return emitCall(b, node, { callee: { kind: "library", ...library }, receiver: null });
  const targets = functionTargets(b, callee);
  if (targets) return emitCall(b, node, { callee: targets, receiver: null });
  const inChain = short !== null && ts.isOptionalChain(node);
  const variable = inChain ? lowerLink(b, node.expression, short) : lowerExpression(b, node.expression);
  leaveIfAbsent(b, node, { short, base: variable });
  const name = shortText(callee);
  return emitCall(b, node, { callee: { kind: "value", variable, name, declared: null }, receiver: null });
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
  readonly short: BlockId | null;
}

function lowerMethodCall(
  b: FunctionBuilder,
  node: TS.CallExpression,
  { member, short }: MethodCall,
): VariableId {
  const isSuper = member.expression.kind === ts.SyntaxKind.SuperKeyword;
  const receiver = isSuper ? receiverVariable(b, node) : lowerBase(b, member, short);
  const library = isSuper ? null : libraryEffects(b.index, node);
  if (library) {
    leaveIfAbsent(b, node, { short, base: receiver });
    return emitCall(b, node, { callee: { kind: "library", ...library }, receiver });
  }
  const target = methodTarget(b, member) ?? functionTargets(b, member);
  if (target) {
    if (ts.isElementAccessExpression(member)) lowerFieldKey(b, member.argumentExpression);
    return emitCall(b, node, { callee: target, receiver });
  }
  const key = ts.isPropertyAccessExpression(member) ? member.name : member.argumentExpression;
  const field = lowerFieldKey(b, key);
  const variable = b.temporary();
  b.emit(member, { kind: "load", target: variable, base: receiver, field });
  leaveIfAbsent(b, node, { short, base: variable });
  const name = shortText(member);
  const callee: Callee = isSuper
    ? { kind: "unknown", name }
    : { kind: "value", variable, name, declared: declaredMethods(b, member) };
  return emitCall(b, node, { callee, receiver });
}

function shortText(node: TS.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

interface Call {
  readonly callee: Callee;
  readonly receiver: VariableId | null;
}

function emitCall(
  b: FunctionBuilder,
  node: TS.CallExpression | TS.NewExpression,
  { callee, receiver }: Call,
): VariableId {
  const target = b.temporary();
  const args = lowerArguments(b, node.arguments);
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

/** A library call that makes a buffer is that buffer's site. */
function callSite(b: FunctionBuilder, node: TS.CallExpression | TS.NewExpression, callee: Callee): SiteKind {
  if (callee.kind !== "library") return { kind: "call" };
  for (const effect of callee.effects) {
    switch (effect.result.kind) {
      case "fresh-buffer":
        return { kind: "buffer", type: effect.result.type, form: formOf(node, callee.name) };
      case "fresh-buffer-like-receiver":
      case "fresh-buffer-or-view":
        return { kind: "buffer", type: bufferTypeName(b, node), form: formOf(node, callee.name) };
    }
  }
  return { kind: "call" };
}

/** The forms that the runtime has a counterpart of; it takes plain arguments only, which nothing can go wrong with. */
function formOf(node: TS.CallExpression | TS.NewExpression, name: string): BufferForm {
  const args = node.arguments ?? [];
  if (ts.isNewExpression(node) || ts.isOptionalChain(node) || args.some(ts.isSpreadElement)) return "other";
  if (name === "slice" && args.length <= 2 && args.every(isPlain)) return "slice";
  return name === "from" && args.length === 1 ? "from" : "other";
}

/** Evaluating it can neither fail nor do anything; so it does not matter that a missing receiver is noticed later. */
function isPlain(node: TS.Expression): boolean {
  const value = skipWrappers(node);
  if (ts.isPrefixUnaryExpression(value)) return ts.isNumericLiteral(value.operand);
  return ts.isNumericLiteral(value) || ts.isIdentifier(value);
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
  const declaration = functionNamed(b, callee);
  if (!declaration) return null;
  const captures = capturesOf(b, declaration);
  const name = shortText(callee);
  return { kind: "functions", name, targets: [b.index.functionId(declaration)], captures };
}

/** The one method that the callee means whatever the receiver is: a static one, or that of a base class. */
function methodTarget(b: FunctionBuilder, member: MethodCall["member"]): Callee | null {
  const isSuper = member.expression.kind === ts.SyntaxKind.SuperKeyword;
  const target = isSuper ? superMethod(b, member) : staticMethod(b, member);
  if (target === null) return null;
  const node = b.index.functionNode(target) as FunctionNode;
  return { kind: "functions", name: shortText(member), targets: [target], captures: capturesOf(b, node) };
}

// Construction

export function lowerNew(b: FunctionBuilder, node: TS.NewExpression): VariableId {
  const construction = classifyConstruction(b.index, node);
  switch (construction.kind) {
    case "buffer": {
      // The constructor expression is evaluated too; a plain name has no effect.
      if (!ts.isIdentifier(skipWrappers(node.expression))) lowerExpression(b, node.expression);
      const operands = lowerArguments(b, node.arguments).map((each) => each.variable);
      const site = b.newSite(node, { kind: "buffer", type: construction.type, form: construction.form });
      const target = b.temporary();
      b.emit(node, { kind: "allocate", target, site, operands });
      return target;
    }
    case "library":
      return emitCall(b, node, { callee: construction.callee, receiver: null });
    case "other": {
      const name = `new ${shortText(node.expression)}`;
      const known = b.index.classes.classOf(node.expression);
      const info = known && b.index.classes.info(known);
      // What an unknown constructor captures has escaped where its class was evaluated.
      lowerExpression(b, node.expression);
      const callee: Callee = info ? { kind: "class", name, class: info.id } : { kind: "unknown", name };
      return emitCall(b, node, { callee, receiver: null });
    }
  }
}

export function lowerTaggedTemplate(b: FunctionBuilder, node: TS.TaggedTemplateExpression): VariableId {
  const tag = skipWrappers(node.tag);
  let receiver: VariableId | null = null;
  if (ts.isPropertyAccessExpression(tag)) receiver = lowerExpression(b, tag.expression);
  else lowerExpression(b, tag);
  const strings = foreign(b, node.template);
  const values = ts.isTemplateExpression(node.template)
    ? node.template.templateSpans.map((span) => lowerExpression(b, span.expression))
    : [constant(b, node.template)];
  const target = b.temporary();
  b.emit(node, {
    kind: "call",
    target,
    callee: { kind: "unknown", name: shortText(tag) },
    receiver,
    arguments: [strings, ...values].map((variable) => ({ variable, spread: false })),
    construct: false,
    site: b.newSite(node, { kind: "call" }),
  });
  return target;
}
