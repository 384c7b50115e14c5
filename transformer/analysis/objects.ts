/**
 * Abstract objects: what the points-to graph is made of.
 *
 * - `other`: everything that the function did not make and does not know. Always escaped.
 * - `site`: made at an allocation site. Each site has two: `recent`, the one instance born last, and `older`,
 *   all instances born before (recency abstraction: Balakrishnan and Reps, *Recency-abstraction for
 *   heap-allocated storage*, SAS 2006). So a loop's new buffer is told apart from the previous one.
 * - `phantom`: what the caller passes in: by a parameter, as `this`, in a captured variable, or found in a field
 *   of these. A summary is stated in terms of phantoms (Whaley and Rinard, *Compositional pointer and escape
 *   analysis*, OOPSLA 1999).
 *
 * A buffer, its ArrayBuffer and all views are one object (a *view group*): they die together.
 */
import type { ClassInfo } from "../ir/class.js";
import type { BufferType } from "../ir/effect.js";
import type { BindingId, FunctionId, SiteId, VariableId } from "../ir/ids.js";
import { type Context, type Identity, type Known, knownAt, noContext } from "./context.js";
import type { BitSet } from "./node-set.js";
import { setOf } from "./node-set.js";

export type Shape =
  | {
      readonly kind: "buffer";
      readonly type: BufferType;
      /** A Node Buffer over storage of others: what its field `<storage>` holds. No free takes it. */
      readonly isNodeView?: true;
    }
  | { readonly kind: "object" }
  | { readonly kind: "array" }
  | { readonly kind: "instance"; readonly class: ClassInfo }
  /** What an async function gives, and a generator: they hold a suspended frame; see `frames.ts`. */
  | { readonly kind: "promise" }
  | { readonly kind: "generator" }
  | { readonly kind: "closure"; readonly function: FunctionId; readonly captures: readonly Capture[] };

export const storageField = "<storage>";

/** A variable that a closure captures: by binding, and as the analysed function's own variable if it has it. */
export interface Capture {
  readonly binding: BindingId;
  readonly variable: VariableId | null;
}

/** Where a phantom comes from. */
export type PhantomRoot =
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "receiver" }
  | { readonly kind: "binding"; readonly binding: BindingId };

export type AbstractObject =
  | { readonly kind: "other"; readonly id: number }
  | {
      readonly kind: "site";
      readonly id: number;
      readonly site: SiteId;
      /** Which of the objects that the site makes: a call may return several. */
      readonly part: number;
      readonly age: "recent" | "older";
      readonly shape: Shape;
    }
  | {
      readonly kind: "phantom";
      readonly id: number;
      readonly root: PhantomRoot;
      readonly path: readonly string[];
      /** What the calling context says of it. */
      readonly known: Known | null;
    }
  /** A function of the program that captures nothing. It holds nothing, so it is only ever called. */
  | { readonly kind: "code"; readonly id: number; readonly function: FunctionId };

export type SiteObject = AbstractObject & { kind: "site" };
export type PhantomObject = AbstractObject & { kind: "phantom" };

/** The object that stands for everything unknown. */
export const otherId = 0;
export const other: BitSet = setOf(otherId);

/** Field paths of phantoms longer than this are folded into one object, written `**`. */
const longestPath = 2;

/** The abstract objects of one function's analysis. */
export class ObjectTable {
  private readonly all: AbstractObject[] = [{ kind: "other", id: otherId }];
  private readonly byKey = new Map<string, number>();

  constructor(private readonly context: Context = noContext) {}

  get(id: number): AbstractObject {
    return this.all[id] as AbstractObject;
  }

  get size(): number {
    return this.all.length;
  }

  site(site: SiteId, part: number, age: "recent" | "older", shape: Shape): number {
    return this.intern(`s${site}.${part}.${age}`, (id) => ({ kind: "site", id, site, part, age, shape }));
  }

  /** The objects of a site that exist so far, oldest first. */
  ofSite(site: SiteId): SiteObject[] {
    return this.all.filter((each): each is SiteObject => each.kind === "site" && each.site === site);
  }

  phantom(root: PhantomRoot, path: readonly string[]): number {
    const folded = path.length > longestPath ? [...path.slice(0, longestPath), "**"] : path;
    const key = `${rootKey(root)}/${folded.join("/")}`;
    const known = knownAt(this.context, root, folded);
    return this.intern(key, (id) => ({ kind: "phantom", id, root, path: folded, known }));
  }

  code(id: FunctionId): number {
    return this.intern(`c${id}`, (object) => ({ kind: "code", id: object, function: id }));
  }

  /** What a phantom's field held when the function was called. */
  contentOf(phantom: PhantomObject, field: string): number {
    if (phantom.path[phantom.path.length - 1] === "**") return phantom.id;
    return this.phantom(phantom.root, [...phantom.path, field]);
  }

  private intern(key: string, create: (id: number) => AbstractObject): number {
    let id = this.byKey.get(key);
    if (id === undefined) {
      id = this.all.length;
      this.byKey.set(key, id);
      this.all.push(create(id));
    }
    return id;
  }
}

/** What an object is, as far as that never changes. */
export function identityOf(object: AbstractObject): Identity | null {
  switch (object.kind) {
    case "other":
      return null;
    case "code":
      return { kind: "function", function: object.function };
    case "phantom":
      return object.known?.kind === "object" ? object.known.is : null;
    case "site":
      if (object.shape.kind === "closure") return { kind: "function", function: object.shape.function };
      if (object.shape.kind === "instance") return object.shape;
      return object.shape.kind === "buffer" ? object.shape : null;
  }
}

export function rootKey(root: PhantomRoot): string {
  switch (root.kind) {
    case "parameter":
      return `p${root.index}`;
    case "receiver":
      return "this";
    case "binding":
      return `b${root.binding}`;
  }
}
