/**
 * Whether the prototype that an expression gives may be changed where it is used.
 *
 * # Idea
 * Of `C.prototype`, for a class that is named, `member-facts.ts` notes the class. Of a class in a variable, or of an instance, nobody can tell
 * whose prototype it is, and a member that is defined there is a method of any class. But most that ask for a prototype do so to look at it.
 *
 * # Invariants
 * - P1 A prototype is not changed where it is compared or tested, where a member of it is read or assigned by name (which is noted by that
 *   name), where it is made the prototype of an object, where a function of the library looks at it, and where a variable holds it of which all
 *   uses are such.
 *
 * # Example
 * `Object.setPrototypeOf(this, new.target.prototype)` changes no prototype; `Object.defineProperty(C.prototype, name, …)` may.
 */
import type TS from "typescript";
import { isLibrary } from "../effects/lookup.js";
import { ts } from "../typescript.js";
import { findUses, wrapped } from "./find-uses.js";
import type { ProgramIndex } from "./program-index.js";
import { isAssignmentTarget, skipWrappers } from "./syntax.js";

/** Functions of `Object` and `Reflect` that look at their arguments, or keep them as they are. */
const looking = new Set(
  `getPrototypeOf getOwnPropertyNames getOwnPropertySymbols getOwnPropertyDescriptor getOwnPropertyDescriptors keys values
  entries hasOwn is freeze seal preventExtensions isExtensible isFrozen isSealed ownKeys has get`.split(
    /\s+/,
  ),
);

/** Whether an expression is the global of that name. */
export function isGlobal(index: ProgramIndex, node: TS.Expression, name: string): boolean {
  const inner = skipWrappers(node);
  if (!ts.isIdentifier(inner) || inner.text !== name) return false;
  return index.symbolOf(inner)?.declarations?.some((each) => isLibrary(index, each)) ?? false;
}

/** `Object.getPrototypeOf` or `Reflect.getPrototypeOf`, other than called on a global, and `x.__proto__`. */
export function givesPrototype(index: ProgramIndex, node: TS.PropertyAccessExpression): boolean {
  const name = node.name.text;
  if (name === "__proto__") return true;
  if (name !== "getPrototypeOf") return false;
  const isReflecting =
    isGlobal(index, node.expression, "Object") || isGlobal(index, node.expression, "Reflect");
  if (!isReflecting) return false;
  const { parent } = node;
  const [of] = ts.isCallExpression(parent) && parent.expression === node ? parent.arguments : [];
  return !(of && ts.isIdentifier(of) && isGlobal(index, of, of.text));
}

export function mayChangePrototype(index: ProgramIndex, node: TS.Expression): boolean {
  return mayChange(index, node, new Set());
}

/** Whether a function that is neither the program's nor the language's is given it. */
export function isGivenAway(index: ProgramIndex, node: TS.Expression): boolean {
  const { parent } = wrapped(node);
  if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) return false;
  const declaration = index.checker.getResolvedSignature(parent)?.declaration;
  return !declaration || (declaration.getSourceFile().isDeclarationFile && !isLibrary(index, declaration));
}

function mayChange(index: ProgramIndex, node: TS.Expression, seen: Set<TS.Symbol>): boolean {
  const outer = wrapped(node);
  const { parent } = outer;
  if (ts.isPropertyAccessExpression(parent)) return false;
  if (ts.isElementAccessExpression(parent)) {
    const key = skipWrappers(parent.argumentExpression);
    return isAssignmentTarget(parent) && !ts.isStringLiteralLike(key);
  }
  if (isTested(parent, outer)) return false;
  if (ts.isBinaryExpression(parent)) return mayChangeInOperator(index, { node: outer, parent, seen });
  if (ts.isVariableDeclaration(parent))
    return ts.isIdentifier(parent.name)
      ? mayChangeIn(index, parent.name, seen)
      : !ts.isObjectBindingPattern(parent.name);
  if (ts.isCallExpression(parent)) return !isLookedAt(index, parent, outer);
  return true;
}

function isTested(parent: TS.Node, node: TS.Expression): boolean {
  if (ts.isExpressionStatement(parent) || ts.isTypeOfExpression(parent) || ts.isVoidExpression(parent))
    return true;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) return true;
  if (ts.isForStatement(parent)) return true;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  return ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.ExclamationToken;
}

function mayChangeInOperator(
  index: ProgramIndex,
  { node, parent, seen }: { node: TS.Expression; parent: TS.BinaryExpression; seen: Set<TS.Symbol> },
): boolean {
  switch (parent.operatorToken.kind) {
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.InstanceOfKeyword:
    case ts.SyntaxKind.InKeyword:
      return false;
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return parent.left !== node && mayChange(index, parent, seen);
    case ts.SyntaxKind.CommaToken:
      return parent.left !== node && mayChange(index, parent, seen);
    case ts.SyntaxKind.EqualsToken: {
      if (parent.left === node) return false;
      const target = skipWrappers(parent.left);
      return !ts.isIdentifier(target) || mayChangeIn(index, target, seen) || mayChange(index, parent, seen);
    }
    default:
      return true;
  }
}

/** Whether a variable that holds it may be used to change it. */
function mayChangeIn(index: ProgramIndex, name: TS.Identifier, seen: Set<TS.Symbol>): boolean {
  const symbol = index.symbolOf(name);
  if (!symbol?.valueDeclaration || !ts.isVariableDeclaration(symbol.valueDeclaration)) return true;
  if (seen.has(symbol)) return false;
  seen.add(symbol);
  const uses = findUses(index, symbol);
  return uses === null || uses.some((use) => mayChange(index, use, seen));
}

/** Whether a function of `Object` or `Reflect` is given it, and leaves it as it is. */
function isLookedAt(index: ProgramIndex, call: TS.CallExpression, node: TS.Expression): boolean {
  const callee = skipWrappers(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  if (!isGlobal(index, callee.expression, "Object") && !isGlobal(index, callee.expression, "Reflect"))
    return false;
  const { text } = callee.name;
  if (text === "create") return call.arguments[0] === node;
  if (text === "setPrototypeOf") return call.arguments[1] === node;
  return looking.has(text);
}
