/**
 * Carries out the edits of small buffers that become local variables.
 *
 * The variables are declared with `let` where the buffer was, so that they live as long, and each time anew. A statement that declares
 * others too is split, in order. Every replaced expression keeps its place in the source.
 */
import type TS from "typescript";
import { skipWrappers } from "../lower/syntax.js";
import { type ElementsType, isBigIntType } from "../scalar/scalar-buffer.js";
import { ts } from "../typescript.js";
import { convertElement } from "./convert-element.js";
import type { ElementName, ScalarEdit } from "./scalar-edits.js";

type DeclarationEdit = Extract<ScalarEdit, { kind: "declaration" }>;

export class ElementReplacer {
  private readonly names = new Map<ElementName, TS.Identifier>();

  constructor(
    private readonly factory: TS.NodeFactory,
    private readonly edits: ReadonlyMap<TS.Node, ScalarEdit>,
  ) {}

  /** What takes the place of an expression, of which `inner` is the edited form; `null` where it stays. */
  replace(node: TS.Node, inner: TS.Node): TS.Expression | null {
    const edit = this.edits.get(node);
    switch (edit?.kind) {
      case undefined:
      case "declaration":
        return null;
      case "length":
        return ts.setTextRange(this.factory.createNumericLiteral(edit.value), node);
      case "read":
        return ts.setTextRange(this.nameOf(edit.name), node);
      case "store":
      case "update":
        return this.assignment(inner as TS.BinaryExpression, edit);
      case "step":
        return this.step(inner as TS.PrefixUnaryExpression | TS.PostfixUnaryExpression, edit);
    }
  }

  /** The statements that a statement of declarations becomes; `null` where none of them is replaced. */
  replaceStatement(node: TS.VariableStatement, inner: TS.VariableStatement): TS.Statement[] | null {
    const { declarations } = node.declarationList;
    if (!declarations.some((each) => this.edits.has(each))) return null;
    const groups: { readonly flags: TS.NodeFlags; readonly declared: TS.VariableDeclaration[] }[] = [];
    declarations.forEach((each, i) => {
      const edit = this.edits.get(each);
      const own = inner.declarationList.declarations[i] as TS.VariableDeclaration;
      const isReplaced = edit?.kind === "declaration";
      const flags = isReplaced ? ts.NodeFlags.Let : node.declarationList.flags & ts.NodeFlags.BlockScoped;
      const declared = isReplaced ? this.declarations(own, edit) : [own];
      const last = groups.at(-1);
      if (last?.flags === flags) last.declared.push(...declared);
      else groups.push({ flags, declared });
    });
    const { factory } = this;
    return groups.map(({ flags, declared }, i) => {
      const list = factory.createVariableDeclarationList(declared, flags);
      const statement = factory.createVariableStatement(undefined, list);
      // Comments before the statement stay before the first, those behind it behind the last.
      const pos = i === 0 ? node.pos : -1;
      return ts.setTextRange(statement, { pos, end: i === groups.length - 1 ? node.end : -1 });
    });
  }

  private declarations(
    own: TS.VariableDeclaration,
    { type, names, converts }: DeclarationEdit,
  ): TS.VariableDeclaration[] {
    const values = converts && elementsOf(own.initializer as TS.Expression);
    return names.map((each, i) => {
      const value = values?.[i];
      const initial = value ? (converts?.[i] ? this.convert(type, value) : value) : this.zero(type);
      const declared = this.factory.createVariableDeclaration(
        this.nameOf(each),
        undefined,
        undefined,
        initial,
      );
      return ts.setSourceMapRange(declared, own);
    });
  }

  private zero(type: ElementsType): TS.Expression {
    return isBigIntType(type) ? this.factory.createBigIntLiteral("0n") : this.factory.createNumericLiteral(0);
  }

  private assignment(
    inner: TS.BinaryExpression,
    { kind, type, name, converts }: Extract<ScalarEdit, { converts: boolean }>,
  ): TS.Expression {
    const { factory } = this;
    const { operatorToken, right } = inner;
    const target = ts.setTextRange(this.nameOf(name), inner.left);
    if (!converts) return factory.updateBinaryExpression(inner, target, operatorToken, right);
    const value =
      kind === "store"
        ? right
        : factory.createBinaryExpression(this.nameOf(name), operatorOf(operatorToken.kind), right);
    return this.assign(inner, target, this.convert(type, value));
  }

  private step(
    inner: TS.PrefixUnaryExpression | TS.PostfixUnaryExpression,
    { type, name, converts }: Extract<ScalarEdit, { converts: boolean }>,
  ): TS.Expression {
    const { factory } = this;
    const target = ts.setTextRange(this.nameOf(name), inner.operand);
    if (!converts) {
      return ts.isPrefixUnaryExpression(inner)
        ? factory.updatePrefixUnaryExpression(inner, target)
        : factory.updatePostfixUnaryExpression(inner, target);
    }
    const one = isBigIntType(type) ? factory.createBigIntLiteral("1n") : factory.createNumericLiteral(1);
    const isUp = inner.operator === ts.SyntaxKind.PlusPlusToken;
    const operator = isUp ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
    const value = factory.createBinaryExpression(this.nameOf(name), operator, one);
    return this.assign(inner, target, this.convert(type, value));
  }

  /** `target = value`, which may stand where `inner` did. */
  private assign(inner: TS.Expression, target: TS.Expression, value: TS.Expression): TS.Expression {
    const { factory } = this;
    const assignment = ts.setTextRange(factory.createAssignment(target, value), inner);
    ts.setOriginalNode(assignment, ts.getOriginalNode(inner));
    const { parent } = ts.getOriginalNode(inner);
    const isPlain = ts.isBinaryExpression(inner) || !parent || ts.isExpressionStatement(parent);
    return isPlain ? assignment : factory.createParenthesizedExpression(assignment);
  }

  private convert(type: ElementsType, value: TS.Expression): TS.Expression {
    return convertElement(this.factory, type, value);
  }

  /** The variable of an element, as a node of its own. */
  private nameOf(element: ElementName): TS.Identifier {
    let name = this.names.get(element);
    if (!name) {
      name = this.factory.createUniqueName(element.base, ts.GeneratedIdentifierFlags.Optimistic);
      this.names.set(element, name);
    }
    // Public in its effect (a transformer may visit it), not in its declaration.
    const { cloneNode } = this.factory as TS.NodeFactory & { cloneNode<T extends TS.Node>(node: T): T };
    return cloneNode(name);
  }
}

/** `[a, b]` of `new X([a, b])` and of `X.of(a, b)`. */
function elementsOf(initializer: TS.Expression): readonly TS.Expression[] {
  const made = skipWrappers(initializer) as TS.NewExpression | TS.CallExpression;
  if (ts.isCallExpression(made)) return made.arguments;
  const [list] = made.arguments ?? [];
  return (skipWrappers(list as TS.Expression) as TS.ArrayLiteralExpression).elements;
}

/** `+` of `+=`. */
function operatorOf(kind: TS.SyntaxKind): TS.BinaryOperator {
  const { SyntaxKind: kinds } = ts;
  switch (kind) {
    case kinds.PlusEqualsToken:
      return kinds.PlusToken;
    case kinds.MinusEqualsToken:
      return kinds.MinusToken;
    case kinds.AsteriskEqualsToken:
      return kinds.AsteriskToken;
    case kinds.AsteriskAsteriskEqualsToken:
      return kinds.AsteriskAsteriskToken;
    case kinds.SlashEqualsToken:
      return kinds.SlashToken;
    case kinds.PercentEqualsToken:
      return kinds.PercentToken;
    case kinds.LessThanLessThanEqualsToken:
      return kinds.LessThanLessThanToken;
    case kinds.GreaterThanGreaterThanEqualsToken:
      return kinds.GreaterThanGreaterThanToken;
    case kinds.GreaterThanGreaterThanGreaterThanEqualsToken:
      return kinds.GreaterThanGreaterThanGreaterThanToken;
    case kinds.AmpersandEqualsToken:
      return kinds.AmpersandToken;
    case kinds.BarEqualsToken:
      return kinds.BarToken;
    default:
      return kinds.CaretToken;
  }
}
