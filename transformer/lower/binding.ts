/** Lowers names and the patterns that declare them: declaring, reading and assigning variables, destructuring with defaults. */
import type TS from "typescript";
import type { RegionId, VariableId } from "../ir/ids.js";
import type { Field, Variable } from "../ir/ir.js";
import { ts } from "../typescript.js";
import type { FunctionBuilder } from "./builder.js";
import { functionNamed } from "./callee.js";
import type { BindingFacts } from "./captures.js";
import { isClosedVariable } from "./closed-variables.js";
import { type Escape, lowerEscape } from "./escape.js";
import { lowerExpression } from "./expression.js";
import { lowerFieldKey } from "./member.js";
import { namespaceOf } from "./syntax.js";

/** Where a name's value lives, as seen from the function being lowered. */
type Place =
  | {
      readonly kind: "own";
      readonly variable: VariableId;
      /** Why others know what the variable holds, if they do. */
      readonly shared: Pick<Escape, "reason" | "why"> | null;
      readonly mutable: boolean;
    }
  | { readonly kind: "outer"; readonly variable: VariableId }
  | { readonly kind: "foreign" };

interface Declared {
  readonly region: RegionId | null;
  readonly keepsValue: boolean;
}

function placeOf(b: FunctionBuilder, name: TS.Identifier, region: RegionId | null = null): Place {
  const symbol = b.index.symbolOf(name);
  const facts = symbol && b.index.factsOfBinding(symbol);
  if (!symbol || !facts) return { kind: "foreign" };
  if (symbol.valueDeclaration && namespaceOf(symbol.valueDeclaration)) return { kind: "foreign" };
  if (facts.declaredIn === b.node) {
    const variable = ownVariable(b, facts, region);
    const mutable = facts.reassigned || facts.assignedElsewhere;
    return { kind: "own", variable, shared: sharedByModule(b, facts), mutable };
  }
  if (ts.isSourceFile(facts.declaredIn)) return { kind: "foreign" };
  return { kind: "outer", variable: outerVariable(b, symbol) };
}

/** At the top level of a file, other functions and files may use a variable at any time. */
function sharedByModule(b: FunctionBuilder, facts: BindingFacts): Pick<Escape, "reason" | "why"> | null {
  if (!ts.isSourceFile(b.node)) return null;
  if (facts.exported) return { reason: "exported", why: `exported as \`${facts.symbol.name}\`` };
  if (facts.captured)
    return { reason: "stored", why: `stored in the module's variable \`${facts.symbol.name}\`` };
  return null;
}

function ownVariable(b: FunctionBuilder, facts: BindingFacts, region: RegionId | null): VariableId {
  const binding = b.index.bindingId(facts.symbol);
  return b.bindingVariable(binding, () =>
    b.newVariable(facts.symbol.name, "local", {
      binding,
      captured: facts.captured,
      ...closedness(b, facts),
      assignments: facts.assignments,
      region,
    }),
  );
}

/** What local functions alone assign is assigned in the calls that are written. */
function closedness(b: FunctionBuilder, facts: BindingFacts): Pick<Variable, "assignedElsewhere" | "closed"> {
  const closed = isClosedVariable(b.index, facts);
  return { assignedElsewhere: facts.assignedElsewhere && !closed, closed };
}

/** The variable that stands for a binding of an enclosing function. */
export function outerVariable(b: FunctionBuilder, symbol: TS.Symbol): VariableId {
  const binding = b.index.bindingId(symbol);
  const facts = b.index.factsOfBinding(symbol);
  return b.bindingVariable(binding, () =>
    b.newVariable(symbol.name, "outer", {
      binding,
      captured: true,
      ...(facts ? closedness(b, facts) : { assignedElsewhere: true }),
      assignments: facts?.assignments ?? 2,
    }),
  );
}

/** The function's variable for a captured symbol: its own, or an outer one. */
export function capturedVariable(b: FunctionBuilder, symbol: TS.Symbol): VariableId {
  const facts = b.index.factsOfBinding(symbol);
  return facts && facts.declaredIn === b.node ? ownVariable(b, facts, null) : outerVariable(b, symbol);
}

/** Begins the life of the names in a declaration. */
export function declareVariable(b: FunctionBuilder, name: TS.BindingName, declared: Declared): void {
  if (!ts.isIdentifier(name)) {
    for (const element of name.elements) {
      if (ts.isBindingElement(element)) declareVariable(b, element.name, declared);
    }
    return;
  }
  const place = placeOf(b, name, declared.region);
  if (place.kind !== "own" || !b.variable(place.variable).captured) return;
  b.emit(name, { kind: "declare", variable: place.variable, keepsValue: declared.keepsValue });
}

/** Reads a name. A variable that may be assigned again is copied, so that the value read is the value used. */
export function readName(b: FunctionBuilder, name: TS.Identifier): VariableId {
  const place = placeOf(b, name);
  switch (place.kind) {
    case "own": {
      if (!place.mutable && place.shared === null) return place.variable;
      const target = b.temporary();
      b.emit(name, { kind: "copy", target, source: place.variable });
      return target;
    }
    case "outer": {
      const target = b.temporary();
      b.emit(name, { kind: "copy", target, source: place.variable });
      return target;
    }
    case "foreign": {
      const target = b.temporary();
      if (name.text === "undefined")
        b.emit(name, { kind: "constant", target, value: { literal: undefined } });
      else emitForeign(b, name, target);
      return target;
    }
  }
}

/** A name from outside: a function of the program, if it names one for good. */
function emitForeign(b: FunctionBuilder, name: TS.Identifier, target: VariableId): void {
  const declaration = functionNamed(b.index, name)?.declaration;
  if (declaration && b.index.indexOf(declaration).factsOfFunction(declaration).free.size === 0)
    b.emit(name, { kind: "code", target, function: b.index.functionId(declaration) });
  else b.emit(name, { kind: "foreign", target });
}

/** The function's own variable of that name, if no other function can see it. */
export function ownLocal(b: FunctionBuilder, name: TS.Identifier): VariableId | null {
  const place = placeOf(b, name);
  if (place.kind !== "own" || place.shared !== null) return null;
  return b.variable(place.variable).captured ? null : place.variable;
}

/** Assigns a name. */
export function storeName(b: FunctionBuilder, name: TS.Identifier, value: VariableId): void {
  const place = placeOf(b, name);
  switch (place.kind) {
    case "own":
      if (place.shared !== null) lowerEscape(b, name, { operands: [value], ...place.shared });
      b.emit(name, { kind: "copy", target: place.variable, source: value });
      return;
    case "outer":
      b.emit(name, { kind: "copy", target: place.variable, source: value });
      return;
    case "foreign":
      lowerEscape(b, name, {
        operands: [value],
        reason: "stored",
        why: `stored in the module's variable \`${name.text}\``,
      });
      return;
  }
}

/** `value`, or the default's value where `value` may be undefined. */
export function withDefault(
  b: FunctionBuilder,
  value: VariableId,
  initializer: TS.Expression | undefined,
): VariableId {
  if (!initializer) return value;
  const target = b.temporary();
  const missing = b.newBlock();
  const after = b.newBlock();
  b.emit(initializer, { kind: "copy", target, source: value });
  b.branchOn({ kind: "undefined", variable: value }, missing, after);
  b.switchTo(missing);
  b.emit(initializer, { kind: "copy", target, source: lowerExpression(b, initializer) });
  b.continueIn(after);
  return target;
}

/** Binds the names of a declaration's pattern to the parts of `value`. */
export function declarePattern(b: FunctionBuilder, name: TS.BindingName, value: VariableId): void {
  if (ts.isIdentifier(name)) return storeName(b, name, value);
  if (ts.isObjectBindingPattern(name)) {
    for (const element of name.elements) {
      const part = element.dotDotDotToken
        ? lowerObjectRest(b, element, value)
        : loadField(b, element, value, patternKey(b, element));
      declarePattern(b, element.name, withDefault(b, part, element.initializer));
    }
    return;
  }
  // An array pattern opens its iterator before all else, also where it is asked for no element, or for some that are left out.
  b.emit(name, { kind: "run-iterator", iterable: value });
  name.elements.forEach((element, position) => {
    if (!ts.isBindingElement(element)) return;
    const part = element.dotDotDotToken
      ? lowerArrayRest(b, element, value)
      : loadPosition(b, element, value, position);
    declarePattern(b, element.name, withDefault(b, part, element.initializer));
  });
}

function patternKey(b: FunctionBuilder, element: TS.BindingElement): Field {
  const { propertyName, name } = element;
  if (!propertyName) return { kind: "named", name: (name as TS.Identifier).text };
  return lowerFieldKey(b, propertyName);
}

export function loadField(b: FunctionBuilder, node: TS.Node, base: VariableId, field: Field): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "load", target, base, field });
  return target;
}

export function loadPosition(
  b: FunctionBuilder,
  node: TS.Node,
  iterable: VariableId,
  position: number,
): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "iterate", target, iterable, position });
  return target;
}

export function lowerObjectRest(b: FunctionBuilder, node: TS.Node, source: VariableId): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "object", target, site: b.newSite(node, { kind: "object" }) });
  const value = loadField(b, node, source, { kind: "any" });
  b.emit(node, { kind: "store", base: target, field: { kind: "any" }, value });
  return target;
}

/** A new array of what iterating gives. */
export function lowerArrayRest(b: FunctionBuilder, node: TS.Node, iterable: VariableId): VariableId {
  const target = b.temporary();
  b.emit(node, { kind: "object", target, site: b.newSite(node, { kind: "array" }) });
  const value = b.temporary();
  b.emit(node, { kind: "iterate", target: value, iterable, position: null });
  b.emit(node, { kind: "store", base: target, field: { kind: "element" }, value });
  return target;
}
