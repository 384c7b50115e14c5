/**
 * What a function does to the objects that come in, and what it returns: all that a caller needs to know.
 *
 * A summary is a small graph over the callee's phantoms (parameters, `this`, captured variables, and what
 * their fields held) and the fresh objects that its result can reach.
 *
 * Example: `function put(o, x) { o.data = x; return new Float64Array(9); }` has the edge
 * `parameter 0 . data → parameter 1` and returns one fresh buffer; nothing escapes.
 */
import type { ClassInfo } from "../ir/class.js";
import type { BufferType } from "../ir/effect.js";
import type { BindingId, FunctionId, SiteId } from "../ir/ids.js";
import type { EscapeReason } from "../ir/ir.js";
import { type PhantomRoot, rootKey } from "./objects.js";

export type SummaryShape =
  | { readonly kind: "buffer"; readonly type: BufferType; readonly isNodeView?: true }
  | { readonly kind: "object" }
  | { readonly kind: "array" }
  | { readonly kind: "instance"; readonly class: ClassInfo }
  | { readonly kind: "promise" }
  | { readonly kind: "generator" }
  | { readonly kind: "closure"; readonly function: FunctionId; readonly captures: readonly BindingId[] };

export type SummaryObject =
  | { readonly kind: "other" }
  | { readonly kind: "code"; readonly function: FunctionId }
  | { readonly kind: "phantom"; readonly root: PhantomRoot; readonly path: readonly string[] }
  | {
      readonly kind: "fresh";
      readonly shape: SummaryShape;
      /** One instance a call, or possibly many. */
      readonly many: boolean;
      /** The site that makes it, and the function of that site. */
      readonly madeAt: {
        readonly function: FunctionId;
        readonly site: SiteId;
        readonly part: number;
        readonly isKept: boolean;
      };
      /** The allocation itself, however many calls it has come through; so recursion makes no end of objects. */
      readonly origin: { readonly function: FunctionId; readonly site: SiteId; readonly part: number };
    };

export interface SummaryEdge {
  readonly from: number;
  readonly field: string;
  readonly to: number;
}

export interface SummaryEscape {
  readonly object: number;
  readonly reason: EscapeReason;
  readonly why: string;
}

/** Where a suspended frame looks for objects: in a captured variable, or in the fields of what it holds or of an argument. */
export interface SummarySearch {
  readonly object: number;
  readonly inField: boolean;
}

export interface Summary {
  readonly objects: readonly SummaryObject[];
  readonly edges: readonly SummaryEdge[];
  /** Fields that may be stored to, whatever the value. */
  readonly writes: readonly { readonly object: number; readonly field: string }[];
  readonly escapes: readonly SummaryEscape[];
  /** Phantoms whose own code (`valueOf`, an iterator) may run: harmless for buffers and arrays. */
  readonly coerced: readonly number[];
  /** Objects of which the function may have made another view. */
  readonly viewed: readonly number[];
  /** Phantoms that a suspended frame holds, apart from the arguments. */
  readonly held: readonly number[];
  /** What a suspended frame may find at any time, whatever is there by then. */
  readonly searched: readonly SummarySearch[];
  /** What closed variables of enclosing functions may hold afterwards, themselves (what they held) included where that may be. */
  readonly closed: readonly { readonly binding: BindingId; readonly values: readonly number[] }[];
  readonly result: readonly number[];
  /** The one object that every return gives, if there is such a one. */
  readonly exact: number | null;
  /** The parameter that collects the rest of the arguments, or -1. */
  readonly restParameter: number;
}

/** The summary of a function that is not known to do anything: the bottom of the lattice. */
export const emptySummary: Summary = {
  objects: [],
  edges: [],
  writes: [],
  escapes: [],
  coerced: [],
  viewed: [],
  held: [],
  searched: [],
  closed: [],
  result: [],
  exact: null,
  restParameter: -1,
};

/** A stable text of a summary: equal texts mean equal summaries. */
export function summaryKey(summary: Summary): string {
  const name = (id: number): string => objectKey(summary.objects[id] as SummaryObject);
  const lines = [
    ...summary.edges.map((each) => `${name(each.from)}.${each.field}=${name(each.to)}`),
    ...summary.writes.map((each) => `writes ${name(each.object)}.${each.field}`),
    ...summary.escapes.map((each) => `escapes ${name(each.object)}`),
    ...summary.coerced.map((id) => `coerced ${name(id)}`),
    ...summary.viewed.map((id) => `viewed ${name(id)}`),
    ...summary.held.map((id) => `holds ${name(id)}`),
    ...summary.searched.map((each) => `searches ${name(each.object)}${each.inField ? "." : ""}`),
    ...summary.closed.flatMap(({ binding, values }) => values.map((id) => `gives ${binding} ${name(id)}`)),
    ...summary.closed.map(({ binding }) => `assigns ${binding}`),
    ...summary.result.map((id) => `returns ${name(id)}`),
    ...(summary.exact === null ? [] : [`always ${name(summary.exact)}`]),
  ];
  return lines.sort().join("\n");
}

export function objectKey(object: SummaryObject): string {
  switch (object.kind) {
    case "other":
      return "other";
    case "code":
      return `code ${object.function}`;
    case "phantom":
      return `${rootKey(object.root)}/${object.path.join("/")}`;
    case "fresh": {
      const { madeAt, many, shape } = object;
      // What turns out to be perhaps a Buffer of Node's is another result for callers.
      const type = shape.kind === "buffer" ? ` ${shape.type}` : "";
      return `fresh ${madeAt.function}:${madeAt.site}.${madeAt.part}${many ? "*" : ""}${type}`;
    }
  }
}
