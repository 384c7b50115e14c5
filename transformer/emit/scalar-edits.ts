/** Edits of the nodes at which a small buffer becomes local variables. */
import type TS from "typescript";
import type { ElementsType, ScalarBuffer } from "../scalar/scalar-buffer.js";

/** A variable for an element; its name is made unique when the file is emitted. */
export interface ElementName {
  readonly base: string;
}

export type ScalarEdit =
  /** Of the declaration, in a statement of them. */
  | {
      readonly kind: "declaration";
      readonly type: ElementsType;
      readonly names: readonly ElementName[];
      /** For each element, whether what it begins with is converted; `null` where all begin as zeros. */
      readonly converts: readonly boolean[] | null;
    }
  | { readonly kind: "length"; readonly value: number }
  | { readonly kind: "read"; readonly name: ElementName }
  | {
      readonly kind: "store" | "update" | "step";
      readonly type: ElementsType;
      readonly name: ElementName;
      /** What it computes becomes a value of the type. */
      readonly converts: boolean;
    };

/** Adds the edits of a buffer, by the node that each replaces. */
export function addScalar(edits: Map<TS.Node, ScalarEdit>, buffer: ScalarBuffer): void {
  const { type, symbol, length, declaration, elements, uses } = buffer;
  const names = Array.from({ length }, (_, i): ElementName => ({ base: `${symbol.name}_${i}` }));
  const converts = elements?.map((each) => each.converts) ?? null;
  edits.set(declaration, { kind: "declaration", type, names, converts });
  for (const use of uses) {
    const { kind } = use;
    if (kind === "length") edits.set(use.node, { kind, value: use.value });
    else {
      const name = names[use.at] as ElementName;
      edits.set(use.node, kind === "read" ? { kind, name } : { kind, name, type, converts: use.converts });
    }
  }
}
