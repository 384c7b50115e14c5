/**
 * What a package's own code does that could make a method another function than the one that its class declares.
 *
 * By syntax alone, since types say little in JavaScript, and for one package at a time: that one package patches the classes of another is
 * no more assumed of packages that are read than of those that are not.
 */
import type TS from "typescript";
import { ts } from "../../typescript.js";
import { forEachChild } from "../deep-syntax.js";
import { isAssignmentTarget } from "../syntax.js";

export interface PackageFacts {
  /** Names of properties that are assigned or defined somewhere, other than on a prototype, by a class or by a literal. */
  readonly assigned: ReadonlySet<string>;
  /** Prototypes change in ways that are not understood. */
  readonly tampers: boolean;
}

interface Walk {
  readonly assigned: Set<string>;
  tampers: boolean;
}

/**
 * @param files the modules that are read
 * @param texts those that are loaded too, but not read: what they might do counts as done
 */
export function collectPackageFacts(files: readonly TS.SourceFile[], texts: readonly string[]): PackageFacts {
  const walk: Walk = { assigned: new Set(), tampers: false };
  for (const file of files) walkNode(walk, file);
  for (const text of texts) {
    if (
      /\bprototype\b|__proto__|[gs]etPrototypeOf|__define[GS]etter__|definePropert|\beval\b|\bFunction\b/.test(
        text,
      )
    )
      walk.tampers = true;
    for (const [, name] of text.matchAll(/\.([\w$]+)\s*(?:=(?!=)|[-+*/%&|^?]+=)/g))
      if (name !== undefined) walk.assigned.add(name);
  }
  return walk;
}

const changing =
  /^(?:__proto__|getPrototypeOf|setPrototypeOf|__defineGetter__|__defineSetter__|eval|Function)$/;

function walkNode(walk: Walk, node: TS.Node): void {
  if (ts.isIdentifier(node) && changing.test(node.text)) walk.tampers = true;
  if (ts.isStringLiteralLike(node) && /^(?:__proto__|prototype)$/.test(node.text)) walk.tampers = true;
  if (ts.isPropertyAccessExpression(node)) noteAccess(walk, node);
  if (ts.isElementAccessExpression(node) && isAssignmentTarget(node)) noteName(walk, node.argumentExpression);
  if (ts.isCallExpression(node)) noteDefinition(walk, node);
  forEachChild(node, (child) => walkNode(walk, child));
}

function noteAccess(walk: Walk, node: TS.PropertyAccessExpression): void {
  if (node.name.text === "prototype") {
    if (!isLibraryPrototype(node) && prototypeMember(node.parent) === null) walk.tampers = true;
  } else if (isAssignmentTarget(node) && !prototypeMember(node)?.isOfFunction)
    walk.assigned.add(node.name.text);
}

/** `Object.prototype.hasOwnProperty.call(…)` reads what the language has. */
function isLibraryPrototype({ expression }: TS.PropertyAccessExpression): boolean {
  return ts.isIdentifier(expression) && /^(?:Object|Array|Function|String|Number)$/.test(expression.text);
}

/** A member of a prototype that a module defines at its top level: `C.prototype.m = …;`. */
export interface PrototypeMember {
  readonly name: string;
  readonly value: TS.Expression;
  /** `C` is a function of the module's top level: this is how its methods are defined. Those of a class are replaced. */
  readonly isOfFunction: boolean;
}

export function prototypeMember(node: TS.Node): PrototypeMember | null {
  if (!ts.isPropertyAccessExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { parent, expression: prototype, name } = node;
  if (prototype.name.text !== "prototype" || !ts.isIdentifier(prototype.expression)) return null;
  const isDefined =
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isExpressionStatement(parent.parent) &&
    ts.isSourceFile(parent.parent.parent);
  if (!isDefined) return null;
  const { text } = prototype.expression;
  const isOfFunction = node
    .getSourceFile()
    .statements.some((each) => ts.isFunctionDeclaration(each) && each.name?.text === text);
  return { name: name.text, value: parent.right, isOfFunction };
}

/** `Object.defineProperty(o, "name", …)`, `Reflect.set(o, "name", …)`, `Object.assign(o, { name: … })`. */
function noteDefinition(walk: Walk, { expression, arguments: [, ...given] }: TS.CallExpression): void {
  if (!ts.isPropertyAccessExpression(expression)) return;
  const { text } = expression.name;
  const [first] = given;
  if (text.startsWith("definePropert")) {
    // A name that is known at run time only may be any.
    if (first && ts.isStringLiteralLike(first)) walk.assigned.add(first.text);
    else walk.tampers = true;
  } else if (text === "set" && first) noteName(walk, first);
  else if (text === "assign") for (const each of given) noteLiteral(walk, each);
}

/** Of other keys the objects are known that get them: what nobody else has is followed, and of what others have nothing is believed. */
function noteName(walk: Walk, key: TS.Expression): void {
  if (ts.isStringLiteralLike(key)) walk.assigned.add(key.text);
}

function noteLiteral(walk: Walk, node: TS.Expression): void {
  if (!ts.isObjectLiteralExpression(node)) return;
  for (const { name } of node.properties)
    if (name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name))) walk.assigned.add(name.text);
}
