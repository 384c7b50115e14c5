/**
 * What each use of a small buffer's name does: R3 to R5 of `replace-scalars.ts`.
 *
 * # Assignments whose value is used
 * `x[0] = e` gives `e` as it was, and `x[0]++` what was there before; the variable holds what was converted. Where the conversion can't
 * change anything the two are one, and the assignment is kept as it is. Anywhere else only a value that nobody looks at will do.
 */
import type TS from "typescript";
import { forEachChild } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { isAssignmentTarget, outermost } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { constantOf } from "./constants.js";
import type { Birth, ElementsType, ScalarUse } from "./scalar-buffer.js";
import { changesWhenStored, isElement, isReadElement, isSurelyNumber } from "./values.js";

/** All uses of the buffer; `null` where one of them is not understood, or may come too early. */
export function usesOfBuffer(index: ProgramIndex, birth: Birth): ScalarUse[] | null {
  const names = namesIn(index, birth);
  const uses: ScalarUse[] = [];
  for (const name of names ?? []) {
    const use = isAfterBirth(birth, name) ? useAt(index, birth, name) : null;
    if (!use) return null;
    uses.push(use);
  }
  return names && uses;
}

/** Where the name stands below its block, the declaration aside; `null` where a word may be it or not. */
function namesIn(index: ProgramIndex, { scope, symbol, declaration }: Birth): TS.Identifier[] | null {
  const found: TS.Identifier[] = [];
  let isClear = true;
  const visit = (node: TS.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (!ts.isIdentifier(node)) return forEachChild(node, visit);
    if (node.text !== symbol.name || node === declaration.name || isMember(node)) return;
    const meant = index.localSymbolOf(node);
    if (meant === symbol) found.push(node);
    else if (!meant) isClear = false;
  };
  visit(scope);
  return isClear ? found : null;
}

function isMember(node: TS.Identifier): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
}

/** R4 */
function isAfterBirth({ scope, declaration }: Birth, name: TS.Identifier): boolean {
  if (name.pos < declaration.end) return false;
  const around = scope.statements.find((each) => each.pos <= name.pos && name.end <= each.end);
  return around !== undefined && !isHoistedStatement(around);
}

function isHoistedStatement(node: TS.Statement): boolean {
  return ts.isLabeledStatement(node) ? isHoistedStatement(node.statement) : ts.isFunctionDeclaration(node);
}

function useAt(index: ProgramIndex, birth: Birth, name: TS.Identifier): ScalarUse | null {
  const base = outermost(name);
  const access = base.parent;
  if (!ts.isPropertyAccessExpression(access) && !ts.isElementAccessExpression(access)) return null;
  if (access.expression !== base || ts.isOptionalChain(access) || isCalled(access)) return null;
  if (ts.isPropertyAccessExpression(access)) return lengthUse(birth, access);
  const at = constantOf(index, access.argumentExpression, birth.declaration);
  if (at === null || !Number.isInteger(at) || at < 0 || at >= birth.length) return null;
  return elementUse(index, birth, { access, at });
}

/** What is called, deleted or a tag is more than a value, or an error that names it. */
function isCalled(access: TS.Expression): boolean {
  const node = outermost(access);
  const { parent } = node;
  if (ts.isDeleteExpression(parent)) return true;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === node;
}

function lengthUse({ length, type }: Birth, node: TS.PropertyAccessExpression): ScalarUse | null {
  if (isAssignmentTarget(node)) return null;
  if (node.name.text === "length") return { kind: "length", node, value: length };
  if (node.name.text !== "byteLength") return null;
  return { kind: "length", node, value: (length * bitsOf(type)) / 8 };
}

function bitsOf(type: ElementsType): number {
  return Number(/\d+/.exec(type)?.[0]);
}

interface Element {
  readonly access: TS.ElementAccessExpression;
  readonly at: number;
}

function elementUse(index: ProgramIndex, birth: Birth, { access, at }: Element): ScalarUse | null {
  const node = outermost(access);
  if (!isReadElement(index, node)) return null;
  if (!isAssignmentTarget(access)) return { kind: "read", node: access, at };
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node && !isAssignmentTarget(parent))
    return assignment(index, birth, { node: parent, at });
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const converts = birth.type !== "Float64Array";
    return converts && isValueUsed(parent) ? null : { kind: "step", node: parent, at, converts };
  }
  return null;
}

/** R5 */
function assignment(
  index: ProgramIndex,
  { type }: Birth,
  { node, at }: { readonly node: TS.BinaryExpression; readonly at: number },
): ScalarUse | null {
  if (!isElement(index, type, node.right)) return null;
  const isStore = node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (!isStore && !isUpdate(node.operatorToken.kind)) return null;
  const converts = isStore
    ? changesWhenStored(index, type, node.right)
    : changesWhenUpdated(index, type, node);
  if (converts && isValueUsed(node)) return null;
  return { kind: isStore ? "store" : "update", node, at, converts };
}

function isUpdate(operator: TS.SyntaxKind): boolean {
  const { FirstCompoundAssignment, LastCompoundAssignment } = ts.SyntaxKind;
  const isLogical =
    operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    operator === ts.SyntaxKind.BarBarEqualsToken ||
    operator === ts.SyntaxKind.QuestionQuestionEqualsToken;
  return operator >= FirstCompoundAssignment && operator <= LastCompoundAssignment && !isLogical;
}

/** Whether an update may give something else than the buffer would hold then. */
function changesWhenUpdated(
  index: ProgramIndex,
  type: ElementsType,
  { operatorToken: { kind }, right }: TS.BinaryExpression,
): boolean {
  switch (type) {
    case "Float64Array":
      // What is added to a number may be a string.
      return kind === ts.SyntaxKind.PlusEqualsToken && !isSurelyNumber(index, right);
    case "Int32Array":
      return !(
        kind === ts.SyntaxKind.BarEqualsToken ||
        kind === ts.SyntaxKind.AmpersandEqualsToken ||
        kind === ts.SyntaxKind.CaretEqualsToken ||
        kind === ts.SyntaxKind.LessThanLessThanEqualsToken ||
        kind === ts.SyntaxKind.GreaterThanGreaterThanEqualsToken
      );
    case "Uint32Array":
      return kind !== ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken;
    default:
      return true;
  }
}

/** Whether anything is done with what an expression gives. */
function isValueUsed(expression: TS.Expression): boolean {
  const node = outermost(expression);
  const { parent } = node;
  if (ts.isExpressionStatement(parent) || ts.isVoidExpression(parent)) return false;
  if (ts.isForStatement(parent)) return parent.initializer !== node && parent.incrementor !== node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node || isValueUsed(parent);
  if (!ts.isBinaryExpression(parent)) return true;
  switch (parent.operatorToken.kind) {
    case ts.SyntaxKind.CommaToken:
      return parent.left !== node && isValueUsed(parent);
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return parent.left === node || isValueUsed(parent);
    default:
      return true;
  }
}
