/**
 * With `--checked`: has every access to a buffer ask the runtime first.
 *
 * Idea: `a[i]`, `a.length` and `a.fill(0)` become `$use(a)[i]` and so on, which keeps order of evaluation, `this` and targets of
 * assignments as they are, and so does what is iterated. A buffer that is handed to a function that isn't compiled here goes through `$useWhole`. Where the value that is stored is computed by a call, the buffer is asked about again
 * after that: `a[i] = $useAfter(f(), a)`.
 *
 * Invariants:
 * - Types decide where to ask, never what is done: what is no buffer passes through as it is (S4). What may be a buffer is asked.
 * - Links inside an optional chain stay, since the chain ends where it ended.
 *
 * Example: `sum += data[i]` → `sum += $use(data)[i]`
 */
import type TS from "typescript";
import { bufferTypes } from "../ir/effect.js";
import { forEachChild } from "../lower/deep-syntax.js";
import { isAmbient, isAnalysedFile, isOnlyType } from "../lower/syntax.js";
import { unsuitable } from "../lower/unsuitable.js";
import { ts } from "../typescript.js";
import { runtimeFunction } from "./runtime-calls.js";
import { checkedRuntime, type RuntimeImport, releaseRuntime } from "./runtime-import.js";

export interface InstrumentInput {
  readonly program: TS.Program;
  readonly context: TS.TransformationContext;
  /** The file, with its frees. */
  readonly file: TS.SourceFile;
  readonly runtime: RuntimeImport;
}

export function instrumentUses({ program, context, file, runtime }: InstrumentInput): TS.SourceFile {
  const source = ts.getOriginalNode(file) as TS.SourceFile;
  if (!isAnalysedFile(program, source) || unsuitable(program, source)) return file;
  const instrumenter = new Instrumenter(program, context, runtime);
  return ts.visitEachChild(file, instrumenter.visit, context);
}

class Instrumenter {
  private readonly checker: TS.TypeChecker;
  private readonly factory: TS.NodeFactory;
  private readonly known = new Map<TS.Type, boolean>();

  constructor(
    private readonly program: TS.Program,
    private readonly context: TS.TransformationContext,
    private readonly runtime: RuntimeImport,
  ) {
    this.checker = program.getTypeChecker();
    this.factory = context.factory;
  }

  readonly visit = (node: TS.Node): TS.Node => {
    if (isOnlyType(node)) return node;
    const original = ts.getParseTreeNode(node);
    const inner = ts.visitEachChild(node, this.visit, this.context);
    return original ? this.instrument(original, inner) : inner;
  };

  /** `inner` is `original`, its parts instrumented. */
  private instrument(original: TS.Node, inner: TS.Node): TS.Node {
    const { factory } = this;
    if (ts.isStringLiteral(inner)) return this.redirect(original, inner);
    if (ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner))
      return this.access(original as typeof inner, inner);
    if (ts.isSpreadElement(inner) && !isTarget(original)) {
      const { expression } = original as TS.SpreadElement;
      return factory.updateSpreadElement(inner, this.iterated(expression, inner.expression));
    }
    if (ts.isForOfStatement(inner)) {
      const { expression } = original as TS.ForOfStatement;
      const over = this.iterated(expression, inner.expression);
      return factory.updateForOfStatement(
        inner,
        inner.awaitModifier,
        inner.initializer,
        over,
        inner.statement,
      );
    }
    if (ts.isCallExpression(inner) || ts.isNewExpression(inner))
      return this.call(original as TS.CallExpression | TS.NewExpression, inner);
    if (ts.isBinaryExpression(inner)) return this.assignment(original as TS.BinaryExpression, inner);
    if (ts.isVariableDeclaration(inner) && ts.isArrayBindingPattern(inner.name) && inner.initializer) {
      const { initializer } = original as TS.VariableDeclaration;
      const value = initializer && this.whole(initializer, inner.initializer);
      return factory.updateVariableDeclaration(inner, inner.name, inner.exclamationToken, inner.type, value);
    }
    return inner;
  }

  /** What is imported by hand of the release runtime is of the checked one now. */
  private redirect(original: TS.Node, inner: TS.StringLiteral): TS.Node {
    const { parent } = original;
    if (inner.text !== releaseRuntime || !parent) return inner;
    const isImported =
      ts.isImportDeclaration(parent) ||
      ts.isExportDeclaration(parent) ||
      ts.isExternalModuleReference(parent) ||
      (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword);
    return isImported ? this.factory.createStringLiteral(checkedRuntime) : inner;
  }

  private access<T extends TS.PropertyAccessExpression | TS.ElementAccessExpression>(
    original: T,
    inner: TS.PropertyAccessExpression | TS.ElementAccessExpression,
  ): TS.Node {
    const { factory } = this;
    if (ts.isOptionalChain(original) && !original.questionDotToken) return inner;
    if (isNamed(original) || !this.mayBeBuffer(original.expression)) return inner;
    const object = this.asked("use", original.expression, inner.expression);
    if (ts.isPropertyAccessChain(inner))
      return factory.updatePropertyAccessChain(inner, object, inner.questionDotToken, inner.name);
    if (ts.isElementAccessChain(inner))
      return factory.updateElementAccessChain(
        inner,
        object,
        inner.questionDotToken,
        inner.argumentExpression,
      );
    if (ts.isPropertyAccessExpression(inner))
      return factory.updatePropertyAccessExpression(inner, object, inner.name);
    return factory.updateElementAccessExpression(inner, object, inner.argumentExpression);
  }

  /** Arguments to functions that aren't compiled here. */
  private call(
    original: TS.CallExpression | TS.NewExpression,
    inner: TS.CallExpression | TS.NewExpression,
  ): TS.Node {
    const { factory } = this;
    const written = original.arguments ?? [];
    if (!inner.arguments || !written.some((each) => this.mayBeBuffer(each))) return inner;
    if (original.expression.kind === ts.SyntaxKind.SuperKeyword) return inner;
    if (runtimeFunction(this.checker, original) !== null || this.isCompiledHere(original)) return inner;
    const args = inner.arguments.map((each, i) => {
      const argument = written[i];
      return argument && !ts.isSpreadElement(argument) ? this.whole(argument, each) : each;
    });
    if (ts.isNewExpression(inner))
      return factory.updateNewExpression(inner, inner.expression, inner.typeArguments, args);
    if (ts.isCallChain(inner))
      return factory.updateCallChain(
        inner,
        inner.expression,
        inner.questionDotToken,
        inner.typeArguments,
        args,
      );
    return factory.updateCallExpression(inner, inner.expression, inner.typeArguments, args);
  }

  private isCompiledHere(node: TS.CallExpression | TS.NewExpression): boolean {
    const declaration = this.checker.getResolvedSignature(node)?.declaration;
    if (!declaration || ts.isJSDocSignature(declaration)) return false;
    return !isAmbient(declaration) && isAnalysedFile(this.program, declaration.getSourceFile());
  }

  private assignment(original: TS.BinaryExpression, inner: TS.BinaryExpression): TS.Node {
    const { factory } = this;
    if (original.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return inner;
    const { left, right } = original;
    if (ts.isArrayLiteralExpression(left)) {
      const value = this.whole(right, inner.right);
      return factory.updateBinaryExpression(inner, inner.left, inner.operatorToken, value);
    }
    if (!ts.isElementAccessExpression(left) || !ts.isIdentifier(left.expression)) return inner;
    if (!this.mayBeBuffer(left.expression) || !mayRunCode(right)) return inner;
    const value = ts.setTextRange(this.runtime.call("useAfter", [inner.right, left.expression]), right);
    return factory.updateBinaryExpression(inner, inner.left, inner.operatorToken, value);
  }

  private iterated(original: TS.Expression, inner: TS.Expression): TS.Expression {
    return this.mayBeBuffer(original) ? this.asked("use", original, inner) : inner;
  }

  private whole(original: TS.Expression, inner: TS.Expression): TS.Expression {
    return this.mayBeBuffer(original) ? this.asked("useWhole", original, inner) : inner;
  }

  private asked(name: "use" | "useWhole", original: TS.Expression, inner: TS.Expression): TS.Expression {
    // A comment before it would be written twice.
    ts.setCommentRange(inner, { pos: -1, end: -1 });
    return ts.setSourceMapRange(this.runtime.call(name, [inner]), original);
  }

  private mayBeBuffer(node: TS.Expression): boolean {
    if (node.kind === ts.SyntaxKind.SuperKeyword || ts.isFunctionLike(node) || ts.isLiteralExpression(node))
      return false;
    if (ts.isIdentifier(node) && /^(?:exports|module|require)$/.test(node.text)) return false;
    return this.holdsBuffer(this.checker.getTypeAtLocation(node));
  }

  private holdsBuffer(type: TS.Type): boolean {
    let answer = this.known.get(type);
    if (answer === undefined) {
      this.known.set(type, false);
      answer = this.computeHoldsBuffer(type);
      this.known.set(type, answer);
    }
    return answer;
  }

  private computeHoldsBuffer(type: TS.Type): boolean {
    if (type.flags & ts.TypeFlags.Any) return true;
    if (type.isUnionOrIntersection()) return type.types.some((each) => this.holdsBuffer(each));
    if (type.flags & ts.TypeFlags.Instantiable) {
      const constraint = this.checker.getBaseConstraintOfType(type);
      return !constraint || (constraint !== type && this.holdsBuffer(constraint));
    }
    if (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) return true;
    if (!(type.flags & ts.TypeFlags.Object)) return false;
    if (names.has(type.symbol?.name ?? "")) return true;
    if (this.checker.isArrayType(type) || this.checker.isTupleType(type)) return false;
    if (type.isClassOrInterface() && (type.getBaseTypes() ?? []).some((each) => this.holdsBuffer(each)))
      return true;
    return this.checker.getIndexTypeOfType(type, ts.IndexKind.Number) !== undefined;
  }
}

const names: ReadonlySet<string> = new Set([
  ...bufferTypes,
  "ArrayBufferLike",
  "ArrayBufferView",
  "DataView",
  "Iterable",
]);

/** A name, or a part of one, of what is constructed, extended or an element of JSX: no call may stand there. */
function isNamed(node: TS.Expression): boolean {
  const { parent } = node;
  return (
    (ts.isNewExpression(parent) && parent.expression === node) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isDecorator(parent) ||
    (ts.isPropertyAccessExpression(parent) && isNamed(parent)) ||
    ts.isJsxOpeningLikeElement(parent) ||
    ts.isJsxClosingElement(parent)
  );
}

/** Whether a node stands in what a destructuring assigns to: `[...rest] = values`. */
function isTarget(node: TS.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent))
    return parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isTarget(parent);
  const isNested =
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isParenthesizedExpression(parent);
  return isNested && isTarget(parent);
}

/** Whether computing it may free something. */
function mayRunCode(node: TS.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return (
    ts.isCallExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isYieldExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    forEachChild(node, (each) => mayRunCode(each) || undefined) === true
  );
}
