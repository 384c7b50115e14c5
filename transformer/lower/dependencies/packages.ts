/** The packages of `node_modules` whose code is read: what is known of each, and of constructors in the older style. */
import type TS from "typescript";
import type { ClassInfo, Member } from "../../ir/class.js";
import { ts } from "../../typescript.js";
import { forEachChild } from "../deep-syntax.js";
import type { ProgramIndex } from "../program-index.js";
import { isAnalysedFile, skipWrappers } from "../syntax.js";
import { type DependencyFiles, packageOf } from "./find-files.js";
import { collectPackageFacts, type PackageFacts, prototypeMember } from "./package-facts.js";

/** The program that depends on the packages, which may assign members of their instances too. */
export interface Dependent {
  readonly index: ProgramIndex;
  readonly files: DependencyFiles;
}

export class Packages {
  private readonly facts = new Map<string, PackageFacts>();
  private readonly constructors = new Map<TS.FunctionDeclaration, ClassInfo | null>();

  constructor(
    private readonly index: ProgramIndex,
    private readonly dependent: Dependent,
  ) {}

  /** What could replace the methods of a class that `node` declares. */
  factsAt(node: TS.Node): PackageFacts {
    const name = packageOf(node.getSourceFile().fileName);
    let facts = this.facts.get(name);
    if (!facts) {
      facts = this.collect(name);
      this.facts.set(name, facts);
    }
    return facts;
  }

  private collect(name: string): PackageFacts {
    const { program } = this.index;
    const files = program
      .getSourceFiles()
      .filter((file) => isAnalysedFile(program, file) && packageOf(file.fileName) === name);
    const { index: dependent, files: found } = this.dependent;
    // Modules that are loaded, though nothing of them is imported here, may change the classes of others.
    const unread = [...found.textsOf(name)].filter(([path]) => !program.getSourceFile(path));
    const { assigned, tampers } = collectPackageFacts(
      files,
      unread.map(([, text]) => text),
    );
    return { assigned: new Set([...assigned, ...dependent.classes.memberFacts.assigned]), tampers };
  }

  /** `function C(…) { … }` with methods on its prototype: what `new C(…)` makes. */
  constructorNamed(expression: TS.Expression): ClassInfo | null {
    const node = skipWrappers(expression);
    const symbol = ts.isIdentifier(node) ? this.index.symbolOf(node) : undefined;
    return symbol ? this.constructorOf(symbol) : null;
  }

  constructorOf(symbol: TS.Symbol): ClassInfo | null {
    const node = symbol.valueDeclaration;
    if (!node || !ts.isFunctionDeclaration(node) || !node.body) return null;
    let info = this.constructors.get(node);
    if (info === undefined) {
      info = this.build(symbol, node);
      this.constructors.set(node, info);
      if (info) this.index.identities.noteClass(info);
    }
    return info;
  }

  private build(symbol: TS.Symbol, node: TS.FunctionDeclaration): ClassInfo | null {
    const { index } = this;
    const facts = this.factsAt(node);
    const binding = index.factsOfBinding(symbol);
    if (facts.tampers || binding?.reassigned || binding?.assignedElsewhere || returnsValue(node.body))
      return null;
    const members = new Map<string, Member>();
    const fields = new Set<string>();
    for (const [key, member] of symbol.members ?? []) {
      const name = key as string;
      const methods = (member.declarations ?? []).map(prototypeMember);
      const [method] = methods;
      if (!method) fields.add(name);
      else {
        const isKnown =
          methods.length === 1 && ts.isFunctionExpression(method.value) && !facts.assigned.has(name);
        members.set(
          name,
          isKnown
            ? { kind: "method", function: index.functionId(method.value as TS.FunctionExpression) }
            : { kind: "replaced" },
        );
      }
    }
    if (members.size === 0) return null;
    const id = index.identities.classId(node);
    const construct = index.functionId(node);
    return {
      id,
      name: symbol.name,
      base: null,
      construct,
      members,
      fields,
      statics: new Map(),
      isOfPackage: true,
    };
  }
}

function returnsValue(node: TS.Node | undefined): boolean {
  if (!node) return false;
  if (ts.isReturnStatement(node)) return node.expression !== undefined;
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  return forEachChild(node, (child) => returnsValue(child) || undefined) ?? false;
}
