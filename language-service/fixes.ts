/** Quick fixes: directives that can be added where a buffer is not freed. */
import type TS from "typescript";
import { hotErrorCodes } from "../transformer/check-hot.js";
import { bufferTypes } from "../transformer/ir/effect.js";
import { directiveOf } from "../transformer/lower/directive.js";
import { ts } from "../transformer/typescript.js";
import { type FileVerdicts, type SiteVerdictText, suggestionCodes } from "./verdicts.js";

export const fixableCodes: readonly number[] = [hotErrorCodes.notFreed, suggestionCodes.kept];

export interface FixRequest {
  readonly program: TS.Program;
  readonly file: TS.SourceFile;
  readonly verdicts: FileVerdicts;
  /** The range of the diagnostic. */
  readonly start: number;
  readonly end: number;
  readonly code: number;
}

/** The fixes for one diagnostic of ours. */
export function findFixes({ program, file, verdicts, start, end, code }: FixRequest): TS.CodeFixAction[] {
  const site = verdicts.sites.find((each) => each.start === start && each.end === end);
  const node = nodeWith(file, start, end);
  if (!node) return [];
  const borrowed = site ? borrowFixes(program, site) : [];
  const keep = placeFix(file, node, "keep", "Leave this allocation to the garbage collector");
  const hot =
    code === suggestionCodes.kept
      ? placeFix(file, node, "hot", "Make it an error that this is not freed")
      : null;
  return [...borrowed, ...(keep ? [keep] : []), ...(hot ? [hot] : [])];
}

function nodeWith(file: TS.SourceFile, start: number, end: number): TS.Node | null {
  let at: TS.Node = file;
  for (;;) {
    if (at !== file && at.getStart(file) === start && at.end === end) return at;
    const inner: TS.Node | undefined = ts.forEachChild(at, (each) =>
      each.pos <= start && each.end >= end ? each : undefined,
    );
    if (!inner) return null;
    at = inner;
  }
}

/** Adds `keep` or `hot` before the innermost statement or the like; `null` where there is a directive already. */
function placeFix(
  file: TS.SourceFile,
  node: TS.Node,
  word: "keep" | "hot",
  what: string,
): TS.CodeFixAction | null {
  let carrier = node;
  while (!isCarrier(carrier)) {
    if (!carrier.parent || ts.isSourceFile(carrier)) return null;
    carrier = carrier.parent;
  }
  if (directiveOf(carrier)) return null;
  const at = carrier.getStart(file);
  const indent = indentBefore(file, at);
  const newText = indent === null ? `/* @autofree ${word} */ ` : `// @autofree ${word}\n${indent}`;
  return action({ name: word, description: `${what} ('@autofree ${word}')`, file, at, until: at, newText });
}

function isCarrier(node: TS.Node): boolean {
  return (
    (ts.isStatement(node) && !ts.isBlock(node)) ||
    ts.isFunctionLike(node) ||
    ts.isClassElement(node) ||
    ts.isObjectLiteralElementLike(node)
  );
}

/** The white space between the beginning of the line and a position; `null` if something else is there. */
function indentBefore(file: TS.SourceFile, position: number): string | null {
  const lineStart = file.text.lastIndexOf("\n", position - 1) + 1;
  const before = file.text.slice(lineStart, position);
  return before.trim() === "" ? before : null;
}

/** Promises, where the function that a buffer is passed to is declared only, that it is borrowed. */
function borrowFixes(program: TS.Program, site: SiteVerdictText): TS.CodeFixAction[] {
  if (site.reason !== "passed-to-unknown") return [];
  const checker = program.getTypeChecker();
  return site.path.flatMap(({ file, start, end }) => {
    const call = program.getSourceFile(file.fileName) === file ? callWith(file, start, end) : null;
    const declaration = call && checker.getResolvedSignature(call)?.declaration;
    if (!call || !declaration || ts.isJSDocSignature(declaration)) return [];
    if ("body" in declaration && declaration.body) return [];
    const target = declaration.getSourceFile();
    if (program.isSourceFileDefaultLibrary(target) || target.fileName.includes("/node_modules/")) return [];
    const names = call.arguments?.flatMap((argument, i) => {
      const name = declaration.parameters[i]?.name;
      return name && ts.isIdentifier(name) && isBuffer(checker.getTypeAtLocation(argument))
        ? [name.text]
        : [];
    });
    return names?.length ? [promise(target, declaration, [...new Set(names)])] : [];
  });
}

function callWith(
  file: TS.SourceFile,
  start: number,
  end: number,
): TS.CallExpression | TS.NewExpression | null {
  let node = nodeWith(file, start, end);
  while (node && !ts.isCallExpression(node) && !ts.isNewExpression(node)) {
    if (ts.isStatement(node)) return null;
    node = node.parent;
  }
  return node;
}

function isBuffer(type: TS.Type): boolean {
  if (type.isUnion()) return type.types.some(isBuffer);
  return (
    (bufferTypes as readonly string[]).includes(type.symbol?.name ?? "") || type.symbol?.name === "DataView"
  );
}

function promise(
  file: TS.SourceFile,
  declaration: TS.SignatureDeclaration,
  names: string[],
): TS.CodeFixAction {
  const words = `@autofree noescape ${names.join(", ")}`;
  let carrier: TS.Node = declaration;
  if (ts.isFunctionTypeNode(carrier)) {
    while (carrier.parent && ts.isTypeNode(carrier)) carrier = carrier.parent;
  }
  if (ts.isVariableDeclaration(carrier)) carrier = carrier.parent.parent;
  const description = `Promise that '${nameOf(declaration)}' only borrows '${names.join("', '")}' ('@autofree noescape')`;
  const common = { name: "noescape", description, file };
  const indent = indentBefore(file, carrier.getStart(file));
  const comment = ts
    .getLeadingCommentRanges(file.text, carrier.pos)
    ?.findLast(({ pos }) => file.text.startsWith("/**", pos));
  if (comment && indent !== null) {
    const inner = file.text.slice(comment.pos, comment.end - 2).trimEnd();
    const newText = `\n${indent} * ${words}\n${indent} `;
    return action({ ...common, at: comment.pos + inner.length, until: comment.end - 2, newText });
  }
  const at = carrier.getStart(file);
  const newText = indent === null ? `/** ${words} */ ` : `/** ${words} */\n${indent}`;
  return action({ ...common, at, until: at, newText });
}

function nameOf(declaration: TS.SignatureDeclaration): string {
  const { parent } = declaration;
  const name = declaration.name ?? ("name" in parent ? (parent.name as TS.Node | undefined) : undefined);
  return name?.getText() ?? "the function";
}

interface Edit {
  readonly name: string;
  readonly description: string;
  readonly file: TS.SourceFile;
  readonly at: number;
  readonly until: number;
  readonly newText: string;
}

function action({ name, description, file, at, until, newText }: Edit): TS.CodeFixAction {
  const textChanges = [{ span: { start: at, length: until - at }, newText }];
  return { fixName: `autofree-${name}`, description, changes: [{ fileName: file.fileName, textChanges }] };
}
