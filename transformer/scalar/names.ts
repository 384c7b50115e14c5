/** What a file says that names could mean something else at run time: R6 of `replace-scalars.ts`. */
import type TS from "typescript";
import { isLibrary } from "../effects/lookup.js";
import { forEachChild } from "../lower/deep-syntax.js";
import type { ProgramIndex } from "../lower/program-index.js";
import { ts } from "../typescript.js";
import type { Birth, ElementsType } from "./scalar-buffer.js";

interface Spelled {
  /** A direct `eval` or a `with` may see any name, or give it another meaning. */
  readonly isOpen: boolean;
  /** Globals of which the file may have a variable of the same name. */
  readonly shadowed: ReadonlySet<string>;
}

const globals: ReadonlySet<string> = new Set(["Math", "BigInt"]);

export class FileNames {
  private readonly known = new Map<TS.SourceFile, Spelled>();

  constructor(private readonly index: ProgramIndex) {}

  /** Whether the names in what replaces a buffer mean what they say. */
  allow({ declaration, type }: Birth): boolean {
    const file = declaration.getSourceFile();
    const spelled = this.known.get(file) ?? spell(this.index, file);
    this.known.set(file, spelled);
    const needed = globalOf(type);
    return !spelled.isOpen && !(needed !== null && spelled.shadowed.has(needed));
  }
}

/** The global that converting to the type uses. */
function globalOf(type: ElementsType): string | null {
  switch (type) {
    case "Float16Array":
    case "Float32Array":
    case "Uint8ClampedArray":
      return "Math";
    case "BigInt64Array":
    case "BigUint64Array":
      return "BigInt";
    default:
      return null;
  }
}

function spell(index: ProgramIndex, file: TS.SourceFile): Spelled {
  let isOpen = false;
  const shadowed = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isWithStatement(node)) isOpen = true;
    if (ts.isIdentifier(node)) {
      if (node.text === "eval") isOpen = true;
      if (globals.has(node.text) && !isMember(node) && !isGlobal(index, node)) shadowed.add(node.text);
    }
    forEachChild(node, visit);
  };
  visit(file);
  return { isOpen, shadowed };
}

function isMember(node: TS.Identifier): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
}

function isGlobal(index: ProgramIndex, node: TS.Identifier): boolean {
  const declarations = index.localSymbolOf(node)?.declarations ?? [];
  return declarations.length > 0 && declarations.every((each) => isLibrary(index, each));
}
