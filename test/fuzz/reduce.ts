/**
 * Shrinks a failing program: takes pieces of its syntax out as long as it has no type error, ends, and still
 * fails in the same way. Candidates are tried a batch at a time, the ones that take most away first.
 */
import ts from "typescript";
import { comparePrograms, type Problem } from "./compare.js";
import type { Sources } from "./compile.js";

interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const batch = 24;
/** Bounds the time that one reduction may take. */
const mostBatches = 250;

/** Returns the smallest program found that fails as `sources` does. */
export async function reduceProgram(sources: Sources, kind: Problem["kind"]): Promise<Sources> {
  let best = sources;
  let left = mostBatches;
  for (let improved = true; improved && left > 0; ) {
    improved = false;
    const edits = editsOf(best);
    for (let at = 0; at < edits.length && left > 0; at += batch, left--) {
      const tried = edits.slice(at, at + batch).map((edit) => apply(best, [edit]));
      const verdicts = await comparePrograms(tried, { typeCheck: true });
      const good = verdicts.flatMap(({ problem }, i) =>
        problem?.kind === kind ? [edits[at + i] as Edit] : [],
      );
      if (good.length === 0) continue;
      best = await combine(best, good, kind);
      improved = true;
      break;
    }
  }
  return Object.fromEntries(
    Object.entries(best).map(([name, text]) => [name, text.replace(/\n\s*\n+/g, "\n")]),
  );
}

/** Applies as many of the edits together as still fail; the first one alone does. */
async function combine(sources: Sources, good: readonly Edit[], kind: Problem["kind"]): Promise<Sources> {
  const disjoint: Edit[] = [];
  for (const edit of good) {
    const clashes = disjoint.some(
      (each) => each.file === edit.file && each.start < edit.end && edit.start < each.end,
    );
    if (!clashes) disjoint.push(edit);
  }
  for (let count = disjoint.length; count > 1; count >>= 1) {
    const candidate = apply(sources, disjoint.slice(0, count));
    const [verdict] = await comparePrograms([candidate], { typeCheck: true });
    if (verdict?.problem?.kind === kind) return candidate;
  }
  return apply(sources, disjoint.slice(0, 1));
}

function apply(sources: Sources, edits: readonly Edit[]): Sources {
  const result: Record<string, string> = { ...sources };
  for (const { file, start, end, text } of [...edits].sort((a, b) => b.start - a.start)) {
    const old = result[file] as string;
    result[file] = old.slice(0, start) + text + old.slice(end);
  }
  return result;
}

function editsOf(sources: Sources): Edit[] {
  const edits: Edit[] = [];
  for (const [file, text] of Object.entries(sources)) {
    const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    const visit = (node: ts.Node): void => {
      const left = withoutItem(node);
      if (left) edits.push({ file, ...left, text: "" });
      for (const replacement of replacementsOf(node)) {
        const edit = { file, start: node.getStart(parsed), end: node.getEnd(), text: replacement };
        if (edit.text.length < edit.end - edit.start) edits.push(edit);
      }
      ts.forEachChild(node, visit);
    };
    visit(parsed);
  }
  const gain = (edit: Edit): number => edit.end - edit.start - edit.text.length;
  return edits.sort((a, b) => gain(b) - gain(a));
}

/** Where an item of an object literal or a list of parents is, with its comma. */
function withoutItem(node: ts.Node): { readonly start: number; readonly end: number } | null {
  const source = node.getSourceFile();
  if (ts.isHeritageClause(node)) return { start: node.getStart(source), end: node.end };
  if (!ts.isObjectLiteralElementLike(node) || !ts.isObjectLiteralExpression(node.parent)) return null;
  const comma = /^\s*,/.exec(source.text.slice(node.end));
  return { start: node.getStart(source), end: node.end + (comma?.[0].length ?? 0) };
}

/** Shorter texts that may stand for a node. */
function replacementsOf(node: ts.Node): string[] {
  const inList = ts.isBlock(node.parent ?? node) || (node.parent && ts.isSourceFile(node.parent));
  if (ts.isImportDeclaration(node)) return usedImports(node);
  if (ts.isClassElement(node) || ts.isTypeElement(node)) return [""];
  if (ts.isStatement(node)) return statementReplacements(node, !!inList || isClauseStatement(node));
  if (isListItem(node)) return [];
  if (ts.isParenthesizedExpression(node)) return [node.expression.getText()];
  if (ts.isExpression(node) && !isName(node)) return expressionReplacements(node);
  return [];
}

/** The import with only the names that the rest of the file mentions. */
function usedImports(node: ts.ImportDeclaration): string[] {
  const bindings = node.importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return [];
  const text = node.getSourceFile().text.slice(node.end);
  const names = bindings.elements.map((each) => each.getText());
  const used = names.filter((name) => new RegExp(`\\b${name.replace("type ", "")}\\b`).test(text));
  if (used.length === names.length) return [];
  const from = node.moduleSpecifier.getText();
  return [used.length > 0 ? `import { ${used.join(", ")} } from ${from};` : ""];
}

function isClauseStatement(node: ts.Node): boolean {
  return ts.isCaseOrDefaultClause(node.parent);
}

function isListItem(node: ts.Node): boolean {
  return ts.isParameter(node) || ts.isImportSpecifier(node);
}

function isName(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isIdentifier(node) || (ts.isPropertyAccessExpression(parent) && parent.name === node);
}

function statementReplacements(node: ts.Statement, removable: boolean): string[] {
  const found: string[] = removable ? [""] : [];
  if (ts.isBlock(node)) return ts.isBlock(node.parent) ? [...found, insideOf(node)] : found;
  if (ts.isIfStatement(node)) {
    found.push(insideOf(node.thenStatement));
    if (node.elseStatement) {
      found.push(
        insideOf(node.elseStatement),
        `if (${node.expression.getText()}) ${node.thenStatement.getText()}`,
      );
    }
  }
  if (ts.isIterationStatement(node, false)) found.push(insideOf(node.statement));
  if (ts.isLabeledStatement(node)) found.push(node.statement.getText());
  if (ts.isTryStatement(node)) found.push(...tryReplacements(node));
  if (ts.isSwitchStatement(node)) {
    found.push(...node.caseBlock.clauses.map((each) => each.statements.map((s) => s.getText()).join("\n")));
  }
  return found;
}

function tryReplacements(node: ts.TryStatement): string[] {
  const { tryBlock, catchClause, finallyBlock } = node;
  const found = [insideOf(tryBlock)];
  if (finallyBlock) found.push(`${insideOf(tryBlock)}\n${insideOf(finallyBlock)}`);
  if (finallyBlock && catchClause) {
    found.push(`try ${tryBlock.getText()} ${catchClause.getText()}`);
    found.push(`try ${tryBlock.getText()} finally ${finallyBlock.getText()}`);
  }
  return found;
}

function insideOf(node: ts.Statement): string {
  return ts.isBlock(node) ? node.statements.map((each) => each.getText()).join("\n") : node.getText();
}

/** Its parts, and the simplest values. A wrong type is a type error, which rules the candidate out. */
function expressionReplacements(node: ts.Expression): string[] {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || isLoopHeader(node)) return [];
  const found: string[] = [];
  const parts = (inner: ts.Node): void =>
    ts.forEachChild(inner, (child) => {
      if (ts.isExpression(child)) found.push(child.getText());
    });
  parts(node);
  for (const simple of ["0", "new Float64Array(16)", "undefined"]) {
    if (node.getText().length > simple.length + 2) found.push(simple);
  }
  if (ts.isArrayLiteralExpression(node)) found.push("[]");
  if (ts.isCallExpression(node) && node.arguments.length > 0) {
    const kept = node.arguments.slice(0, -1).map((each) => each.getText());
    found.push(`${node.expression.getText()}(${kept.join(", ")})`);
  }
  return [...new Set(found)];
}

/** What bounds a loop stays. */
function isLoopHeader(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isForStatement(parent)) return node !== parent.initializer;
  if (ts.isWhileStatement(parent) || ts.isDoStatement(parent)) return node === parent.expression;
  return false;
}
