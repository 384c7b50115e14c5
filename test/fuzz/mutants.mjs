/**
 * Deliberately broken transformers: each takes one thing out that an invariant rests on. The fuzzer must notice every one of them,
 * or its silence says nothing.
 *
 * @typedef {object} Mutant
 * @property {string} name
 * @property {"S1" | "S2" | "S3" | "S4" | "S5"} invariant that it breaks
 * @property {readonly { file: string, from: string, to: string }[]} changes of the source, wherever the text stands
 */

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: "frees-what-is-reachable",
    invariant: "S1",
    changes: [
      {
        file: "transformer/plan/plan-function.ts",
        from: "has(at.state.born, site.recent.id) && !has(at.reachable, site.recent.id)",
        to: "has(at.state.born, site.recent.id)",
      },
    ],
  },
  {
    name: "forgets-fields",
    invariant: "S1",
    changes: [
      {
        file: "transformer/analysis/state.ts",
        from: "next |= this.contents(id) | this.capturedBy(id, objects)",
        to: "next |= this.capturedBy(id, objects)",
      },
    ],
  },
  {
    name: "forgets-captures",
    invariant: "S1",
    changes: [
      {
        file: "transformer/analysis/state.ts",
        from: "next |= this.contents(id) | this.capturedBy(id, objects)",
        to: "next |= this.contents(id)",
      },
    ],
  },
  {
    name: "forgets-handlers",
    invariant: "S1",
    changes: [
      {
        file: "transformer/analysis/liveness.ts",
        from: "if (handler !== emptySet && mayThrow(instruction, isTemporary)) live |= handler;",
        to: "",
      },
    ],
  },
  {
    name: "takes-views-for-numbers",
    invariant: "S1",
    changes: [
      {
        file: "transformer/analysis/library-call.ts",
        from: '    case "view-of-receiver":\n      transfer.viewed |= receiver;\n      return receiver;',
        to: '    case "view-of-receiver":\n      return emptySet;',
      },
    ],
  },
  {
    name: "joins-one-branch",
    invariant: "S1",
    changes: [
      {
        file: "transformer/analysis/state.ts",
        from: "        this.variables.set(variable, known | set);\n        changed = true;",
        to: "",
      },
    ],
  },
  {
    name: "forgets-suspension",
    invariant: "S1",
    changes: [
      {
        file: "transformer/analysis/transfer.ts",
        from: "this.holdAcross(state.reachable(variables, this.objects) & ~state.escaped);",
        to: "",
      },
    ],
  },
  {
    name: "forgets-what-callees-keep",
    invariant: "S1",
    changes: [
      {
        file: "transformer/analysis/summarize.ts",
        from: "members(transfer.escapedPhantoms).map",
        to: "members(0n).map",
      },
    ],
  },
  {
    name: "forgets-older-instances",
    invariant: "S2",
    changes: [
      {
        file: "transformer/analysis/transfer.ts",
        from: 'if (has(state.born, recent)) state.age(recent, this.objects.site(site, part, "older", shape));',
        to: "",
      },
    ],
  },
  {
    name: "frees-again",
    invariant: "S2",
    changes: [
      {
        file: "transformer/plan/place.ts",
        from: "return !(at & freed) || input.canReset;",
        to: "return true;",
      },
      {
        file: "transformer/plan/place.ts",
        from: "if (!input.canReset && [...chosen].some((id) => (next.atPoint.get(id) ?? 0) & freed))",
        to: "if (false)",
      },
      {
        file: "transformer/plan/place.ts",
        from: "if (mayLeadOn ? !input.canReset : before.has(point.id)) continue;",
        to: "if (!mayLeadOn && before.has(point.id)) continue;",
      },
      // The two that would refuse it afterwards.
      {
        file: "transformer/plan/plan-variables.ts",
        from: "if (placement.needsReset) return { frees: [], leaks: [] };",
        to: "",
      },
      { file: "transformer/plan/plan-function.ts", from: "&& !direct.needsReset", to: "" },
    ],
  },
  {
    name: "forgets-to-reset",
    invariant: "S2",
    changes: [
      {
        file: "transformer/plan/place.ts",
        from: "const needsReset = [...chosen].some((id) => ((status.atPoint.get(id) ?? 0) & freed) !== 0);",
        to: "const needsReset = false;",
      },
    ],
  },
  {
    name: "drops-guards",
    invariant: "S2",
    changes: [
      {
        file: "transformer/emit/emit-file.ts",
        from: "return condition ? factory.createIfStatement(condition, statement) : statement;",
        to: "return statement;",
      },
    ],
  },
  {
    name: "forgets-shared-holders",
    invariant: "S2",
    changes: [
      {
        file: "transformer/plan/refuse-double-frees.ts",
        from: "for (let refused = findConflict(facts, kept); refused;",
        to: "for (let refused = null; refused;",
      },
    ],
  },
  {
    name: "trusts-escapes",
    invariant: "S3",
    changes: [
      {
        file: "transformer/analysis/transfer.ts",
        from: "      state.escaped |= frontier;\n      this.escapedEver |= frontier;",
        to: "",
      },
    ],
  },
  {
    name: "trusts-unknown-syntax",
    invariant: "S3",
    changes: [
      {
        file: "transformer/analysis/transfer.ts",
        from: "      this.escape(state, state.get(operand), { reason: instruction.reason, origin, why });",
        to: "      void operand;",
      },
    ],
  },
  {
    name: "frees-before-the-value",
    invariant: "S4",
    changes: [
      {
        file: "transformer/emit/emit-file.ts",
        from: "return [declaration, ...statements, ts.setTextRange(factory.createReturnStatement(name), node)];",
        to: "return [...statements, declaration, ts.setTextRange(factory.createReturnStatement(name), node)];",
      },
    ],
  },
  {
    name: "ignores-conditions-of-stores",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/walk.ts",
        from: "return meet(this.statement(node.thenStatement, before), otherwise);",
        to: "return this.statement(node.thenStatement, before) ?? otherwise;",
      },
    ],
  },
  {
    name: "reads-before-writing",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/walk.ts",
        from: "if (this.unjudged > 0 || at.isFull) return;",
        to: "return;",
      },
    ],
  },
  {
    name: "lets-buffers-out-early",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/walk.ts",
        from: "if (!isWholeFill(name) && !this.isHandedToFill(name)) throw new Unproven();",
        to: "",
      },
    ],
  },
  {
    name: "forgets-continue",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/walk.ts",
        from: "else if (frame) frame.continued = meet(frame.continued, at);",
        to: "",
      },
    ],
  },
  {
    name: "forgets-break",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/walk.ts",
        from: "if (frame && isBreak) frame.broken = meet(frame.broken, at);",
        to: "if (frame && isBreak) return null;",
      },
    ],
  },
  {
    name: "trusts-one-branch",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/coverage.ts",
        from: "...a.ranges.filter((each) => isInside(each, b)),",
        to: "...a.ranges,",
      },
      {
        file: "transformer/zero-fill/coverage.ts",
        from: "if (a === null || b?.isFull) return a === null ? b : a;",
        to: "if (a === null || b?.isFull || a.isFull) return a === null ? b : a;",
      },
    ],
  },
  {
    name: "forgets-handlers-of-stores",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/walk.ts",
        from: "const end = meet(tried, caught);",
        to: "const end = tried;",
      },
    ],
  },
  {
    name: "overlooks-gaps",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/loops.ts",
        from: "return gap !== null && gap >= 0 ? { stride, isReversed: coefficient < 0 } : null;",
        to: "return gap !== null ? { stride, isReversed: coefficient < 0 } : null;",
      },
    ],
  },
  {
    name: "is-off-by-one",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/coverage.ts",
        from: "if (startsAtZero(joined) && isAtLeast(joined.to, length)) return everything;",
        to: "if (startsAtZero(joined) && isAtLeast(plus(joined.to, 1), length)) return everything;",
      },
    ],
  },
  {
    name: "takes-lengths-for-steady",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/elide-zero-fill.ts",
        from: "return region.every((each) => isQuiet(index, each, { buffer: symbol, filling }));",
        to: "return true;",
      },
    ],
  },
  {
    name: "takes-variables-for-constants",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/sure-values.ts",
        from: "if (!declaration || !facts || facts.reassigned) return null;",
        to: "if (!declaration || !facts) return null;",
      },
    ],
  },
  {
    name: "forgets-hoisted-functions",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/elide-zero-fill.ts",
        from: "if (name.pos >= start) return !isHoisted(name, scope);",
        to: "if (name.pos >= start) return true;",
      },
    ],
  },
  {
    name: "forgets-returns-of-callees",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/walk.ts",
        from: "return meet(end, this.returned);",
        to: "return end;",
      },
    ],
  },
  {
    name: "takes-arguments-for-lengths",
    invariant: "S5",
    changes: [
      {
        file: "transformer/zero-fill/callees.ts",
        from: 'if (value) return difference(value, length) === 0 ? "number" : null;',
        to: 'if (value) return "number";',
      },
    ],
  },
  {
    name: "hands-out-old-contents",
    invariant: "S5",
    changes: [
      {
        file: "transformer/emit/emit-file.ts",
        from: 'const make = isOverwritten ? "makeUninitialized" : "make";',
        to: 'const make = "makeUninitialized";',
      },
    ],
  },
  {
    name: "stores-without-converting",
    invariant: "S4",
    changes: [
      {
        file: "transformer/emit/replace-elements.ts",
        from: "return convertElement(this.factory, type, value);",
        to: "return value;",
      },
    ],
  },
  {
    name: "takes-any-index-for-0",
    invariant: "S4",
    changes: [
      {
        file: "transformer/scalar/uses.ts",
        from: "if (at === null || !Number.isInteger(at) || at < 0 || at >= birth.length) return null;",
        to: "if (at === null || at < 0 || at >= birth.length) return elementUse(index, birth, { access, at: 0 });",
      },
    ],
  },
  {
    name: "leaves-it-in-the-loop",
    invariant: "S2",
    changes: [
      {
        file: "transformer/emit/reuse-statements.ts",
        from: "    factory.createExpressionStatement(clear),\n",
        to: "",
      },
    ],
  },
  {
    name: "hands-to-who-counts",
    invariant: "S4",
    changes: [
      {
        file: "transformer/plan/handed-slots.ts",
        from: 'functionKind !== "ordinary" || hasRest ||',
        to: 'functionKind !== "ordinary" ||',
      },
      {
        file: "transformer/plan/handed-slots.ts",
        from: "call.arguments.length <= parametersOf(node).length &&",
        to: "",
      },
    ],
  },
  {
    name: "hands-among-arguments",
    invariant: "S4",
    changes: [
      {
        file: "transformer/emit/slot-calls.ts",
        from: "length: at - call.arguments.length }",
        to: "length: 0 * at }",
      },
    ],
  },
  {
    name: "takes-before-the-body",
    invariant: "S4",
    changes: [
      {
        file: "transformer/plan/handed-slots.ts",
        from: "|| !isInBody(callee, site)",
        to: "",
      },
    ],
  },
  {
    name: "keeps-old-contents",
    invariant: "S5",
    changes: [
      {
        file: "transformer/emit/emit-file.ts",
        from: 'isOverwritten ? variable : this.runtime.call("zero", [variable])',
        to: "variable",
      },
    ],
  },
  {
    name: "takes-any-length",
    invariant: "S4",
    changes: [
      {
        file: "transformer/emit/reuse-statements.ts",
        from: "const isFit = factory.createLogicalAnd(isThere, isAsLong);",
        to: "const isFit = isThere;",
      },
      {
        file: "transformer/plan/reuse-in-loops.ts",
        from: "if (length && !isSteady(index, length, loop)) continue;",
        to: "",
      },
    ],
  },
  {
    name: "reads-after-the-operand",
    invariant: "S4",
    changes: [
      {
        file: "transformer/emit/replace-elements.ts",
        from: ": factory.createBinaryExpression(this.nameOf(name), operatorOf(operatorToken.kind), right);",
        to: ": operatorToken.kind === ts.SyntaxKind.PlusEqualsToken ? factory.createBinaryExpression(right, operatorOf(operatorToken.kind), this.nameOf(name)) : factory.createBinaryExpression(this.nameOf(name), operatorOf(operatorToken.kind), right);",
      },
    ],
  },
  {
    name: "gives-what-was-converted",
    invariant: "S4",
    changes: [
      {
        file: "transformer/scalar/uses.ts",
        from: "if (converts && isValueUsed(node)) return null;",
        to: "",
      },
    ],
  },
  {
    name: "forgets-iterations",
    invariant: "S4",
    changes: [
      {
        file: "transformer/emit/replace-elements.ts",
        from: "const flags = isReplaced ? ts.NodeFlags.Let :",
        to: "const flags = isReplaced ? ts.NodeFlags.None :",
      },
    ],
  },
];

/**
 * The text of a source file in a mutant.
 *
 * @param {Mutant} mutant
 * @param {string} file relative to the repository
 * @param {string} text
 * @returns {string}
 * @throws {Error} where a text to change isn't there
 */
export function mutate(mutant, file, text) {
  let changed = text;
  for (const change of mutant.changes) {
    if (change.file !== file) continue;
    if (!changed.includes(change.from))
      throw new Error(
        `${mutant.name}: the text to change is not in ${file}: bring test/fuzz/mutants.mjs up to date`,
      );
    changed = changed.replaceAll(change.from, () => change.to);
  }
  return changed;
}
