/**
 * Takes handwritten frees out of a source, as `stripFrees` does in the output: the side effects of their arguments stay.
 *
 * Imports that nothing uses any more go too. A free that isn't called by its name (passed on, kept in a variable) stays, and is told.
 */
import type TS from "typescript";
import { isRuntime, runtimeFunction } from "../emit/runtime-calls.js";
import { freeNames, isHarmless } from "../emit/strip-frees.js";
import { ts } from "../typescript.js";
import { isStatementList, lacksSemicolon, type StatementList } from "./statements.js";
import { indentationAt, isBlankAfter, lineStart, nextLine, type TextEdit } from "./text-edits.js";

export interface HandwrittenStrip {
  readonly edits: readonly TextEdit[];
  /** Where the runtime's frees are still spoken of. */
  readonly left: readonly TS.Identifier[];
}

/** The edits that take the calls of `unsafeFree` and `mustFree` out of a file, and their imports. */
export function stripHandwritten(checker: TS.TypeChecker, file: TS.SourceFile): HandwrittenStrip {
  if (!file.statements.some(isRuntime)) return { edits: [], left: [] };
  return new Stripper(checker, file).strip();
}

class Stripper {
  private readonly edits: TextEdit[] = [];
  private readonly text: string;
  /** Names in calls that are gone. */
  private readonly gone = new Set<TS.Node>();

  constructor(
    private readonly checker: TS.TypeChecker,
    private readonly file: TS.SourceFile,
  ) {
    this.text = file.text;
  }

  strip(): HandwrittenStrip {
    this.visit(this.file);
    const left = this.gone.size > 0 ? this.stripImports() : [];
    return { edits: this.edits.sort((a, b) => a.start - b.start || a.end - b.end), left };
  }

  private replace(start: number, end: number, text = ""): void {
    this.edits.push({ start, end, text });
  }

  private start(node: TS.Node): number {
    return node.getStart(this.file);
  }

  private isFree(node: TS.Node): node is TS.CallExpression {
    return freeNames.has(runtimeFunction(this.checker, node) ?? "");
  }

  private readonly visit = (node: TS.Node): void => {
    if (ts.isExpressionStatement(node) && this.isFree(node.expression))
      this.stripStatement(node, node.expression);
    else if (this.isFree(node)) this.stripCall(node, node.arguments, `(void (`, `))`);
    else ts.forEachChild(node, this.visit);
  };

  private stripStatement(statement: TS.ExpressionStatement, call: TS.CallExpression): void {
    const kept = call.arguments.filter((each) => !isHarmless(each));
    const [first] = kept;
    if (first) {
      const isPlain =
        kept.length === 1 &&
        !this.isFree(first) &&
        /^(?!(?:function|class|let|async)\b)[\p{ID_Start}$_]/u.test(first.getText(this.file));
      if (isPlain) this.stripCall(call, kept, "", "");
      else this.stripCall(call, kept, "void (", ")");
      return;
    }
    this.gone.add(call.expression);
    const start = this.start(statement);
    if (!isStatementList(statement.parent)) {
      this.replace(start, statement.end, "{}");
    } else if (joinsNeighbours(this.text, statement, statement.parent)) {
      this.replace(start, statement.end, ";");
    } else if (indentationAt(this.text, start) !== null && isBlankAfter(this.text, statement.end)) {
      this.replace(lineStart(this.text, start), nextLine(this.text, statement.end));
    } else {
      this.replace(this.text[start - 1] === " " ? start - 1 : start, statement.end);
    }
  }

  /** What a call was given, between `before` and `after`, in its place. */
  private stripCall(
    call: TS.CallExpression,
    kept: readonly TS.Expression[],
    before: string,
    after: string,
  ): void {
    this.gone.add(call.expression);
    let at = this.start(call);
    let text = before;
    for (const argument of kept) {
      const isSpread = ts.isSpreadElement(argument);
      this.replace(at, this.start(argument), text + (isSpread ? "[" : ""));
      this.visit(argument);
      at = argument.end;
      text = `${isSpread ? "]" : ""}, `;
    }
    const ending = kept.length === 0 ? `${before}0` : text.slice(0, -", ".length);
    this.replace(at, call.end, ending + after);
  }

  /** Removes what was imported for the calls alone; gives the frees that are still named. */
  private stripImports(): readonly TS.Identifier[] {
    const used = new Map<string, TS.Identifier>();
    const find = (node: TS.Node): void => {
      if (this.gone.has(node) || ts.isImportDeclaration(node)) return;
      if (ts.isIdentifier(node) && !used.has(node.text)) used.set(node.text, node);
      ts.forEachChild(node, find);
    };
    find(this.file);
    return this.file.statements
      .filter((each): each is TS.ImportDeclaration => isRuntime(each))
      .flatMap((each) => this.stripImport(each, used));
  }

  private stripImport(
    declaration: TS.ImportDeclaration,
    used: ReadonlyMap<string, TS.Identifier>,
  ): readonly TS.Identifier[] {
    const bindings = declaration.importClause?.namedBindings;
    if (!bindings) return [];
    if (ts.isNamespaceImport(bindings)) {
      const isCalled = [...this.gone].some((each) =>
        each.getText(this.file).startsWith(`${bindings.name.text}.`),
      );
      if (isCalled && !used.has(bindings.name.text)) this.removeImport(declaration);
      return [];
    }
    const isFreeName = ({ name, propertyName }: TS.ImportSpecifier) =>
      freeNames.has((propertyName ?? name).text);
    const kept = bindings.elements.filter((each) => !isFreeName(each) || used.has(each.name.text));
    if (kept.length === 0) this.removeImport(declaration);
    else if (kept.length < bindings.elements.length) {
      const names = kept.map((each) => each.getText(this.file)).join(", ");
      this.replace(this.start(bindings), bindings.end, `{ ${names} }`);
    }
    return kept.filter(isFreeName).flatMap(({ name }) => used.get(name.text) ?? []);
  }

  private removeImport(declaration: TS.ImportDeclaration): void {
    const start = this.start(declaration);
    const isAlone = indentationAt(this.text, start) !== null && isBlankAfter(this.text, declaration.end);
    if (isAlone) this.replace(lineStart(this.text, start), nextLine(this.text, declaration.end));
    else this.replace(start, declaration.end);
  }
}

/** Whether the statement before would go on with the one after, if nothing were between them. */
function joinsNeighbours(text: string, statement: TS.Statement, { statements }: StatementList): boolean {
  const at = statements.indexOf(statement);
  const [previous, next] = [statements[at - 1], statements[at + 1]];
  if (!previous || !next || !lacksSemicolon(text, previous)) return false;
  return /^[([`+\-*/.,]/.test(text.slice(next.getStart()));
}
