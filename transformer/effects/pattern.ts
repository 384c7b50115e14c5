/**
 * The methods of strings that take a pattern. A pattern that is an object decides what happens, by its
 * `Symbol.replace` and its kind: known is what a string does, and a regular expression that the code spells out.
 */
import type TS from "typescript";
import type { Effect } from "../ir/effect.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { skipWrappers } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { each, gives, makes, reads, type Table } from "./rows.js";
import { mayHaveOwnMethods } from "./substitutes.js";

const clause = (name: string): string => `ECMA-262 22.1.3 String.prototype.${name}`;

/** Whatever the pattern is: it sees strings only, but for a function that replaces. */
const unclear: Table = {
  ...each("match matchAll search split", (name) => makes(`${clause(name)} with any pattern`)),
  ...each("replace replaceAll", (name) => ({
    ...makes(`${clause(name)} with any pattern`),
    arguments: ["borrowed", "escaped"],
  })),
};

const plain: Table = {
  ...each("match matchAll", (name) => makes(clause(name))),
  split: gives(clause("split"), { kind: "fresh-container", from: "nothing" }),
  search: reads(clause("search")),
  ...each("replace replaceAll", (name) => reads(`${clause(name)} by a string`)),
};

/** A function that replaces is called with strings and a number, and an object for named groups. */
const calling: Table = each("replace replaceAll", (name) => ({
  ...reads(`${clause(name)} by a function`),
  arguments: ["borrowed", "callback"],
  callback: ["primitive", "primitive", "primitive"],
  convertsResults: true,
}));

export const patternMethods = { unclear, plain, calling };

export function isPatternMethod(owner: string, member: string): boolean {
  return owner === "String" && Object.hasOwn(plain, member);
}

/** The row of `text.member(pattern, …)` for this very call. */
export function patternEffect(index: ProgramIndex, node: TS.CallExpression, member: string): Effect {
  const [pattern, replacement] = node.arguments;
  const source = pattern && !ts.isSpreadElement(pattern) ? sourceOf(index, pattern) : null;
  const row = (table: Table): Effect => (table[member] ?? unclear[member]) as Effect;
  if (source === null) return row(unclear);
  if (!replacement || !Object.hasOwn(calling, member)) return row(plain);
  if (ts.isSpreadElement(replacement)) return row(unclear);
  if (isText(index, replacement)) return row(plain);
  const hasNamedGroups = /\(\?<(?![=!])/.test(source);
  return isFunction(index, replacement) && !hasNamedGroups ? row(calling) : row(unclear);
}

/** The source of a regular expression, `""` for a string, `null` for what may be anything. */
function sourceOf(index: ProgramIndex, pattern: TS.Expression): string | null {
  const node = skipWrappers(pattern);
  if (ts.isRegularExpressionLiteral(node)) return node.text;
  if (isText(index, node)) return "";
  const declaration = ts.isIdentifier(node) ? index.symbolOf(node)?.valueDeclaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return null;
  const isConstant = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  const value = skipWrappers(declaration.initializer);
  if (!isConstant || !ts.isRegularExpressionLiteral(value)) return null;
  return mayHaveOwnMethods(index, index.checker.getTypeAtLocation(value)) ? null : value.text;
}

function isText(index: ProgramIndex, node: TS.Expression): boolean {
  const type = index.checker.getTypeAtLocation(skipWrappers(node));
  return (type.isUnion() ? type.types : [type]).every((each) => each.flags & ts.TypeFlags.StringLike);
}

function isFunction(index: ProgramIndex, node: TS.Expression): boolean {
  const type = index.checker.getTypeAtLocation(skipWrappers(node));
  return !type.isUnion() && !(type.flags & ts.TypeFlags.Any) && type.getCallSignatures().length > 0;
}
