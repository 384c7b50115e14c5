/** Allocations as calls of the runtime, in text: what is replaced by what, and what stays between. */
import type TS from "typescript";
import type { SiteEdit } from "../emit/edits.js";
import type { RuntimeName } from "../emit/runtime-import.js";
import { ts } from "../typescript.js";
import { originalMark } from "./marks.js";
import type { TextEdit } from "./text-edits.js";

export interface Counterpart {
  readonly name: RuntimeName;
  /** The edits for the function's local name, each with the nodes that stand after it as they are. */
  replacements(local: string): readonly (TextEdit & { readonly kept: readonly TS.Node[] })[];
}

/** How a site is written as a call of the runtime; `null` where it can't be. */
export function counterpartOf(
  file: TS.SourceFile,
  node: TS.Node,
  { form, isOverwritten }: Pick<SiteEdit, "form" | "isOverwritten">,
): Counterpart | null {
  switch (form) {
    case "length":
      return constructed(file, node, isOverwritten ? "makeUninitialized" : "make");
    case "copy":
      return constructed(file, node, "copyOf");
    case "from":
      return called(file, node, "fromOf");
    case "map":
      return called(file, node, "mapOf");
    case "slice":
      return called(file, node, "sliceOf");
    case "promised":
    case "other":
      return null;
  }
}

/** `new X(n)` → `$alloc(X, n)` */
function constructed(file: TS.SourceFile, node: TS.Node, name: RuntimeName): Counterpart | null {
  if (!ts.isNewExpression(node) || node.typeArguments) return null;
  const [argument, ...others] = node.arguments ?? [];
  if (!node.arguments || !argument || others.length > 0 || ts.isSpreadElement(argument)) return null;
  const [start, end] = [node.getStart(file), node.arguments.pos];
  const type = node.expression.getText(file);
  const mark = markUnless(file.text.slice(start, end), `new ${type}(`);
  if (mark === null) return null;
  return {
    name,
    replacements: (local) => [{ start, end, text: `${local}(${mark}${type}, `, kept: [argument] }],
  };
}

/** `x.slice(1)` → `$slice(x, 1)` */
function called(file: TS.SourceFile, node: TS.Node, name: RuntimeName): Counterpart | null {
  if (!ts.isCallExpression(node) || node.typeArguments || ts.isOptionalChain(node)) return null;
  const { expression: callee, arguments: args } = node;
  if (!ts.isPropertyAccessExpression(callee) || callee.expression.kind === ts.SyntaxKind.SuperKeyword)
    return null;
  const object = callee.expression;
  const mark = markUnless(file.text.slice(object.end, args.pos), `.${callee.name.text}(`);
  if (mark === null) return null;
  const start = node.getStart(file);
  return {
    name,
    replacements: (local) => [
      { start, end: start, text: `${local}(`, kept: [object] },
      { start: object.end, end: args.pos, text: mark + (args.length > 0 ? ", " : ""), kept: args },
    ],
  };
}

/** Nothing where a text is the one that would be taken for it; else the text in a mark. */
function markUnless(text: string, expected: string): string | null {
  return text === expected ? "" : originalMark(text);
}
