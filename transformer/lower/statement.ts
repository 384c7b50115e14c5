/** Lowers statements: every construct that moves control. */
import type TS from "typescript";
import type { BlockId, RegionId, VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import { declarePattern, declareVariable, storeName } from "./binding.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerClass } from "./class.js";
import { forEachChild } from "./deep-syntax.js";
import { lowerEscape } from "./escape.js";
import { lowerClosure, lowerCondition, lowerExpression } from "./expression.js";
import { disposalOf, lowerFinally, withDisposal } from "./finally.js";
import { lowerDo, lowerFor, lowerForEach, lowerWhile } from "./loop.js";
import { saysDeclare, skipWrappers } from "./syntax.js";

/** Lowers a statement list, with a point before each statement and at the end. */
export function lowerList(
  b: FunctionBuilder,
  list: TS.Node,
  statements: readonly TS.Statement[],
  role: "list" | "single" | "missing-else" = "list",
): void {
  const region = b.newRegion(list, role);
  b.inStatement(region, 0, () => declareNames(b, region, statements));
  withDisposal(
    b,
    list,
    disposalOf(statements.filter(ts.isVariableStatement).map((each) => each.declarationList)),
    () => {
      statements.forEach((statement, index) => {
        b.point(statement, { kind: "statement", region, index, leaves: isJump(statement) });
        b.inStatement(region, index, () => lowerStatement(b, statement, []));
      });
      b.point(list, { kind: "statement", region, index: statements.length, leaves: false });
    },
  );
}

/** Lowers a loop body or branch: a block's list, or a single statement as a list of one. */
export function lowerBody(b: FunctionBuilder, body: TS.Statement): void {
  if (ts.isBlock(body)) lowerList(b, body, body.statements);
  else lowerList(b, body, [body], "single");
}

/** Declares the block's captured variables anew and hoists its function declarations. */
function declareNames(b: FunctionBuilder, region: RegionId, statements: readonly TS.Statement[]): void {
  for (const statement of statements) {
    if (ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.BlockScoped) {
      for (const declaration of statement.declarationList.declarations) {
        declareVariable(b, declaration.name, { region, keepsValue: false });
      }
    }
    if (ts.isClassDeclaration(statement) && statement.name) {
      declareVariable(b, statement.name, { region, keepsValue: false });
    }
  }
  // A switch hoists the functions of all its clauses itself.
  if (!b.isClause(region)) hoistFunctions(b, statements);
}

/** Each time a block is entered its functions are new, under new bindings of their names. */
function hoistFunctions(b: FunctionBuilder, statements: readonly TS.Statement[]): void {
  const functions = statements.filter(
    (each): each is TS.FunctionDeclaration => ts.isFunctionDeclaration(each) && each.body !== undefined,
  );
  for (const { name } of functions) if (name) declareVariable(b, name, { region: null, keepsValue: false });
  for (const each of functions) if (each.name) storeName(b, each.name, lowerClosure(b, each));
}

function isJump(statement: TS.Statement): boolean {
  return ts.isReturnStatement(statement) || ts.isBreakOrContinueStatement(statement);
}

export function lowerStatement(b: FunctionBuilder, node: TS.Statement, labels: readonly string[]): void {
  if (saysDeclare(node)) return;
  switch (node.kind) {
    case ts.SyntaxKind.Block:
      return lowerLabelled(b, labels, () => lowerList(b, node, (node as TS.Block).statements));
    case ts.SyntaxKind.VariableStatement:
      return lowerDeclarations(b, (node as TS.VariableStatement).declarationList);
    case ts.SyntaxKind.ExpressionStatement:
      return lowerExpressionStatement(b, node as TS.ExpressionStatement);
    case ts.SyntaxKind.IfStatement:
      return lowerLabelled(b, labels, () => lowerIf(b, node as TS.IfStatement));
    case ts.SyntaxKind.WhileStatement:
      return lowerWhile(b, node as TS.WhileStatement, labels);
    case ts.SyntaxKind.DoStatement:
      return lowerDo(b, node as TS.DoStatement, labels);
    case ts.SyntaxKind.ForStatement:
      return lowerFor(b, node as TS.ForStatement, labels);
    case ts.SyntaxKind.ForInStatement:
    case ts.SyntaxKind.ForOfStatement:
      return lowerForEach(b, node as TS.ForInOrOfStatement, labels);
    case ts.SyntaxKind.SwitchStatement:
      return lowerSwitch(b, node as TS.SwitchStatement, labels);
    case ts.SyntaxKind.TryStatement:
      return lowerLabelled(b, labels, () => lowerTry(b, node as TS.TryStatement));
    case ts.SyntaxKind.ReturnStatement:
      return lowerReturn(b, node as TS.ReturnStatement);
    case ts.SyntaxKind.ThrowStatement: {
      const value = lowerExpression(b, (node as TS.ThrowStatement).expression);
      lowerEscape(b, node, { operands: [value], reason: "thrown", why: "thrown" });
      b.end({ kind: "throw", origin: b.origin(node) });
      return;
    }
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement: {
      const label = (node as TS.BreakOrContinueStatement).label?.text ?? null;
      b.jump({ kind: ts.isBreakStatement(node) ? "break" : "continue", label }, node);
      return;
    }
    case ts.SyntaxKind.LabeledStatement: {
      const labelled = node as TS.LabeledStatement;
      return lowerStatement(b, labelled.statement, [...labels, labelled.label.text]);
    }
    case ts.SyntaxKind.ClassDeclaration:
      lowerClass(b, node as TS.ClassDeclaration);
      return;
    case ts.SyntaxKind.ExportAssignment:
      lowerEscape(b, node, {
        operands: [lowerExpression(b, (node as TS.ExportAssignment).expression)],
        reason: "exported",
        why: "exported",
      });
      return;
    case ts.SyntaxKind.ModuleDeclaration:
      return lowerNamespace(b, node as TS.ModuleDeclaration);
    case ts.SyntaxKind.EnumDeclaration:
      return lowerEnum(b, node as TS.EnumDeclaration);
    case ts.SyntaxKind.FunctionDeclaration: // hoisted
    case ts.SyntaxKind.EmptyStatement:
    case ts.SyntaxKind.DebuggerStatement:
    case ts.SyntaxKind.InterfaceDeclaration:
    case ts.SyntaxKind.TypeAliasDeclaration:
    case ts.SyntaxKind.ImportDeclaration:
    case ts.SyntaxKind.ImportEqualsDeclaration:
    case ts.SyntaxKind.ExportDeclaration:
    case ts.SyntaxKind.NamespaceExportDeclaration:
    case ts.SyntaxKind.MissingDeclaration:
    case ts.SyntaxKind.NotEmittedStatement:
      return;
    default:
      return lowerUnknownStatement(b, node);
  }
}

/** What is not understood: everything that it mentions escapes (S3). */
function lowerUnknownStatement(b: FunctionBuilder, node: TS.Statement): void {
  const operands: VariableId[] = [];
  forEachChild(node, (child) => {
    if (ts.isExpression(child)) operands.push(lowerExpression(b, child));
    else if (ts.isStatement(child)) lowerStatement(b, child, []);
  });
  lowerEscape(b, node, {
    operands,
    reason: "unsupported-syntax",
    why: `statement ${ts.SyntaxKind[node.kind]}`,
  });
}

/** Runs `body` as the target of `break label` for labels on a statement that is no loop. */
function lowerLabelled(b: FunctionBuilder, labels: readonly string[], body: () => void): void {
  if (labels.length === 0) return body();
  const after = b.newBlock();
  b.contexts.push({ kind: "breakable", labels, plain: false, breakTo: after, continueTo: null });
  body();
  b.contexts.pop();
  b.continueIn(after);
}

export function lowerDeclarations(b: FunctionBuilder, list: TS.VariableDeclarationList): void {
  const isUsing = (list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
  const isVar = !(list.flags & ts.NodeFlags.BlockScoped);
  for (const declaration of list.declarations) {
    if (declaration.initializer) {
      const value = lowerExpression(b, declaration.initializer);
      // The disposer runs unknown code on the resource when the block ends.
      if (isUsing)
        lowerEscape(b, declaration, {
          operands: [value],
          reason: "passed-to-unknown",
          why: "disposed by `using`",
        });
      declarePattern(b, declaration.name, value);
    } else if (!isVar) {
      const value = b.temporary();
      b.emit(declaration, { kind: "constant", target: value, value: { literal: undefined } });
      declarePattern(b, declaration.name, value);
    }
  }
}

function lowerExpressionStatement(b: FunctionBuilder, node: TS.ExpressionStatement): void {
  const expression = skipWrappers(node.expression);
  if (
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(expression.left)
  ) {
    const value = lowerExpression(b, expression.right);
    // A function is named after the variable it is assigned to directly, so nothing may come in between.
    if (!isFunctionDefinition(expression.right))
      b.point(node, { kind: "assigned-value", ...b.statementAt(), leaves: false });
    storeName(b, expression.left, value);
    return;
  }
  lowerExpression(b, node.expression);
}

function isFunctionDefinition(node: TS.Expression): boolean {
  const value = skipWrappers(node);
  return ts.isFunctionExpression(value) || ts.isArrowFunction(value) || ts.isClassExpression(value);
}

function lowerIf(b: FunctionBuilder, node: TS.IfStatement): void {
  const whenTrue = b.newBlock();
  const whenFalse = b.newBlock();
  const after = b.newBlock();
  lowerCondition(b, node.expression, whenTrue, whenFalse);
  b.switchTo(whenTrue);
  lowerBody(b, node.thenStatement);
  b.jumpTo(after);
  b.switchTo(whenFalse);
  if (node.elseStatement) lowerBody(b, node.elseStatement);
  // A missing `else` is an empty list, so that something can be inserted there.
  else lowerList(b, node, [], "missing-else");
  b.continueIn(after);
}

function lowerSwitch(b: FunctionBuilder, node: TS.SwitchStatement, labels: readonly string[]): void {
  const after = b.newBlock();
  const clauses = node.caseBlock.clauses;
  const bodies = clauses.map(() => b.newBlock());
  const subject = lowerExpression(b, node.expression);
  hoistFunctions(
    b,
    clauses.flatMap((clause) => [...clause.statements]),
  );
  let fallback = after;
  clauses.forEach((clause, i) => {
    const body = bodies[i] as BlockId;
    if (ts.isDefaultClause(clause)) {
      fallback = body;
      return;
    }
    const value = lowerExpression(b, clause.expression);
    b.emit(clause, { kind: "compute", target: b.temporary(), operands: [subject, value], coerces: false });
    const next = b.newBlock();
    b.branchTo(body, next);
    b.switchTo(next);
  });
  b.jumpTo(fallback);
  b.contexts.push({ kind: "breakable", labels, plain: true, breakTo: after, continueTo: null });
  clauses.forEach((clause, i) => {
    b.continueIn(bodies[i] as BlockId);
    lowerList(b, clause, clause.statements);
  });
  b.contexts.pop();
  b.continueIn(after);
}

function lowerTry(b: FunctionBuilder, node: TS.TryStatement): void {
  const { finallyBlock } = node;
  if (!finallyBlock) return lowerTryCatch(b, node);
  lowerFinally(b, node, {
    body: () => lowerTryCatch(b, node),
    finalizer: () => lowerList(b, finallyBlock, finallyBlock.statements),
  });
}

function lowerTryCatch(b: FunctionBuilder, node: TS.TryStatement): void {
  const { catchClause, tryBlock } = node;
  if (!catchClause) return lowerList(b, tryBlock, tryBlock.statements);
  const handler = b.newBlock();
  const after = b.newBlock();
  b.withHandler(handler, () => lowerList(b, tryBlock, tryBlock.statements));
  b.jumpTo(after);
  b.switchTo(handler);
  if (catchClause.variableDeclaration) {
    const error = b.temporary();
    b.emit(catchClause, { kind: "foreign", target: error });
    declareVariable(b, catchClause.variableDeclaration.name, { region: null, keepsValue: false });
    declarePattern(b, catchClause.variableDeclaration.name, error);
  }
  lowerList(b, catchClause.block, catchClause.block.statements);
  b.continueIn(after);
}

function lowerReturn(b: FunctionBuilder, node: TS.ReturnStatement): void {
  if (node.expression) {
    const value = lowerReturnedValue(b, node.expression);
    b.point(node, { kind: "return-value", ...b.statementAt(), leaves: true });
    lowerReturnOf(b, node, value);
  } else {
    b.emit(node, { kind: "constant", target: b.returnSlot(), value: { literal: undefined } });
    b.jump({ kind: "return", origin: b.origin(node) }, node);
  }
}

/** Evaluates what is returned, into a temporary: after it nothing can go wrong any more. */
export function lowerReturnedValue(b: FunctionBuilder, node: TS.Expression): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "copy", target, source: lowerExpression(b, node) });
  return target;
}

/** Returns `value` from the function, through whatever `finally` blocks are around. */
export function lowerReturnOf(b: FunctionBuilder, node: TS.Node, value: VariableId): void {
  // An async function settles when what it returns has; no statement can be inserted between.
  if (b.isAsync) b.emit(node, { kind: "await", target: b.returnSlot(), source: value, implicit: true });
  else b.emit(node, { kind: "copy", target: b.returnSlot(), source: value });
  b.jump({ kind: "return", origin: b.origin(node) }, node);
}

/** Names that are no variables of the IR hide others all the same: an inserted statement must not meet them. */
function declareOtherName(b: FunctionBuilder, name: TS.Node): void {
  if (ts.isIdentifier(name)) b.newVariable(name.text, "local");
}

function lowerNamespace(b: FunctionBuilder, node: TS.ModuleDeclaration): void {
  declareOtherName(b, node.name);
  let body = node.body;
  while (body && ts.isModuleDeclaration(body)) body = body.body;
  if (body && ts.isModuleBlock(body)) lowerList(b, body, body.statements);
}

function lowerEnum(b: FunctionBuilder, node: TS.EnumDeclaration): void {
  declareOtherName(b, node.name);
  const operands = node.members.flatMap((member) =>
    member.initializer ? [lowerExpression(b, member.initializer)] : [],
  );
  if (operands.length > 0)
    lowerEscape(b, node, { operands, reason: "unsupported-syntax", why: "an enum's value" });
}
