/**
 * What becomes of a declaration whose buffer a loop reuses (`plan/reuse-in-loops.ts`):
 *
 *     const tmp = new Float64Array(2 * n);
 *
 *     const $length = 2 * n;
 *     const tmp = $tmp !== undefined && $tmp.length === $length ? $zero($tmp) : $alloc(Float64Array, $length);
 *     $tmp = undefined;
 */
import type TS from "typescript";
import { ts } from "../typescript.js";

/** The variable in which the buffer waits, and the length that is asked for, where it needs a name. */
export interface Taken {
  readonly variable: TS.Identifier;
  readonly length: { readonly name: TS.Identifier; readonly value: TS.Expression } | null;
}

/** What names a length twice: itself, or a variable that is still to be declared. */
export function nameLength(
  factory: TS.NodeFactory,
  variable: TS.Identifier,
  length: TS.Expression,
): { readonly name: TS.Expression; readonly taken: Taken } {
  if (ts.isIdentifier(length) || ts.isNumericLiteral(length))
    return { name: length, taken: { variable, length: null } };
  const name = factory.createUniqueName("$length", ts.GeneratedIdentifierFlags.Optimistic);
  return { name, taken: { variable, length: { name, value: length } } };
}

/** `$tmp !== undefined && $tmp.length === n ? reused : made` */
export function takeOrMake(
  factory: TS.NodeFactory,
  {
    variable,
    length,
    reused,
    made,
  }: Readonly<Record<"length" | "reused" | "made", TS.Expression>> & { readonly variable: TS.Identifier },
): TS.Expression {
  const isThere = factory.createStrictInequality(variable, factory.createVoidZero());
  const isAsLong = factory.createStrictEquality(
    factory.createPropertyAccessExpression(variable, "length"),
    length,
  );
  const isFit = factory.createLogicalAnd(isThere, isAsLong);
  return factory.createConditionalExpression(isFit, undefined, reused, undefined, made);
}

/** The declaration, between the length before it and the end of the variable's hold after it. */
export function takeStatements(
  factory: TS.NodeFactory,
  declaration: TS.Statement,
  { variable, length }: Taken,
): TS.Statement[] {
  const named = length && factory.createVariableDeclaration(length.name, undefined, undefined, length.value);
  const list = named && factory.createVariableDeclarationList([named], ts.NodeFlags.Const);
  const clear = factory.createAssignment(variable, factory.createVoidZero());
  return [
    ...(list ? [factory.createVariableStatement(undefined, list)] : []),
    declaration,
    factory.createExpressionStatement(clear),
  ];
}
