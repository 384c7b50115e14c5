/** What the codemods ask of statements. */
import type TS from "typescript";
import { ts } from "../typescript.js";

export type StatementList = TS.Block | TS.SourceFile | TS.CaseOrDefaultClause | TS.ModuleBlock;

export function isStatementList(node: TS.Node): node is StatementList {
  return (
    ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node) || ts.isModuleBlock(node)
  );
}

/** A statement, also where the parser made a declaration of it. */
export function isStatement(node: TS.Node): node is TS.Statement {
  return ts.isStatement(node) || ts.isBlock(node);
}

/** Whether a statement's end needs a semicolon that this one leaves to the line break or brace after it. */
export function lacksSemicolon(text: string, statement: TS.Statement): boolean {
  if (text[statement.end - 1] === ";") return false;
  const last = lastOf(statement);
  return (
    ts.isExpressionStatement(last) ||
    ts.isVariableStatement(last) ||
    ts.isReturnStatement(last) ||
    ts.isThrowStatement(last) ||
    ts.isBreakOrContinueStatement(last) ||
    ts.isDoStatement(last) ||
    ts.isImportDeclaration(last) ||
    ts.isImportEqualsDeclaration(last) ||
    ts.isExportDeclaration(last) ||
    ts.isExportAssignment(last) ||
    ts.isTypeAliasDeclaration(last)
  );
}

/** The statement that a statement ends with. */
function lastOf(statement: TS.Statement): TS.Statement {
  if (ts.isIfStatement(statement)) return lastOf(statement.elseStatement ?? statement.thenStatement);
  if (ts.isLabeledStatement(statement) || ts.isWithStatement(statement)) return lastOf(statement.statement);
  if (ts.isWhileStatement(statement) || ts.isForStatement(statement)) return lastOf(statement.statement);
  if (ts.isForInStatement(statement) || ts.isForOfStatement(statement)) return lastOf(statement.statement);
  return statement;
}

/**
 * Where a statement begins with the comments that speak of it: those on lines of their own without an empty line between.
 * Never above what has to be the first thing in a file.
 */
export function attachedStart(file: TS.SourceFile, statement: TS.Node): number {
  const { text } = file;
  let start = statement.getStart(file);
  const comments = ts.getLeadingCommentRanges(text, statement.pos) ?? [];
  for (const comment of comments.toReversed()) {
    const content = text.slice(comment.pos, comment.end);
    const isFirstOnLine = /(?:^|[\r\n])[ \t]*$/.test(
      text.slice(statement.pos === 0 ? 0 : statement.pos, comment.pos),
    );
    const hasGap = /(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)/.test(text.slice(comment.end, start));
    if (!isFirstOnLine || hasGap || isPinned(content, statement.pos)) break;
    start = comment.pos;
  }
  return start;
}

/** Whether a comment means nothing unless it comes before every statement. */
function isPinned(comment: string, at: number): boolean {
  return (
    at === 0 &&
    /^\/\/\/|^\/\/\s*@ts-(?:no)?check|@(?:jsx\w*|license|licence|file\w*|packageDocumentation|module)\b|^\/\*!/.test(
      comment,
    )
  );
}

/** A directive such as `"use strict"`. */
export function isPrologue(statement: TS.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

/** Whether a statement is the one that an `if`, a loop or a label has. A loop is not taken away from its label. */
export function isBody(node: TS.Node): boolean {
  const { parent } = node;
  if (ts.isLabeledStatement(parent)) return !ts.isIterationStatement(node, true);
  return ts.isIfStatement(parent) || ts.isIterationStatement(parent, false) || ts.isWithStatement(parent);
}

/** What a statement returns or assigns. */
export function handedOn(statement: TS.Statement): TS.Expression | null {
  if (ts.isReturnStatement(statement)) return statement.expression ?? null;
  if (!ts.isExpressionStatement(statement)) return null;
  let { expression } = statement;
  while (ts.isParenthesizedExpression(expression)) ({ expression } = expression);
  return ts.isBinaryExpression(expression) ? expression.right : null;
}

/** Whether evaluating an expression again makes no difference. */
export function isPlainName(node: TS.Expression): boolean {
  return ts.isIdentifier(node) || ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.ThisKeyword;
}

/** An anonymous function or class would take the name of the variable. */
export function isAnonymousDefinition(node: TS.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isAnonymousDefinition(node.expression);
  return (
    ts.isArrowFunction(node) || ((ts.isFunctionExpression(node) || ts.isClassExpression(node)) && !node.name)
  );
}
