/**
 * Which methods of library types the program's own classes may override: a value that is typed `Uint8Array` may be
 * of the program's `class Pixels extends Uint8Array`, whose `set` is not the library's.
 *
 * A text search decides whether there is any such class at all; most programs have none.
 */
import type TS from "typescript";
import type { ProgramIndex } from "../lower/program-index.js";
import { isAnalysedFile } from "../lower/syntax.js";
import { ts } from "../typescript.js";
import { libraryInterfaceOf } from "./lookup.js";

const bases = String.raw`\w*Array|\w*Buffer|DataView|\w*Map|\w*Set|Date|Text(?:En|De)coder|Hash|Hmac|\w*cipheriv|StringDecoder`;
const subclassPattern = new RegExp(
  String.raw`\bclass\b[^{}]*\b(?:extends|implements)\b[^{}]*\b(?:${bases})\b`,
  "i",
);

const known = new WeakMap<ProgramIndex, ReadonlySet<string>>();

/** The names of all members of the program's classes that derive from something, if any derives from a library type. */
export function overridingMembers(index: ProgramIndex): ReadonlySet<string> {
  let names = known.get(index);
  if (!names) {
    names = collect(index);
    known.set(index, names);
  }
  return names;
}

/**
 * Whether some class of the program may extend a typed array: then a value typed as one may be of that class, and a
 * constructor typed as `Float64Array`'s may be that class. The program's own classes are asked for the type of what
 * they extend, whatever it is called; declaration files for their words.
 */
export function subclassesTypedArrays(index: ProgramIndex): boolean {
  let answer = typedArraySubclasses.get(index);
  if (answer === undefined) {
    answer = index.program.getSourceFiles().some((file) => hasTypedArraySubclass(index, file));
    typedArraySubclasses.set(index, answer);
  }
  return answer;
}

const typedArraySubclasses = new WeakMap<ProgramIndex, boolean>();
const typedArraySubclass = /\bclass\b[^{}]*\bextends\s+(?:globalThis\.)?\w*(?:Array|Buffer)\b/;

function hasTypedArraySubclass(index: ProgramIndex, file: TS.SourceFile): boolean {
  if (index.program.isSourceFileDefaultLibrary(file) || !/\bextends\b/.test(file.text)) return false;
  if (typedArraySubclass.test(file.text)) return true;
  return isAnalysedFile(index.program, file) && extendsBuffer(index, file);
}

/** Whether a class in `node` extends the constructor of a buffer, or something of unknown type. */
function extendsBuffer(index: ProgramIndex, node: TS.Node): boolean {
  if (ts.isClassLike(node)) {
    const clause = node.heritageClauses?.find((each) => each.token === ts.SyntaxKind.ExtendsKeyword);
    const base = clause?.types[0]?.expression;
    if (base) {
      const type = index.checker.getTypeAtLocation(base);
      const name = libraryInterfaceOf(index, type);
      if (type.flags & ts.TypeFlags.Any || (name && /(?:Array|Buffer)Constructor$/.test(name))) return true;
    }
  }
  return ts.forEachChild(node, (child) => extendsBuffer(index, child) || undefined) ?? false;
}

function collect(index: ProgramIndex): ReadonlySet<string> {
  const names = new Set<string>();
  const files = index.program
    .getSourceFiles()
    .filter(
      (file) =>
        !index.program.isSourceFileDefaultLibrary(file) && !/[\\/]@types[\\/]node[\\/]/.test(file.fileName),
    );
  if (!subclassesTypedArrays(index) && !files.some((file) => subclassPattern.test(file.text))) return names;
  const visit = (node: TS.Node): void => {
    if (ts.isClassLike(node) && node.heritageClauses) {
      for (const member of node.members) if (member.name) names.add(member.name.getText());
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files) if (/\b(?:extends|implements)\b/.test(file.text)) visit(file);
  return names;
}
