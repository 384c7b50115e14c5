/**
 * What is known of a class of the program: what `new` runs, and which functions its instances' methods are.
 *
 * Only a class whose whole chain of base classes is understood has a {@link ClassInfo}; of any other nothing is known (S3).
 * Instances are tracked by exact class (the operand of `new`), so a method that is found here is the one that runs,
 * unless an instance has a field of that name or the member is `replaced` somewhere in the program.
 */
import type { ClassId, FunctionId } from "./ids.js";

export type Member =
  | { readonly kind: "method"; readonly function: FunctionId }
  | { readonly kind: "accessor"; readonly get: FunctionId | null; readonly set: FunctionId | null }
  /** Assigned, or defined by other means, at run time. */
  | { readonly kind: "replaced" };

export interface ClassInfo {
  readonly id: ClassId;
  readonly name: string;
  readonly base: ClassInfo | null;
  /** Initialises a new instance: the constructor, base classes and field initialisers included. */
  readonly construct: FunctionId;
  /** The members that the class itself declares for its instances, by the name of the IR's field. */
  readonly members: ReadonlyMap<string, Member>;
  /** The fields that it declares: an instance's own property hides what its class has under that name. */
  readonly fields: ReadonlySet<string>;
  /** The same for the class object. */
  readonly statics: ReadonlyMap<string, Member>;
  /** It is a package's, or extends one: what is done to an instance that others have, the walk of the program doesn't tell. */
  readonly isOfPackage: boolean;
}

/** The member of that name that an instance inherits; `null` if no class of the chain declares one. */
export function findMember(info: ClassInfo, name: string): Member | null {
  if (hasField(info, name)) return isInherited(info, name) ? { kind: "replaced" } : null;
  for (let at: ClassInfo | null = info; at; at = at.base) {
    const member = at.members.get(name);
    if (member) return member;
  }
  return null;
}

function hasField(info: ClassInfo, name: string): boolean {
  for (let at: ClassInfo | null = info; at; at = at.base) if (at.fields.has(name)) return true;
  return false;
}

function isInherited(info: ClassInfo, name: string): boolean {
  for (let at: ClassInfo | null = info; at; at = at.base) if (at.members.has(name)) return true;
  return false;
}

/** Whether some class of the chain has a getter or setter. */
export function hasAccessors(info: ClassInfo): boolean {
  for (let at: ClassInfo | null = info; at; at = at.base) {
    for (const member of at.members.values()) if (member.kind === "accessor") return true;
  }
  return false;
}
