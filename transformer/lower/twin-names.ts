/**
 * Finds declarations that the language and the checker understand in two ways, so that a name may mean one variable here and another there.
 *
 * In each of them a function has two declarations of one name. Most are errors of types, which are emitted all the same, and none in
 * JavaScript that isn't checked:
 * - a `var` of a parameter's name beside parameters with defaults: two variables, of which the defaults see the parameter
 *   (ECMA-262 10.2.11), and one symbol;
 * - a `var` and a function, or a parameter and a function: one variable, and two symbols;
 * - a `var` in a `catch` clause whose parameter has the name: what initialises it is assigned to the parameter (B.3.4).
 *
 * A function with such a declaration is left alone.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { type FunctionNode, isFunctionNode } from "./syntax.js";

export class TwinNames {
  private readonly scopes = new Map<FunctionNode, Map<string, TS.Symbol>>();

  /** Notes the declaration of `name` as `symbol` in `scope`; says whether there is another variable of its name. */
  note(name: TS.Identifier, symbol: TS.Symbol, scope: FunctionNode): boolean {
    const declaration = declarationOf(name);
    const isVariable = isVar(declaration);
    if (isVariable && (isParameterWithTwin(symbol) || isCaught(declaration, name.text))) return true;
    // A signature without a body has parameters, but no scope.
    const isParameter = ts.isParameter(declaration) && declaration.parent === scope;
    if (!isVariable && !isParameter && !isHoistedWhole(declaration)) return false;
    if (isInNamespace(declaration)) return false;
    const names = this.scopes.get(scope) ?? new Map<string, TS.Symbol>();
    this.scopes.set(scope, names);
    const known = names.get(name.text);
    names.set(name.text, symbol);
    return known !== undefined && known !== symbol;
  }
}

/** What declares a name: a variable's declaration, a parameter, a function. */
function declarationOf({ parent }: TS.Identifier): TS.Node {
  let at: TS.Node = parent;
  while (ts.isBindingElement(at)) at = at.parent.parent;
  return at;
}

function isVar(declaration: TS.Node): boolean {
  return (
    ts.isVariableDeclaration(declaration) &&
    ts.isVariableDeclarationList(declaration.parent) &&
    !(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped)
  );
}

/** Each block of a namespace has variables of its own. */
function isInNamespace(declaration: TS.Node): boolean {
  let at = declaration.parent;
  while (!isFunctionNode(at) && !ts.isModuleBlock(at)) at = at.parent;
  return ts.isModuleBlock(at);
}

/** Whether a function's name is one of all the function, or file, in which it is declared, and of no block alone. */
function isHoistedWhole(declaration: TS.Node): boolean {
  if (!ts.isFunctionDeclaration(declaration)) return false;
  const list = declaration.parent;
  return ts.isSourceFile(list) || isFunctionNode(list.parent);
}

function isParameterWithTwin({ valueDeclaration }: TS.Symbol): boolean {
  let at = valueDeclaration as TS.Node;
  while (ts.isBindingElement(at)) at = at.parent.parent;
  return (
    ts.isParameter(at) && at.parent.parameters.some((each) => each.initializer || !ts.isIdentifier(each.name))
  );
}

/** Whether the declaration stands in a `catch` clause that binds the name. */
function isCaught(declaration: TS.Node, text: string): boolean {
  for (let at = declaration; !isFunctionNode(at); at = at.parent) {
    if (!ts.isCatchClause(at)) continue;
    const name = at.variableDeclaration?.name;
    if (name && ts.isIdentifier(name) && name.text === text) return true;
  }
  return false;
}
