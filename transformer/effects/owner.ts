/** Names what declares a library symbol, so that a table can be found for it. Identity comes from where it is declared. */
import type TS from "typescript";
import { ts } from "../typescript.js";
import { globalOwner } from "./tables.js";

/**
 * The owner of a declared member or function: an interface, class or namespace (with the modules and namespaces
 * around it; `XConstructor` for what `X` itself has), a module by its name without `node:`, or {@link globalOwner}. `null` for any other.
 *
 * Example: `crypto.Hash` for the method `update` of `class Hash` in `declare module "crypto"`.
 */
export function ownerOf(declaration: TS.Declaration): string | null {
  if (ts.isVariableDeclaration(declaration)) {
    return ts.isVariableStatement(declaration.parent.parent)
      ? scopeOf(declaration.parent.parent.parent)
      : null;
  }
  const { parent } = declaration;
  // `declare var X: { new(): X; make(): X }` is what an interface `XConstructor` would say.
  if (ts.isTypeLiteralNode(parent)) {
    const { parent: variable } = parent;
    const owner = ts.isVariableDeclaration(variable) && ts.isIdentifier(variable.name);
    const scope =
      owner && ts.isVariableStatement(variable.parent.parent) ? variable.parent.parent.parent : null;
    return owner && scope ? qualify(scope, `${variable.name.getText()}Constructor`) : null;
  }
  if (ts.isInterfaceDeclaration(parent)) return qualify(parent.parent, parent.name.text);
  if (ts.isClassDeclaration(parent) && parent.name) {
    const isStatic = ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Static;
    return qualify(parent.parent, isStatic ? `${parent.name.text}Constructor` : parent.name.text);
  }
  return ts.isFunctionDeclaration(declaration) ? scopeOf(parent) : null;
}

function qualify(around: TS.Node, name: string): string | null {
  const scope = scopeOf(around);
  if (scope === null) return null;
  return scope === globalOwner ? name : `${scope}.${name}`;
}

/** The name of the scope that a statement of `node` declares something in. */
function scopeOf(node: TS.Node): string | null {
  if (ts.isSourceFile(node)) return ts.isExternalModule(node) ? null : globalOwner;
  if (!ts.isModuleBlock(node)) return null;
  const { name, parent } = node.parent;
  if (ts.isStringLiteral(name)) return name.text.replace(/^node:/, "");
  return name.text === "global" && node.parent.flags & ts.NodeFlags.GlobalAugmentation
    ? globalOwner
    : qualify(parent, name.text);
}
