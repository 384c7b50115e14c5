/**
 * Finds the buffers whose memory needs no zeros: every element is written before any is read, so what a recycled buffer held
 * before is never seen (S5).
 *
 * # Idea
 * A freed site `new X(n)` is emitted as `alloc(X, n)`, which fills what it recycles with zeros; where the buffer is then overwritten
 * whole, `allocUninitialized(X, n)` does. That is proven on the syntax, for one clear shape: the buffer is born as the initial value of
 * a `const`, a `let` or a parameter, and no other name for it exists until it is written whole.
 *
 * # Conditions
 * - Z1 The site is freed, at least in part, and of the form `new X(length)` of a typed array.
 * - Z2 Its value goes nowhere but into one block-scoped variable or parameter (through `c ? … : …`, `??`, `||`, a default), or is
 *   filled where it is born: `new X(n).fill(1)`.
 * - Z3 No use of that variable stands before the birth, or in a function's declaration, which can be called before it is come to.
 * - Z4 The statements after the birth write every element before any is read: `walk.ts`.
 *   There the buffer's length is `x.length` and nothing else, whatever it was made of; or what it was made of, so that other bounds can
 *   be compared with it.
 * - Z5 Where that compares `x.length` at different times, nothing in between could change it: `quiet.ts`.
 *
 * A length that isn't a whole number is never recycled, and arrives zeroed. So a length that is a single variable may be taken for a
 * whole number.
 *
 * # Example
 * `const out = new Float64Array(a.length); for (let i = 0; i < a.length; i++) out[i] = 2 * a[i]; return out;`
 */
import type TS from "typescript";
import type { ProgramIndex } from "../lower/program-index.js";
import { outermost } from "../lower/syntax.js";
import { isFreed, type PlannedSite } from "../plan/plan.js";
import type { PlannedFunction } from "../plan/program-plan.js";
import { ts } from "../typescript.js";
import { Callees } from "./callees.js";
import { Lengths } from "./lengths.js";
import { atomSum, type Sum } from "./linear.js";
import { isQuiet } from "./quiet.js";
import { rootOf } from "./sure-values.js";
import { isHoisted, useOf, usesOf } from "./uses.js";
import { type Followed, isProven, provenAt } from "./walk.js";

/** The plans, with the sites marked whose buffers are overwritten whole before they are read. */
export function elideZeroFill(
  index: ProgramIndex,
  functions: readonly PlannedFunction[],
): readonly PlannedFunction[] {
  return functions.map(({ lowered, plan }) => {
    const sites = plan.sites.map((site): PlannedSite => {
      const info = lowered.ir.sites[site.site];
      const isCandidate =
        isFreed(site.verdict) &&
        info?.site.kind === "buffer" &&
        info.site.form === "length" &&
        info.site.type !== "ArrayBuffer" &&
        !info.implicit;
      const node = isCandidate ? lowered.source.origins[site.origin] : undefined;
      return node && isOverwritten(index, node) ? { ...site, isOverwritten: true } : site;
    });
    return { lowered, plan: { ...plan, sites } };
  });
}

function isOverwritten(index: ProgramIndex, node: TS.Node): boolean {
  if (!ts.isNewExpression(node)) return false;
  const [length] = node.arguments ?? [];
  if (!length) return false;
  if (isFilledAtBirth(node)) return true;
  const home = homeOf(index, node);
  if (!home || !isUnseen(index, home)) return false;
  return (
    proves(index, home, { length: "own", lengthsAreSteady: false }) ||
    proves(index, home, { length, lengthsAreSteady: false }) ||
    proves(index, home, { length, lengthsAreSteady: true })
  );
}

function isFilledAtBirth(node: TS.NewExpression): boolean {
  const made = outermost(node);
  const { parent } = made;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== made || parent.name.text !== "fill")
    return false;
  const call = parent.parent;
  return (
    ts.isCallExpression(call) &&
    call.expression === parent &&
    !ts.isOptionalChain(call) &&
    call.arguments.length === 1 &&
    !call.arguments.some(ts.isSpreadElement)
  );
}

/** Where a buffer gets its name. */
interface Home {
  readonly symbol: TS.Symbol;
  /** The statements that see the name, the first of them after the birth. */
  readonly statements: readonly TS.Statement[];
  /** All of the list that sees the name, and where the birth is in it. */
  readonly list: readonly TS.Statement[];
  readonly at: number;
  /** What holds the declaration: a statement, or a function's parameters. */
  readonly declaration: readonly TS.Node[];
  readonly scope: TS.Node;
}

function homeOf(index: ProgramIndex, node: TS.NewExpression): Home | null {
  const declared = declarationOf(node);
  const symbol = declared && ts.isIdentifier(declared.name) && index.localSymbolOf(declared.name);
  if (!declared || !symbol) return null;
  const root = rootOf(declared);
  if (ts.isParameter(root)) {
    const owner = root.parent;
    // `constructor(readonly out = new X(n))`: the field is a second name, from the start of the body on.
    if (ts.isParameterPropertyDeclaration(root, owner)) return null;
    if (!("body" in owner) || !owner.body || !ts.isBlock(owner.body as TS.Node)) return null;
    const { statements } = owner.body as TS.Block;
    return { symbol, statements, list: statements, at: 0, declaration: owner.parameters, scope: owner };
  }
  const list = root.parent;
  if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(list.parent)) return null;
  const scoping = list.flags & ts.NodeFlags.BlockScoped;
  if (scoping !== ts.NodeFlags.Let && scoping !== ts.NodeFlags.Const) return null;
  const statement = list.parent;
  const block = statement.parent;
  // A source file's variables are seen by functions at any time, those of a `case` by the other cases.
  if (!ts.isBlock(block)) return null;
  const at = block.statements.indexOf(statement);
  return {
    symbol,
    statements: block.statements.slice(at + 1),
    list: block.statements,
    at,
    declaration: [statement],
    scope: block,
  };
}

/** The variable whose initial value an expression is, if it is evaluated. */
function declarationOf(
  node: TS.Expression,
): TS.VariableDeclaration | TS.BindingElement | TS.ParameterDeclaration | null {
  const at = outermost(node);
  const { parent } = at;
  if (ts.isConditionalExpression(parent) && parent.condition !== at) return declarationOf(parent);
  if (ts.isBinaryExpression(parent) && parent.right === at) {
    const operator = parent.operatorToken.kind;
    const passes = operator === ts.SyntaxKind.QuestionQuestionToken || operator === ts.SyntaxKind.BarBarToken;
    return passes ? declarationOf(parent) : null;
  }
  const declares = ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent);
  return declares && parent.initializer === at ? parent : null;
}

/** Z3 */
function isUnseen(index: ProgramIndex, { symbol, scope, statements, declaration }: Home): boolean {
  const start = statements[0]?.pos ?? scope.end;
  return usesOf(index, scope, symbol).every((name) => {
    if (name.pos >= start) return !isHoisted(name, scope);
    const isBeside = declaration.some((each) => each.pos <= name.pos && name.end <= each.end);
    return isBeside && useOf(index, name).kind === "length";
  });
}

interface Attempt {
  /** What the length is known as: the expression that it is made of, or no more than the buffer's own `x.length`. */
  readonly length: TS.Expression | "own";
  readonly lengthsAreSteady: boolean;
}

function proves(index: ProgramIndex, home: Home, { length, lengthsAreSteady }: Attempt): boolean {
  const { symbol, list, statements } = home;
  const isInRegion = (node: TS.Node): boolean =>
    list.some((each) => each.pos <= node.pos && node.end <= each.end);
  const lengths = new Lengths(index, { lengthsAreSteady, isInRegion });
  const whole = length === "own" ? ownLength(lengths, symbol) : wholeLength(lengths, length);
  if (!whole) return false;
  const callees = new Callees(index);
  const followed = callees.follow({ lengths, symbol, length: whole });
  return lengths.withKnown(symbol, whole, () => {
    if (!isProven(followed, statements)) return false;
    return !lengthsAreSteady || isSteady(index, home, { followed, filling: callees.filling });
  });
}

/** A length of its own that holds still: nothing else knows the buffer until it is written whole, so nothing can detach it. */
function ownLength(lengths: Lengths, symbol: TS.Symbol): Sum {
  return atomSum(lengths.variable(symbol, { isWhole: true, isNatural: true }));
}

function wholeLength(lengths: Lengths, length: TS.Expression): Sum | null {
  const size = lengths.of(length);
  if (!size) return null;
  lengths.assumeWhole(size);
  return lengths.of(length) ?? size;
}

/** Z5 */
function isSteady(
  index: ProgramIndex,
  { symbol, list, at, statements, declaration }: Home,
  { followed, filling }: { readonly followed: Followed; readonly filling: ReadonlySet<TS.Node> },
): boolean {
  const offset = list.length - statements.length;
  const last = offset + provenAt(followed, statements);
  const sources = [...followed.lengths.unsteadySources].map((source) =>
    list.findIndex((each) => each.pos <= source.pos && source.end <= each.end),
  );
  const first = Math.min(at, ...sources);
  if (first < 0) return false;
  const region: TS.Node[] = list.slice(first, last + 1);
  if (offset === 0) region.push(...declaration);
  return region.every((each) => isQuiet(index, each, { buffer: symbol, filling }));
}
