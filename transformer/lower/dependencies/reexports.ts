/**
 * Finds what a CommonJS module exports on behalf of another: `__exportStar(require("./other"), exports)`, which is what the compiler
 * makes of `export * from "./other"`, and which it does not understand itself when it reads JavaScript.
 */
import type TS from "typescript";
import { ts } from "../../typescript.js";
import type { ProgramIndex } from "../program-index.js";

/** The export of that name which a module has from another; the first one wins, as it does at run time. */
export function reexported(index: ProgramIndex, module: TS.Symbol, name: string): TS.Symbol | undefined {
  return search(index, module, { name, seen: new Set() });
}

function search(
  index: ProgramIndex,
  module: TS.Symbol,
  { name, seen }: { name: string; seen: Set<TS.Symbol> },
): TS.Symbol | undefined {
  if (seen.has(module)) return undefined;
  seen.add(module);
  const own = index.checker.tryGetMemberInModuleExports(name, module);
  if (own) return index.followAlias(own);
  const file = module.valueDeclaration;
  if (!file || !ts.isSourceFile(file)) return undefined;
  for (const specifier of starsOf(file)) {
    const other = index.checker.getSymbolAtLocation(specifier);
    const found = other && search(index, index.followAlias(other), { name, seen });
    if (found) return found;
  }
  return undefined;
}

/** The modules of which a module exports everything. */
function starsOf(file: TS.SourceFile): TS.StringLiteral[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) return [];
    const { expression: callee, arguments: given } = statement.expression;
    const [from] = given;
    const isStar =
      (ts.isIdentifier(callee) && callee.text === "__exportStar") ||
      (ts.isPropertyAccessExpression(callee) && callee.name.text === "__exportStar");
    if (!isStar || !from || !ts.isCallExpression(from)) return [];
    const [specifier] = from.arguments;
    return specifier && ts.isStringLiteral(specifier) ? [specifier] : [];
  });
}
