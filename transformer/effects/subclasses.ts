/**
 * Which methods of library types the program's own classes may override: a value that is typed `Uint8Array` may be
 * of the program's `class Pixels extends Uint8Array`, whose `set` is not the library's.
 *
 * A text search decides whether there is any such class at all; most programs have none.
 */
import type TS from "typescript";
import type { ProgramIndex } from "../lower/program-index.js";
import { ts } from "../typescript.js";

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

function collect(index: ProgramIndex): ReadonlySet<string> {
  const names = new Set<string>();
  const files = index.program
    .getSourceFiles()
    .filter(
      (file) =>
        !index.program.isSourceFileDefaultLibrary(file) && !/[\\/]@types[\\/]node[\\/]/.test(file.fileName),
    );
  if (!files.some((file) => subclassPattern.test(file.text))) return names;
  const visit = (node: TS.Node): void => {
    if (ts.isClassLike(node) && node.heritageClauses) {
      for (const member of node.members) if (member.name) names.add(member.name.getText());
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files) if (/\b(?:extends|implements)\b/.test(file.text)) visit(file);
  return names;
}
