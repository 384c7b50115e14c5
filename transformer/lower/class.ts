/**
 * Lowers a class where it is evaluated. The class object itself is foreign: what its methods, initialisers and
 * static blocks capture escapes with it. Its members are functions of their own. They know it by its name, a class expression's too.
 */
import type TS from "typescript";
import type { VariableId } from "../ir/ids.js";
import { ts } from "../typescript.js";
import { declareVariable, storeName } from "./binding.js";
import type { FunctionBuilder } from "./builder.js";
import { lowerEscape } from "./escape.js";
import { lowerClosure, lowerExpression } from "./expression.js";
import { convertKey } from "./member.js";
import { isFunctionNode, isStatic } from "./syntax.js";

export function lowerClass(b: FunctionBuilder, node: TS.ClassLikeDeclaration): VariableId {
  const value = lowerDefinition(b, node);
  if (!node.name) return value;
  // That of a declaration the block has declared already.
  if (ts.isClassExpression(node)) declareVariable(b, node.name, { region: null, keepsValue: false });
  storeName(b, node.name, value);
  return value;
}

function lowerDefinition(b: FunctionBuilder, node: TS.ClassLikeDeclaration): VariableId {
  // Legacy decorators are evaluated when the class is there.
  const isLegacy = b.index.program.getCompilerOptions().experimentalDecorators === true;
  const operands = isLegacy ? [] : lowerDecorators(b, node);
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword);
  if (heritage?.types[0]) operands.push(lowerExpression(b, heritage.types[0].expression));
  for (const member of node.members) {
    if (!isLegacy) operands.push(...lowerMemberDecorators(b, member));
    lowerMember(b, member, operands);
  }
  if (isLegacy) operands.push(...lowerLegacyDecorators(b, node));
  return lowerEscape(b, node, { operands, reason: "captured", why: "captured by a class" });
}

function lowerMember(b: FunctionBuilder, member: TS.ClassElement, operands: VariableId[]): void {
  if (member.name && ts.isComputedPropertyName(member.name)) {
    const key = lowerExpression(b, member.name.expression);
    convertKey(b, member.name, key);
    operands.push(key);
  }
  // Methods, initialisers and static blocks run at times of their own, with what they capture.
  if (isFunctionNode(member)) operands.push(lowerClosure(b, member));
}

/** Those of instance members, of static ones, of the class, of its constructor's parameters. */
function lowerLegacyDecorators(b: FunctionBuilder, node: TS.ClassLikeDeclaration): VariableId[] {
  const constructors = node.members.filter(ts.isConstructorDeclaration);
  const others = node.members.filter((each) => !ts.isConstructorDeclaration(each));
  const ordered = [...others.filter((each) => !isStatic(each)), ...others.filter(isStatic)];
  return [
    ...ordered.flatMap((each) => lowerMemberDecorators(b, each)),
    ...lowerDecorators(b, node),
    ...constructors.flatMap((each) => lowerMemberDecorators(b, each)),
  ];
}

/** Those of a member and of its parameters. */
function lowerMemberDecorators(b: FunctionBuilder, member: TS.ClassElement): VariableId[] {
  const parameters = ts.isFunctionLike(member) ? member.parameters : [];
  return [member, ...parameters].flatMap((each) => lowerDecorators(b, each));
}

function lowerDecorators(b: FunctionBuilder, node: TS.Node): VariableId[] {
  const decorators = (ts.canHaveDecorators(node) && ts.getDecorators(node)) || [];
  return decorators.map(({ expression }) => lowerExpression(b, expression));
}
