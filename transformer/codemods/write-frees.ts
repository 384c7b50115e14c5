/**
 * Writes the edits of one file into its source: the same frees and allocations that `emitFile` puts into the output.
 *
 * Idea: the file is walked in the order of its text, and each change of a node becomes an edit of the text as it is come by.
 * What isn't changed stays as it was typed. A statement goes on a line of its own where its neighbour has one, else into the line.
 *
 * Invariants:
 * - W1: edits are in the order of the text, whatever is nested in what.
 * - W2: nothing is written that `stripApplied` can't undo; who writes a file has that checked.
 * - W3: each edit belongs to a part of the plan that can be left out alone.
 *
 * Example, without the marks: `if (x) return sum(t);` becomes `if (x) { const $r = sum(t); $free(t); return $r; }`.
 */
import type TS from "typescript";
import type { Edits, HandleName, Insertion, SiteEdit } from "../emit/edits.js";
import { localNames, type RuntimeName, releaseRuntime } from "../emit/runtime-import.js";
import { ts } from "../typescript.js";
import { freeText, handlesWithPaths, type Naming } from "./free-text.js";
import { closeBraces, inlineMark, lineMark, openBraces, semicolon } from "./marks.js";
import { counterpartOf } from "./site-text.js";
import {
  attachedStart,
  handedOn,
  isAnonymousDefinition,
  isBody,
  isPlainName,
  isPrologue,
  isStatement,
  isStatementList,
  lacksSemicolon,
  type StatementList,
} from "./statements.js";
import { endsLine, indentationAt, lineBreak, lineStart, nextLine, type TextEdit } from "./text-edits.js";
import { UniqueNames } from "./unique-names.js";

/** What can be left out of a plan alone. */
export type Part = Insertion | SiteEdit | HandleName;

/** How a part is written: as it is, with a type for its value, past the types too, or not at all. */
export type Manner = (typeof manners)[number];
export const manners = ["plain", "annotated", "loose", "left-out"] as const;

export interface PlacedEdit extends TextEdit {
  readonly part: Part | null;
}

export interface WriteInput {
  readonly file: TS.SourceFile;
  readonly edits: Edits;
  /** `plain` for parts that it doesn't name. */
  readonly manners: ReadonlyMap<Part, Manner>;
}

export interface WrittenFrees {
  readonly edits: readonly PlacedEdit[];
  /** What was left out for its form. */
  readonly unwritten: readonly Part[];
}

/** The edits of a source by which it does what the emitted file would do. */
export function writeFrees(input: WriteInput): WrittenFrees {
  return new Writer(input).write();
}

interface Written {
  readonly text: string;
  readonly isMarked: boolean;
  readonly part: Part;
}

class Writer {
  private readonly file: TS.SourceFile;
  private readonly text: string;
  private readonly edits: Edits;
  private readonly manners: ReadonlyMap<Part, Manner>;
  private readonly names: UniqueNames;
  private readonly imported = new Map<RuntimeName, string>();
  private readonly handles = new Map<HandleName, string>();
  private readonly typedLoosely: ReadonlySet<HandleName>;
  private readonly placed: PlacedEdit[] = [];
  private readonly unwritten: Part[] = [];

  private readonly naming: Naming = {
    runtime: (name) => remember(this.imported, name, () => this.names.take(localNames[name])),
    handle: (handle) => remember(this.handles, handle, () => this.names.take(`$${handle.base}`)),
  };

  constructor({ file, edits, manners }: WriteInput) {
    this.file = file;
    this.text = file.text;
    this.edits = edits;
    this.manners = manners;
    this.names = new UniqueNames(file.text);
    this.typedLoosely = handlesWithPaths(edits);
  }

  write(): WrittenFrees {
    this.visitList(this.file);
    const { placed, unwritten } = this;
    return { edits: this.imported.size === 0 ? placed : [this.importEdit(), ...placed], unwritten };
  }

  private put(start: number, end: number, text: string, part: Part | null): void {
    this.placed.push({ start, end, text, part });
  }

  private start(node: TS.Node): number {
    return node.getStart(this.file);
  }

  private isLeftOut(part: Part): boolean {
    return this.manners.get(part) === "left-out";
  }

  private importEdit(): PlacedEdit {
    const { file, text } = this;
    const first = file.statements.find((each) => !isPrologue(each)) ?? (file.statements[0] as TS.Statement);
    const specifiers = [...this.imported].map(([name, local]) => `${name} as ${local}`);
    const statement = `import { ${specifiers.join(", ")} } from "${releaseRuntime}";`;
    if (indentationAt(text, this.start(first)) === null)
      return { start: first.pos, end: first.pos, text: ` ${statement}${inlineMark}`, part: null };
    const at = lineStart(text, attachedStart(file, first));
    return { start: at, end: at, text: statement + lineMark + lineBreak(text, at), part: null };
  }

  // Walking

  private readonly visit = (node: TS.Node): void => {
    if (isStatement(node) && isBody(node)) this.visitBody(node, false);
    else this.visitNode(node);
  };

  private visitNode(node: TS.Node): void {
    if (isStatementList(node)) this.visitList(node);
    else if (ts.isIfStatement(node) && this.edits.inElse.has(node)) this.visitIf(node);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) this.visitArrow(node);
    else this.visitExpression(node);
  }

  private visitExpression(node: TS.Node): void {
    const edit = this.edits.sites.get(node);
    if (edit) this.visitSite(node, edit);
    else ts.forEachChild(node, this.visit);
  }

  private visitList(list: StatementList): void {
    if (ts.isCaseClause(list)) this.visit(list.expression);
    list.statements.forEach((statement, i) => {
      this.visitStatement(statement, list.statements[i - 1]);
    });
    const written = this.writtenAt(this.edits.atEnd.get(list));
    const last = list.statements.at(-1);
    if (last) this.placeAfter(last, written);
    else this.placeInLine(list.statements.pos, written);
  }

  // Statements

  private visitStatement(statement: TS.Statement, previous: TS.Statement | undefined): void {
    const split = this.splitOf(statement);
    const before = [...this.writtenAt(this.edits.before.get(statement)), ...split.before];
    const handle = before.length === 0 ? this.leadingHandle(statement) : null;
    if (handle && previous && lacksSemicolon(this.text, previous))
      this.put(statement.pos, statement.pos, semicolon, handle);
    this.placeBefore(statement, before);
    if (split.value) this.placeAfter(statement, this.visitSplit(statement, split.value));
    else this.visitNode(statement);
    if (!isStatementList(statement))
      this.placeAfter(statement, this.writtenAt(this.edits.atEnd.get(statement)));
  }

  /** A statement where the syntax allows but one: with braces, if something is added to it. */
  private visitBody(statement: TS.Statement, hasBraces: boolean): void {
    const split = this.splitOf(statement);
    const before = [...this.writtenAt(this.edits.before.get(statement)), ...split.before];
    const after = isStatementList(statement) ? [] : this.writtenAt(this.edits.atEnd.get(statement));
    const part = before[0]?.part ?? split.value?.part ?? after[0]?.part ?? null;
    if (part === null && !hasBraces) {
      this.visitNode(statement);
      return;
    }
    const start = this.start(statement);
    this.put(start, start, openBraces, part);
    this.placeInLine(start, before);
    this.put(start, start, " ", part);
    if (split.value) this.placeAfterInLine(statement, this.visitSplit(statement, split.value));
    else this.visitNode(statement);
    this.placeAfterInLine(statement, after);
    this.put(statement.end, statement.end, closeBraces, part);
  }

  private visitIf(node: TS.IfStatement): void {
    const insertion = this.edits.inElse.get(node) as Insertion;
    const written = this.writtenAt(insertion);
    this.visit(node.expression);
    // In braces, or the `else` might join an `if` further in.
    if (isStatementList(node.thenStatement)) this.visit(node.thenStatement);
    else this.visitBody(node.thenStatement, written.length > 0);
    if (node.elseStatement) this.visit(node.elseStatement);
    if (written.length === 0) return;
    this.put(node.end, node.end, ` else ${openBraces}`, insertion);
    this.placeInLine(node.end, written);
    this.put(node.end, node.end, closeBraces, insertion);
  }

  private visitArrow(node: TS.ArrowFunction): void {
    const body = node.body as TS.Expression;
    const value = this.edits.afterValue.get(body);
    const before = this.writtenAt(this.edits.before.get(body));
    const isPlain = isPlainName(body);
    const isSplit = value !== undefined && !isPlain && this.adds(value);
    if (value && isPlain) before.push(...this.writtenAt(value, this.textOf(body)));
    const part = before[0]?.part ?? (isSplit ? value : null);
    if (part === null) {
      ts.forEachChild(node, this.visit);
      return;
    }
    ts.forEachChild(node, (child) => {
      if (child !== body) this.visit(child);
    });
    const start = this.start(body);
    this.put(start, start, openBraces, part);
    this.placeInLine(start, before);
    const name = isSplit ? this.names.take("$r") : null;
    const head = name && value ? this.declarationOf(name, body, value) : "return";
    this.put(start, start, ` ${head} `, value ?? part);
    this.visit(body);
    this.put(body.end, body.end, ";", part);
    if (name && value) {
      const tail = { text: `return ${name};`, isMarked: true, part: value };
      this.placeInLine(body.end, [...this.writtenAt(value, name), tail]);
    }
    this.put(body.end, body.end, closeBraces, part);
  }

  // Between a value and what is done with it

  /** What comes before a statement because of its value, and the value to take out of it, if it must be. */
  private splitOf(statement: TS.Statement): { before: readonly Written[]; value: Split | null } {
    const part = this.edits.afterValue.get(statement);
    if (!part) return { before: [], value: null };
    const value = handedOn(statement);
    if (!value || isPlainName(value))
      return { before: this.writtenAt(part, value ? this.textOf(value) : ""), value: null };
    if (!this.adds(part)) return { before: [], value: null };
    if (this.canSplit(statement, value)) return { before: [], value: { value, part } };
    this.unwritten.push(part);
    return { before: [], value: null };
  }

  private canSplit(statement: TS.Statement, value: TS.Expression): boolean {
    const head = this.text.slice(this.start(statement), value.pos);
    const isComma = ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.CommaToken;
    const endsStatement = /^(?:\s|\/\*.*?\*\/)*;?$/s.test(this.text.slice(value.end, statement.end));
    return endsStatement && !isComma && !isAnonymousDefinition(value) && !/[\r\n]|\/\/|autofree/.test(head);
  }

  /** `return f(x);` → `const $r = f(x);`, and the statements that follow it. */
  private visitSplit(statement: TS.Statement, { value, part }: Split): readonly Written[] {
    const name = this.names.take("$r");
    const from = this.start(statement);
    // What stands between the head and the value stays where it is.
    this.put(from, value.pos, this.declarationOf(name, value, part), part);
    this.visit(value);
    const tail = { text: `${this.text.slice(from, value.pos)} ${name};`, isMarked: true, part };
    return [...this.writtenAt(part, name), tail];
  }

  /** `const $r =`; where its context gives a value its type, with that type. */
  private declarationOf(name: string, value: TS.Node, part: Part): string {
    const type = this.manners.has(part) ? this.returnTypeAround(value) : null;
    return `const ${name}${type ? `: ${type}` : ""} =`;
  }

  /** The type of what is returned by the function around a node, where that is declared. */
  private returnTypeAround(node: TS.Node): string | null {
    const around = ts.findAncestor(node.parent, ts.isFunctionLike);
    if (!around?.type || ts.isTypePredicateNode(around.type)) return null;
    if ("asteriskToken" in around && around.asteriskToken) return null;
    const modifiers = ts.canHaveModifiers(around) ? ts.getModifiers(around) : undefined;
    const isAsync = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    const type = this.textOf(around.type);
    return isAsync ? `Awaited<${type}>` : type;
  }

  private textOf(node: TS.Node): string {
    return this.text.slice(this.start(node), node.end);
  }

  /** Whether an insertion has anything to write. */
  private adds(insertion: Insertion): boolean {
    if (this.isLeftOut(insertion)) return false;
    const isFreed = ({ value }: Insertion["frees"][number]) =>
      value.kind !== "handle" || !this.isLeftOut(value.handle);
    return insertion.frees.some(isFreed) || insertion.handles.some((handle) => !this.isLeftOut(handle));
  }

  /** The statements of an insertion; `atHand` names the value of the statement at hand. */
  private writtenAt(insertion: Insertion | undefined, atHand = ""): Written[] {
    if (!insertion || this.isLeftOut(insertion)) return [];
    const frees = insertion.frees
      .filter(({ value }) => value.kind !== "handle" || !this.isLeftOut(value.handle))
      .map((free): Written => {
        const isLoose = this.manners.get(insertion) === "loose";
        const text = freeText(free, { naming: this.naming, atHand, isLoose });
        return { text, isMarked: false, part: free.value.kind === "handle" ? free.value.handle : insertion };
      });
    const handles = insertion.handles
      .filter((handle) => !this.isLeftOut(handle))
      .map((handle): Written => {
        const type = this.typedLoosely.has(handle) ? "any" : "unknown";
        return { text: `let ${this.naming.handle(handle)}: ${type};`, isMarked: true, part: handle };
      });
    return [...frees, ...handles];
  }

  // Placing

  private placeBefore(statement: TS.Statement, written: readonly Written[]): void {
    if (written.length === 0) return;
    const indentation = indentationAt(this.text, this.start(statement));
    if (indentation === null) this.placeInLine(statement.pos, written);
    else this.placeLines(lineStart(this.text, attachedStart(this.file, statement)), indentation, written);
  }

  private placeAfter(statement: TS.Statement, written: readonly Written[]): void {
    if (written.length === 0) return;
    const indentation = indentationAt(this.text, this.start(statement));
    if (indentation === null || !endsLine(this.text, statement.end))
      this.placeAfterInLine(statement, written);
    else this.placeLines(nextLine(this.text, statement.end), indentation, written);
  }

  private placeLines(at: number, indentation: string, written: readonly Written[]): void {
    const end = lineBreak(this.text, at);
    for (const { text, isMarked, part } of written)
      this.put(at, at, indentation + text + (isMarked ? lineMark : "") + end, part);
  }

  private placeAfterInLine(statement: TS.Statement, written: readonly Written[]): void {
    const [first] = written;
    if (!first) return;
    if (lacksSemicolon(this.text, statement)) this.put(statement.end, statement.end, semicolon, first.part);
    this.placeInLine(statement.end, written);
  }

  private placeInLine(at: number, written: readonly Written[]): void {
    for (const { text, isMarked, part } of written)
      this.put(at, at, ` ${text}${isMarked ? inlineMark : ""}`, part);
  }

  // Sites

  private visitSite(node: TS.Node, edit: SiteEdit): void {
    const handle = edit.handle && !this.isLeftOut(edit.handle) ? edit.handle : null;
    const start = this.start(node);
    if (handle) this.put(start, start, `(${this.naming.handle(handle)} = `, handle);
    const counterpart = this.isLeftOut(edit) ? null : counterpartOf(this.file, node, edit);
    if (counterpart) {
      const { replacements, name } = counterpart;
      const local = this.naming.runtime(name);
      for (const { start: from, end, text, kept } of replacements(local)) {
        this.put(from, end, text, edit);
        for (const inner of kept) this.visit(inner);
      }
    } else {
      ts.forEachChild(node, this.visit);
    }
    if (handle) this.put(node.end, node.end, ")", handle);
  }

  /** The handle whose parenthesis would be the first character of a statement. */
  private leadingHandle(statement: TS.Statement): HandleName | null {
    if (!ts.isExpressionStatement(statement)) return null;
    let node: TS.Node | undefined = statement.expression;
    while (node) {
      const handle: HandleName | null | undefined = this.edits.sites.get(node)?.handle;
      if (handle && !this.isLeftOut(handle)) return handle;
      node = ts.forEachChild(node, (child) => child);
    }
    return null;
  }
}

interface Split {
  readonly value: TS.Expression;
  readonly part: Insertion;
}

function remember<K>(known: Map<K, string>, key: K, make: () => string): string {
  let name = known.get(key);
  if (name === undefined) {
    name = make();
    known.set(key, name);
  }
  return name;
}
