/**
 * Carries out edits on one source file: frees inserted, handles declared, allocations rewritten. The result reads
 * like code that a person could have written; source positions stay.
 */
import type TS from "typescript";
import { isOnlyType } from "../lower/syntax.js";
import type { PathStep } from "../plan/plan.js";
import { ts } from "../typescript.js";
import type { Edits, FreeEdit, HandleName, Insertion, SiteEdit } from "./edits.js";
import { ElementReplacer } from "./replace-elements.js";
import { nameLength, type Taken, takeOrMake, takeStatements } from "./reuse-statements.js";
import type { CounterpartName, RuntimeImport } from "./runtime-import.js";
import { SlotCalls } from "./slot-calls.js";

export interface EmitInput {
  readonly context: TS.TransformationContext;
  readonly file: TS.SourceFile;
  readonly edits: Edits;
  readonly runtime: RuntimeImport;
  /** Frees say where they stand. */
  readonly checked: boolean;
}

/** The file with its edits; what it calls of the runtime is still to be imported. */
export function emitFile({ context, file, edits, runtime, checked }: EmitInput): TS.SourceFile {
  const emitter = new Emitter(context, edits, { runtime, checked });
  const edited = ts.visitEachChild(file, emitter.visit, context);
  return emitter.withEnd(file, edited);
}

class Emitter {
  private readonly factory: TS.NodeFactory;
  private readonly handleNames = new Map<HandleName, TS.Identifier>();
  /** By the statement of a declaration, once its value has been visited. */
  private readonly reused = new Map<TS.Node, Taken>();

  private readonly runtime: RuntimeImport;
  private readonly checked: boolean;
  private readonly elements: ElementReplacer;
  private readonly slots: SlotCalls;

  constructor(
    private readonly context: TS.TransformationContext,
    private readonly edits: Edits,
    { runtime, checked }: Pick<EmitInput, "runtime" | "checked">,
  ) {
    this.factory = context.factory;
    this.runtime = runtime;
    this.checked = checked;
    this.elements = new ElementReplacer(context.factory, edits.scalars);
    this.slots = new SlotCalls(context.factory, runtime, (handle) => this.handleName(handle));
  }

  readonly visit = (node: TS.Node): TS.VisitResult<TS.Node> => {
    if (isOnlyType(node)) return node;
    const visited = ts.visitEachChild(node, this.visit, this.context);
    const parameter = this.edits.parameters.get(node);
    const inner = parameter ? this.slots.withParameter(visited, parameter) : visited;
    if (ts.isVariableStatement(node)) {
      const statements = this.elements.replaceStatement(node, inner as TS.VariableStatement);
      const before = this.edits.before.get(node);
      if (statements) return [...(before ? this.insertion(before) : []), ...statements];
    }
    if (ts.isBlock(node) || ts.isStatement(node))
      return this.editStatement(node, this.withEnd(node, inner) as TS.Statement);
    if (ts.isCaseOrDefaultClause(node) || ts.isModuleBlock(node)) return this.withEnd(node, inner);
    if (ts.isArrowFunction(node)) return this.editArrow(node, inner as TS.ArrowFunction);
    const replaced = this.elements.replace(node, inner);
    if (replaced) return replaced;
    const edit = this.edits.sites.get(node);
    return edit ? this.editSite(node as TS.Expression, inner as TS.Expression, edit) : inner;
  };

  // Statements

  private editStatement(node: TS.Statement, inner: TS.Statement): TS.VisitResult<TS.Node> {
    const before = this.edits.before.get(node);
    const value = this.edits.afterValue.get(node);
    const after = isList(node) ? undefined : this.edits.atEnd.get(node);
    const reuse = this.reused.get(node);
    if (!before && !value && !after && !reuse) return inner;
    const own = reuse ? takeStatements(this.factory, inner, reuse) : [inner];
    return [
      ...(before ? this.insertion(before) : []),
      ...(value ? this.splitStatement(node, inner, value) : own),
      ...(after ? this.insertion(after) : []),
    ];
  }

  /** Adds what belongs at the end of a node's own statement list, and the `else` that an `if` lacks. */
  withEnd<T extends TS.Node>(node: T, inner: T): T {
    const { factory } = this;
    const atElse = this.edits.inElse.get(node);
    if (atElse && ts.isIfStatement(inner)) {
      const otherwise = factory.createBlock(this.insertion(atElse), true);
      // In braces, or the `else` might join an `if` further in.
      const then = inner.thenStatement;
      const whenTrue = ts.isBlock(then) ? then : ts.setTextRange(factory.createBlock([then], true), then);
      return factory.updateIfStatement(inner, inner.expression, whenTrue, otherwise) as TS.Node as T;
    }
    const atEnd = this.edits.atEnd.get(node);
    if (!atEnd || !isList(node)) return inner;
    const list = inner as TS.Node as TS.Block | TS.SourceFile | TS.CaseOrDefaultClause | TS.ModuleBlock;
    const statements = ts.setTextRange(
      factory.createNodeArray([...list.statements, ...this.insertion(atEnd)]),
      list.statements,
    );
    return this.withStatements(list, statements) as TS.Node as T;
  }

  private withStatements(
    list: TS.Block | TS.SourceFile | TS.CaseOrDefaultClause | TS.ModuleBlock,
    statements: TS.NodeArray<TS.Statement>,
  ): TS.Node {
    const { factory } = this;
    if (ts.isSourceFile(list)) return factory.updateSourceFile(list, statements);
    if (ts.isModuleBlock(list)) return factory.updateModuleBlock(list, statements);
    if (ts.isCaseClause(list)) return factory.updateCaseClause(list, list.expression, statements);
    if (ts.isDefaultClause(list)) return factory.updateDefaultClause(list, statements);
    return factory.updateBlock(list, statements);
  }

  /** `return f(x);` → `const $r = f(x); $free(x); return $r;`, and the same for an assignment. */
  private splitStatement(node: TS.Statement, inner: TS.Statement, insertion: Insertion): TS.Statement[] {
    const { factory } = this;
    if (ts.isReturnStatement(inner) && inner.expression) {
      if (isPlainName(inner.expression)) return [...this.insertion(insertion, inner.expression), inner];
      const { name, declaration } = this.remember(inner.expression, node);
      const statements = this.insertion(insertion, name);
      return [declaration, ...statements, ts.setTextRange(factory.createReturnStatement(name), node)];
    }
    if (ts.isExpressionStatement(inner)) {
      const assignment = ts.skipPartiallyEmittedExpressions(
        skipParentheses(inner.expression),
      ) as TS.BinaryExpression;
      if (isPlainName(assignment.right)) return [...this.insertion(insertion, assignment.right), inner];
      const { name, declaration } = this.remember(assignment.right, node);
      const statements = this.insertion(insertion, name);
      const assign = factory.updateBinaryExpression(
        assignment,
        assignment.left,
        assignment.operatorToken,
        name,
      );
      return [declaration, ...statements, factory.updateExpressionStatement(inner, assign)];
    }
    return [...this.insertion(insertion), inner];
  }

  private remember(value: TS.Expression, node: TS.Node): { name: TS.Identifier; declaration: TS.Statement } {
    const { factory } = this;
    const name = factory.createUniqueName("$r", ts.GeneratedIdentifierFlags.Optimistic);
    // An anonymous function or class would take the name of the variable.
    const unnamed = isAnonymousDefinition(value)
      ? factory.createComma(factory.createNumericLiteral(0), value)
      : value;
    const declared = factory.createVariableDeclaration(name, undefined, undefined, unnamed);
    const list = factory.createVariableDeclarationList([declared], ts.NodeFlags.Const);
    return { name, declaration: ts.setTextRange(factory.createVariableStatement(undefined, list), node) };
  }

  private editArrow(node: TS.ArrowFunction, inner: TS.ArrowFunction): TS.ArrowFunction {
    const before = this.edits.before.get(node.body);
    const value = this.edits.afterValue.get(node.body);
    if (ts.isBlock(node.body) || (!before && !value)) return inner;
    const { factory } = this;
    const statements = before ? this.insertion(before) : [];
    const result = factory.createReturnStatement(inner.body as TS.Expression);
    const body = value ? this.splitStatement(ts.setTextRange(result, node.body), result, value) : [result];
    const block = ts.setTextRange(factory.createBlock([...statements, ...body], true), node.body);
    return factory.updateArrowFunction(
      inner,
      inner.modifiers,
      inner.typeParameters,
      inner.parameters,
      inner.type,
      inner.equalsGreaterThanToken,
      block,
    );
  }

  /** The statements to insert; `value` is the name of the value at hand, where there is one. */
  private insertion({ frees, handles }: Insertion, value: TS.Expression | null = null): TS.Statement[] {
    const { factory } = this;
    const statements = frees.map((free) => this.freeStatement(free, value));
    if (handles.length > 0) {
      const declared = handles.map((handle) => factory.createVariableDeclaration(this.handleName(handle)));
      const list = factory.createVariableDeclarationList(declared, ts.NodeFlags.Let);
      statements.push(factory.createVariableStatement(undefined, list));
    }
    return statements;
  }

  private freeStatement(
    { value, path, sure, guards, reset, place, slot, reuse }: FreeEdit,
    atHand: TS.Expression | null,
  ): TS.Statement {
    const { factory } = this;
    const name =
      value.kind === "handle" ? this.handleName(value.handle) : factory.createIdentifier(value.name);
    if (reuse) {
      const kept = this.runtime.call("reuse", [name]);
      return factory.createExpressionStatement(factory.createAssignment(this.handleName(reuse), kept));
    }
    const call = slot
      ? this.slots.giveCall(slot.name, name, !slot.isBorn)
      : this.freeCall(name, { path, sure, place });
    // A free returns undefined, which is what a holder of nothing holds.
    const statement = factory.createExpressionStatement(reset ? factory.createAssignment(name, call) : call);
    const condition = guards
      .map((guard) => (guard === null ? (atHand as TS.Expression) : factory.createIdentifier(guard)))
      .map((other): TS.Expression => factory.createStrictInequality(name, other))
      .reduce<TS.Expression | null>((all, each) => (all ? factory.createLogicalAnd(all, each) : each), null);
    return condition ? factory.createIfStatement(condition, statement) : statement;
  }

  /** `free(m.data)`, `freeEach(rows)`, `freeEach(planes, (each) => free(each.data))`. */
  private freeCall(
    from: TS.Expression,
    { path, sure, place }: Pick<FreeEdit, "path" | "sure" | "place">,
  ): TS.Expression {
    const { factory, runtime } = this;
    const where = this.checked ? [factory.createStringLiteral(place)] : [];
    const at = path.findIndex((step) => step.kind === "each");
    const fields = at < 0 ? path : path.slice(0, at);
    const target = fields.reduce((object, step, i) => this.fieldOf(object, step, sure && i === 0), from);
    if (at < 0) return runtime.call("unsafeFree", [target, ...where]);
    const rest = path.slice(at + 1);
    if (rest.length === 0) {
      const unsaid = where.length > 0 ? [factory.createVoidZero()] : [];
      return runtime.call("freeEach", [target, ...unsaid, ...where]);
    }
    const element = factory.createUniqueName("$each", ts.GeneratedIdentifierFlags.Optimistic);
    const parameter = factory.createParameterDeclaration(undefined, undefined, element);
    const arrow = factory.createToken(ts.SyntaxKind.EqualsGreaterThanToken);
    const free = this.freeCall(element, { path: rest, sure: false, place });
    const each = factory.createArrowFunction(undefined, undefined, [parameter], undefined, arrow, free);
    return runtime.call("freeEach", [target, each]);
  }

  /** A field of what may be absent, or of what is surely an object. */
  private fieldOf(object: TS.Expression, step: PathStep, sure: boolean): TS.Expression {
    const { factory } = this;
    const name = step.kind === "field" ? step.name : "";
    const isName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
    if (sure) {
      return isName
        ? factory.createPropertyAccessExpression(object, name)
        : factory.createElementAccessExpression(object, factory.createStringLiteral(name));
    }
    const optional = factory.createToken(ts.SyntaxKind.QuestionDotToken);
    return isName
      ? factory.createPropertyAccessChain(object, optional, name)
      : factory.createElementAccessChain(object, optional, factory.createStringLiteral(name));
  }

  private handleName(handle: HandleName): TS.Identifier {
    let name = this.handleNames.get(handle);
    if (!name) {
      name = this.factory.createUniqueName(`$${handle.base}`, ts.GeneratedIdentifierFlags.Optimistic);
      this.handleNames.set(handle, name);
    }
    return name;
  }

  // Sites

  /** The runtime's function for a form of allocation, and its arguments. */
  private counterpart(
    inner: TS.Expression,
    { form, isOverwritten }: Pick<SiteEdit, "form" | "isOverwritten">,
  ): [CounterpartName, TS.Expression[]] | null {
    switch (form) {
      case "length":
      case "copy": {
        if (!ts.isNewExpression(inner)) return null;
        const [first] = inner.arguments ?? [];
        const source = first ?? this.factory.createNumericLiteral(0);
        const make = isOverwritten ? "makeUninitialized" : "make";
        return [form === "length" ? make : "copyOf", [inner.expression, source]];
      }
      case "from":
      case "map":
      case "slice": {
        if (!isMethodCall(inner)) return null;
        const names = { from: "fromOf", map: "mapOf", slice: "sliceOf" } as const;
        return [names[form], [inner.expression.expression, ...inner.arguments]];
      }
      case "promised":
      case "other":
        return null;
    }
  }

  private editSite(
    node: TS.Expression,
    inner: TS.Expression,
    { form, handle, isOverwritten, born, slot, handedAt, reuse }: SiteEdit,
  ): TS.Expression {
    const { factory } = this;
    let result = inner;
    const counterpart = this.counterpart(inner, { form, isOverwritten });
    if (counterpart) {
      const [name, given] = counterpart;
      const args = born === null ? given : [...given, factory.createStringLiteral(born)];
      const variable = reuse && this.handleName(reuse);
      const named = variable && nameLength(factory, variable, args[1] as TS.Expression);
      if (named) args[1] = named.name;
      result = slot ? this.slots.takeCall(slot, name, args) : this.runtime.call(name, args);
      if (named) {
        this.reused.set(node.parent.parent.parent, named.taken);
        const reused = isOverwritten ? variable : this.runtime.call("zero", [variable]);
        result = takeOrMake(factory, { variable, length: named.name, reused, made: result });
      }
      ts.setOriginalNode(ts.setTextRange(result, node), node);
    } else if (slot && handedAt !== null && ts.isCallExpression(inner)) {
      result = this.slots.handingCall(inner, slot, handedAt);
    } else if (born !== null) {
      result = ts.setTextRange(this.runtime.call("born", [inner, factory.createStringLiteral(born)]), node);
    }
    if (!handle) return result;
    const assignment = factory.createAssignment(this.handleName(handle), result);
    const { parent } = node;
    const isPlain =
      ts.isVariableDeclaration(parent) || ts.isReturnStatement(parent) || ts.isExpressionStatement(parent);
    return isPlain ? assignment : factory.createParenthesizedExpression(assignment);
  }
}

function isMethodCall(
  node: TS.Node,
): node is TS.CallExpression & { expression: TS.PropertyAccessExpression } {
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression);
}

function isList(node: TS.Node): boolean {
  return (
    ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node) || ts.isModuleBlock(node)
  );
}

function isPlainName(node: TS.Expression): boolean {
  return ts.isIdentifier(node) || ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.ThisKeyword;
}

function isAnonymousDefinition(node: TS.Expression): boolean {
  const value = skipParentheses(node);
  return (
    ts.isArrowFunction(value) ||
    ((ts.isFunctionExpression(value) || ts.isClassExpression(value)) && !value.name)
  );
}

function skipParentheses(node: TS.Expression): TS.Expression {
  return ts.isParenthesizedExpression(node) ? skipParentheses(node.expression) : node;
}
