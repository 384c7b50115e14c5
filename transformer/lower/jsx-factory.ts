/**
 * The functions that JSX calls without naming them: `<p/>` is `React.createElement("p", null)`, or a call of what `jsxFactory`, or `@jsx` in
 * a comment, names. The name means what it does where the element stands, so it may be a local variable.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import type { ProgramIndex } from "./program-index.js";

export function isJsx(node: TS.Node): node is TS.JsxOpeningLikeElement | TS.JsxOpeningFragment {
  return ts.isJsxOpeningLikeElement(node) || ts.isJsxOpeningFragment(node);
}

/** What the names stand for that an element of JSX uses in the output, whichever kind of output is asked for. */
export function factoriesOf(index: ProgramIndex, node: TS.Node): TS.Symbol[] {
  // Public in its effect (it is what an identifier means there), not in its declaration.
  const { resolveName } = index.checker as TS.TypeChecker & {
    resolveName(
      name: string,
      at: TS.Node,
      meaning: TS.SymbolFlags,
      noGlobals: boolean,
    ): TS.Symbol | undefined;
  };
  return [...namesIn(index, node.getSourceFile())].flatMap(
    (each) => resolveName(each, node, ts.SymbolFlags.Value, false) ?? [],
  );
}

function namesIn(index: ProgramIndex, file: TS.SourceFile): Set<string> {
  const { jsxFactory, jsxFragmentFactory, reactNamespace } = index.program.getCompilerOptions();
  const names = [jsxFactory, jsxFragmentFactory, reactNamespace, "React"].flatMap((each) => each ?? []);
  for (const [, name = ""] of file.text.matchAll(/@jsx(?:Frag)?\s+([\w$.]+)/g)) names.push(name);
  return new Set(names.map((each) => each.split(".")[0] ?? each));
}
