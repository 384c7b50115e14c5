/**
 * Branded identifiers. A number of one kind can't be passed where another is meant; at run time they are
 * plain numbers, usable as array indices.
 */

declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

/** A variable of one function: a declared one, a parameter, an outer binding it uses, or a temporary. */
export type VariableId = Id<"Variable">;
/** A basic block of one function. */
export type BlockId = Id<"Block">;
/** A place of one function where statements can be inserted. */
export type PointId = Id<"Point">;
/** A statement list of one function. */
export type RegionId = Id<"Region">;
/** An allocation site of one function: of a buffer, an object, an array, a closure or a call's fresh result. */
export type SiteId = Id<"Site">;
/** A syntax node that an instruction of one function comes from. */
export type OriginId = Id<"Origin">;
/** A function of the program. */
export type FunctionId = Id<"Function">;
/** A declared variable of the program, whichever function uses it. */
export type BindingId = Id<"Binding">;

/** A class of the program. */
export type ClassId = Id<"Class">;

/** Gives a plain number its brand. */
export function brandId<T extends number>(value: number): T {
  return value as T;
}
