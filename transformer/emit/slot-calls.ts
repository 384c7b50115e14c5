/** How slots appear in an emitted file: what takes from them, gives to them, and hands them on. */
import type TS from "typescript";
import { ts } from "../typescript.js";
import type { HandleName, SlotName, SlotSource } from "./edits.js";
import type { CounterpartName, RuntimeImport } from "./runtime-import.js";

export class SlotCalls {
  constructor(
    private readonly factory: TS.NodeFactory,
    private readonly runtime: RuntimeImport,
    private readonly nameOf: (handle: HandleName) => TS.Identifier,
  ) {}

  /** `($slot ??= slot()).take(X, n)`, `takeFrom($into, X, n)`. */
  takeCall(source: SlotSource, name: CounterpartName, args: readonly TS.Expression[]): TS.Expression {
    const { factory } = this;
    const isUninitialized = name === "makeUninitialized";
    const slot = this.slotExpression(source);
    if (source.kind === "handed")
      return this.runtime.call(isUninitialized ? "takeUninitializedFrom" : "takeFrom", [slot, ...args]);
    const method = isUninitialized ? "takeUninitialized" : "take";
    const take = factory.createPropertyAccessExpression(factory.createParenthesizedExpression(slot), method);
    return factory.createCallExpression(take, undefined, args);
  }

  /** `$slot.give(x, x.length)`; where the site may not have been come to, there may be neither. */
  giveCall(to: SlotName, name: TS.Identifier, mayBeAbsent: boolean): TS.Expression {
    const { factory } = this;
    const slot = this.runtime.slotName(to);
    const optional = mayBeAbsent ? factory.createToken(ts.SyntaxKind.QuestionDotToken) : undefined;
    const member = (of: TS.Expression, key: string): TS.Expression =>
      optional
        ? factory.createPropertyAccessChain(of, optional, key)
        : factory.createPropertyAccessExpression(of, key);
    const args = [name, member(name, "length")];
    return optional
      ? factory.createCallChain(member(slot, "give"), undefined, undefined, args)
      : factory.createCallExpression(member(slot, "give"), undefined, args);
  }

  /** `f(a, void 0, $slot ??= slot())`. */
  handingCall(call: TS.CallExpression, source: SlotSource, at: number): TS.Expression {
    const { factory } = this;
    const left = Array.from({ length: at - call.arguments.length }, () => factory.createVoidZero());
    const args = [...call.arguments, ...left, this.slotExpression(source)];
    return factory.updateCallExpression(call, call.expression, call.typeArguments, args);
  }

  /** `function f(a, $into = void 0)`: a default value leaves the function's `length` alone. */
  withParameter(node: TS.Node, parameter: HandleName): TS.Node {
    const { factory } = this;
    const into = this.nameOf(parameter);
    const nothing = factory.createVoidZero();
    const added = factory.createParameterDeclaration(
      undefined,
      undefined,
      into,
      undefined,
      undefined,
      nothing,
    );
    if (ts.isFunctionDeclaration(node)) {
      const { modifiers, asteriskToken, name, typeParameters, type, body } = node;
      const parameters = [...node.parameters, added];
      return factory.updateFunctionDeclaration(
        node,
        modifiers,
        asteriskToken,
        name,
        typeParameters,
        parameters,
        type,
        body,
      );
    }
    if (ts.isFunctionExpression(node)) {
      const { modifiers, asteriskToken, name, typeParameters, type, body } = node;
      const parameters = [...node.parameters, added];
      return factory.updateFunctionExpression(
        node,
        modifiers,
        asteriskToken,
        name,
        typeParameters,
        parameters,
        type,
        body as TS.Block,
      );
    }
    if (!ts.isArrowFunction(node)) return node;
    const { modifiers, typeParameters, type, equalsGreaterThanToken, body } = node;
    const parameters = [...node.parameters, added];
    return factory.updateArrowFunction(
      node,
      modifiers,
      typeParameters,
      parameters,
      type,
      equalsGreaterThanToken,
      body,
    );
  }

  /** `$slot ??= slot()`, since a function may be called before the module's own code has run; or what the function was handed. */
  private slotExpression(source: SlotSource): TS.Expression {
    if (source.kind === "handed") return this.nameOf(source.parameter);
    const name = this.runtime.slotName(source.slot);
    const made = this.runtime.call("slot", []);
    return this.factory.createBinaryExpression(name, ts.SyntaxKind.QuestionQuestionEqualsToken, made);
  }
}
