/**
 * Undoes what `apply` wrote into a source, exactly.
 *
 * Idea: `apply` marks its import. What calls the imported names is its own, and how that read before follows from its shape;
 * where it wouldn't, and for statements that call nothing, there is a mark (`marks.ts`).
 *
 * Invariants:
 * - What is not `apply`'s stays as it is, byte for byte.
 * - A file without the marked import is left alone.
 *
 * Example: of `let $h: unknown; // autofree` nothing is left, and `f(($h = x.map(g)))` is `f(x.map(g))` again.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { type AppliedNames, appliedNames } from "./applied-names.js";
import { bracesMark, endOfMark, readOriginalMark, semicolon } from "./marks.js";
import { isStatement, isStatementList, type StatementList } from "./statements.js";
import { indentationAt, isBlankAfter, lineStart, nextLine, type TextEdit } from "./text-edits.js";

/** The edits that take out of a file what `apply` wrote. Needs no types; parents must be set. */
export function stripApplied(file: TS.SourceFile): readonly TextEdit[] {
  const names = appliedNames(file);
  return names ? new Stripper(file, names).strip() : [];
}

class Stripper {
  private readonly edits: TextEdit[] = [];
  private readonly handles: ReadonlySet<string>;
  private readonly text: string;

  constructor(
    private readonly file: TS.SourceFile,
    private readonly names: AppliedNames,
  ) {
    this.text = file.text;
    this.handles = markedVariables(file);
  }

  strip(): readonly TextEdit[] {
    this.visitList(this.file);
    let end = 0;
    // A person may have moved a mark; of edits that meet then, the first is carried out.
    return this.edits
      .sort((a, b) => a.start - b.start || a.end - b.end)
      .filter((edit) => {
        const isFree = edit.start >= end;
        if (isFree) end = edit.end;
        return isFree;
      });
  }

  private replace(start: number, end: number, text = ""): void {
    this.edits.push({ start, end, text });
  }

  private start(node: TS.Node): number {
    return node.getStart(this.file);
  }

  private readonly visit = (node: TS.Node): void => {
    if (isStatementList(node) && !this.visitBraces(node)) this.visitList(node);
    else if (isStatementList(node)) return;
    else if (isStatement(node)) this.visitStatement(node);
    else this.visitExpression(node);
  };

  // Statements

  private visitList(list: StatementList): void {
    if (ts.isCaseClause(list)) this.visit(list.expression);
    for (const statement of list.statements) {
      if (this.isApplied(statement)) this.removeStatement(statement);
      else this.visit(statement);
    }
    this.joinSplit(list.statements);
  }

  private visitStatement(statement: TS.Statement): void {
    const { text } = this;
    if (text.slice(this.start(statement), statement.end).endsWith(semicolon))
      this.replace(statement.end - semicolon.length, statement.end);
    if (ts.isIfStatement(statement) && statement.elseStatement) {
      const { thenStatement, elseStatement } = statement;
      if (ts.isBlock(elseStatement) && this.hasBraceMark(elseStatement) && this.isEmptied(elseStatement)) {
        this.visit(statement.expression);
        this.visit(thenStatement);
        this.replace(thenStatement.end, statement.end);
        return;
      }
    }
    ts.forEachChild(statement, this.visit);
  }

  /** Whether `apply` wrote all of a statement. */
  private isApplied(statement: TS.Statement): boolean {
    if (statement === this.names.declaration || this.isFree(statement)) return true;
    if (endOfMark(this.text, statement.end) === statement.end) return false;
    return ts.isVariableStatement(statement) || heldName(statement) !== null;
  }

  private isFree(statement: TS.Statement): boolean {
    if (ts.isIfStatement(statement)) return !statement.elseStatement && this.isFree(statement.thenStatement);
    if (!ts.isExpressionStatement(statement)) return false;
    let { expression } = statement;
    if (ts.isBinaryExpression(expression)) expression = expression.right;
    if (ts.isNonNullExpression(expression)) ({ expression } = expression);
    return /^(?:unsafeFree|freeEach)$/.test(this.calleeOf(expression) ?? "");
  }

  private calleeOf(node: TS.Expression): string | undefined {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
    return this.names.functions.get(node.expression.text);
  }

  private removeStatement(statement: TS.Statement): void {
    const start = this.start(statement);
    const end = endOfMark(this.text, statement.end);
    if (indentationAt(this.text, start) !== null && isBlankAfter(this.text, end)) {
      this.replace(lineStart(this.text, start), nextLine(this.text, end));
    } else {
      this.replace(this.text[start - 1] === " " ? start - 1 : start, end);
    }
  }

  /** `const $r = f(x);` and a marked `return $r;` → `return f(x);` */
  private joinSplit(statements: readonly TS.Statement[]): void {
    for (const statement of statements) {
      const name = this.isApplied(statement) ? heldName(statement) : null;
      if (!name) continue;
      const value = valueNamed(name.text, statements);
      if (!value) continue;
      const head = this.text.slice(this.start(statement), name.pos);
      this.replace(this.start(value.statement), value.expression.pos, head);
    }
  }

  // Braces

  private hasBraceMark(block: TS.Block): boolean {
    return bracesMark.test(this.text.slice(this.start(block), block.end));
  }

  private isEmptied({ statements }: TS.Block): boolean {
    return statements.every((each) => this.isApplied(each));
  }

  /** Takes away braces of `apply`'s around what was a single statement, or the expression of an arrow function. */
  private visitBraces(block: StatementList): boolean {
    if (!ts.isBlock(block) || !this.hasBraceMark(block)) return false;
    const kept = block.statements.filter((each) => !this.isApplied(each));
    const [statement] = kept;
    if (!statement || kept.length > 1) return false;
    if (ts.isArrowFunction(block.parent)) {
      const value = returnedBy(statement);
      if (!value) return false;
      this.visit(value);
      // A formatter has no need of the parentheses around an object that is not the body of an arrow function.
      const isBare = this.text[this.start(value)] === "{";
      this.replace(this.start(block), this.start(value), isBare ? "(" : "");
      this.replace(value.end, block.end, isBare ? ")" : "");
      return true;
    }
    this.replace(this.start(block), this.start(statement));
    this.visit(statement);
    this.joinSplit(block.statements);
    this.replace(statement.end, block.end);
    return true;
  }

  // Expressions

  private visitExpression(node: TS.Node): void {
    // Where a formatter took the parentheses away, only the assignment is left to go.
    const assignment = ts.isParenthesizedExpression(node) ? node.expression : node;
    if (this.assignsHandle(assignment)) {
      this.replace(this.start(node), this.start(assignment.right));
      this.visit(assignment.right);
      if (assignment.right.end < node.end) this.replace(assignment.right.end, node.end);
      return;
    }
    if (ts.isCallExpression(node)) this.restoreSite(node);
    ts.forEachChild(node, this.visit);
  }

  private assignsHandle(node: TS.Node): node is TS.BinaryExpression {
    return ts.isBinaryExpression(node) && ts.isIdentifier(node.left) && this.handles.has(node.left.text);
  }

  /** `$alloc(X, n)` → `new X(n)`, `$slice(x, 1)` → `x.slice(1)` */
  private restoreSite(node: TS.CallExpression): void {
    const name = this.calleeOf(node);
    const [first, second] = node.arguments;
    if (!name || !first) return;
    switch (name) {
      case "alloc":
      case "allocUninitialized":
      case "make":
      case "makeUninitialized":
      case "copyOf": {
        const mark = readOriginalMark(this.text, node.arguments.pos);
        const original = mark?.original ?? `new ${first.getText(this.file)}(`;
        if (second) this.replace(this.start(node), this.afterComma(second), original);
        break;
      }
      case "fromOf":
      case "mapOf":
      case "sliceOf": {
        this.replace(this.start(node), this.start(first));
        const mark = readOriginalMark(this.text, first.end);
        const end = mark?.end ?? first.end;
        const method = mark?.original ?? `.${name.slice(0, -"Of".length)}(`;
        this.replace(first.end, second ? this.afterComma(second) : end, method);
        break;
      }
    }
  }

  /** Where what was an argument's own text begins: after the comma and the space that `apply` wrote. */
  private afterComma(argument: TS.Expression): number {
    return this.text[argument.pos] === " " ? argument.pos + 1 : argument.pos;
  }
}

/** The variables whose declarations have a mark. */
function markedVariables(file: TS.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isVariableStatement(node) && endOfMark(file.text, node.end) > node.end) {
      for (const { name } of node.declarationList.declarations) names.add(name.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** The name at the end of `return $r;` or `x = $r;` */
function heldName(statement: TS.Statement): TS.Identifier | null {
  const value = ts.isReturnStatement(statement)
    ? statement.expression
    : ts.isExpressionStatement(statement) && ts.isBinaryExpression(statement.expression)
      ? statement.expression.right
      : undefined;
  return value && ts.isIdentifier(value) ? value : null;
}

/** The value of the constant that a name of a list stands for. */
function valueNamed(
  name: string,
  statements: readonly TS.Statement[],
): { statement: TS.Statement; expression: TS.Expression } | null {
  for (const statement of statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const [declaration] = statement.declarationList.declarations;
    if (!declaration?.initializer || !ts.isIdentifier(declaration.name)) continue;
    if (declaration.name.text === name) return { statement, expression: declaration.initializer };
  }
  return null;
}

/** What a statement in place of an arrow function's expression returns, or holds to return it later. */
function returnedBy(statement: TS.Statement): TS.Expression | null {
  if (ts.isReturnStatement(statement)) return statement.expression ?? null;
  if (!ts.isVariableStatement(statement)) return null;
  return statement.declarationList.declarations[0]?.initializer ?? null;
}
