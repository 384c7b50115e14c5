/**
 * A plan says, as data, what to change in one function: which allocations to rewrite, which variables to add,
 * which frees to insert where. The emit pass carries it out without thinking; a checker can re-prove it.
 */
import type { BufferType } from "../ir/effect.js";
import type { FunctionId, OriginId, PointId, RegionId, SiteId, VariableId } from "../ir/ids.js";
import type { Reason } from "./reasons.js";

/** A variable that remembers the instance born last at a site, or `undefined`. */
export interface Handle {
  readonly id: number;
  readonly site: SiteId;
  /** A name to start from; the emit makes it unique. */
  readonly name: string;
  /** Declared before statement `index` of `region`. */
  readonly region: RegionId;
  readonly index: number;
}

export type FreedValue =
  | { readonly kind: "handle"; readonly handle: number }
  | { readonly kind: "variable"; readonly variable: VariableId };

export type Guard =
  | { readonly kind: "variable"; readonly variable: VariableId }
  /** The value that the statement at the point returns or assigns. */
  | { readonly kind: "value"; readonly variable: VariableId };

/** A step from an object to what it owns: a field, or each element. */
export type PathStep = { readonly kind: "field"; readonly name: string } | { readonly kind: "each" };

export interface Free {
  readonly point: PointId;
  readonly value: FreedValue;
  /** From the value to what is freed; empty where it is the value itself. */
  readonly path: readonly PathStep[];
  /** The value is surely an object, so that a path can start there without asking. */
  readonly sure: boolean;
  /** Free only if the value differs from each of these. */
  readonly guards: readonly Guard[];
  /** Another free may come later: forget the value, so that it is not freed twice. */
  readonly reset: boolean;
  /** The sites of this function whose buffers it may free. */
  readonly sites: readonly SiteId[];
  /** The value goes into that slot of the function, for its site to take; of another function's, where `slotOf` says so. */
  readonly slot?: number;
  readonly slotOf?: FunctionId;
  /** The value waits in that variable of the function for its site to take. */
  readonly reuse?: number;
}

/** A variable before a loop in which what one iteration frees waits for the next. */
export interface Reuse {
  readonly site: SiteId;
  /** A name to start from; the emit makes it unique. */
  readonly name: string;
  /** The loop is statement `index` of `region`. */
  readonly region: RegionId;
  readonly index: number;
  /** The loop may be come to again, in a loop around it. */
  readonly isRepeated: boolean;
}

export interface PlanStep {
  readonly origin: OriginId;
  /** The function that the origin is of, where it is another one than the site's. */
  readonly function?: FunctionId;
  readonly why: string;
}

/** A buffer that is freed, on every path or on some. */
export interface FreedVerdict {
  readonly kind: "freed" | "partial";
  readonly points: readonly PointId[];
  /** Frees in callers that the buffer is returned to. */
  readonly elsewhere: readonly { readonly function: FunctionId; readonly point: PointId }[];
  /** Where the buffer is lost without a free, as far as that is known; nothing if it is freed. */
  readonly losses?: readonly PlanStep[];
}

export type SiteVerdict =
  | FreedVerdict
  /** Its elements are local variables: see `scalar/replace-scalars.ts`. */
  | { readonly kind: "scalar" }
  | {
      readonly kind: "kept";
      readonly reason: Reason;
      readonly path: readonly PlanStep[];
    };

/** Whether frees have to do with a verdict: neither left to the collector nor no buffer at all. */
export function isFreed(verdict: SiteVerdict): verdict is FreedVerdict {
  return verdict.kind === "freed" || verdict.kind === "partial";
}

export interface PlannedSite {
  readonly site: SiteId;
  readonly origin: OriginId;
  readonly type: BufferType;
  readonly verdict: SiteVerdict;
  /** Every element is written before any is read, so that its memory needs no zeros. */
  readonly isOverwritten?: boolean;
  /**
   * It looks for its memory in that slot of the function first, or in the one that the function is handed. A call hands that on to its
   * callee.
   */
  readonly slot?: number | "handed";
  /** It is a call, and hands the slot to its callee as the argument of that number. */
  readonly handedAt?: number;
  /** It looks for its memory in that variable of the function before anything else. */
  readonly reuse?: number;
  /** The handle that the born buffer is assigned to. */
  readonly handle: number | null;
  /** The functions' sites that make the buffer, when this site is a call of a function of the program. */
  readonly madeAt: readonly {
    readonly function: FunctionId;
    readonly site: SiteId;
    readonly verdict: SiteVerdict;
  }[];
}

export interface FunctionPlan {
  readonly function: FunctionId;
  readonly handles: readonly Handle[];
  readonly frees: readonly Free[];
  readonly sites: readonly PlannedSite[];
  /** A name to start from for each slot: a variable of the module that holds what a site frees until it allocates again. */
  readonly slots?: readonly string[];
  /** Callers may hand it a slot, as one argument more. */
  readonly takesSlot?: true;
  readonly reuses?: readonly Reuse[];
}
