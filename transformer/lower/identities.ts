/**
 * Numbers for functions, variables and classes. The program and the code of its dependencies are read by compilers of their own, but a
 * call leads from one to the other: so they share these.
 */
import type TS from "typescript";
import { invariant } from "../bailout.js";
import type { ClassInfo } from "../ir/class.js";
import { type BindingId, brandId, type ClassId, type FunctionId } from "../ir/ids.js";
import type { Unit } from "./syntax.js";

export class Identities {
  private readonly functionIds = new Map<Unit, FunctionId>();
  private readonly functionNodes: Unit[] = [];
  private readonly bindingIds = new Map<TS.Symbol | TS.Node, BindingId>();
  private readonly classIds = new Map<TS.Node, ClassId>();
  private readonly classInfos: ClassInfo[] = [];

  functionId(node: Unit): FunctionId {
    let id = this.functionIds.get(node);
    if (id === undefined) {
      id = brandId<FunctionId>(this.functionNodes.length);
      this.functionIds.set(node, id);
      this.functionNodes.push(node);
    }
    return id;
  }

  functionNode(id: FunctionId): Unit {
    const node = this.functionNodes[id];
    invariant(node, `unknown function ${id}`);
    return node;
  }

  /** The identity of a declared variable, or (given a function node) of that function's own `this`. */
  bindingId(key: TS.Symbol | Unit): BindingId {
    let id = this.bindingIds.get(key);
    if (id === undefined) {
      id = brandId<BindingId>(this.bindingIds.size);
      this.bindingIds.set(key, id);
    }
    return id;
  }

  /** The identity of a class, by the node that declares it. */
  classId(node: TS.Node): ClassId {
    let id = this.classIds.get(node);
    if (id === undefined) {
      id = brandId<ClassId>(this.classIds.size);
      this.classIds.set(node, id);
    }
    return id;
  }

  noteClass(info: ClassInfo): void {
    this.classInfos[info.id] = info;
  }

  classInfo(id: ClassId): ClassInfo {
    const info = this.classInfos[id];
    invariant(info, `unknown class ${id}`);
    return info;
  }
}
