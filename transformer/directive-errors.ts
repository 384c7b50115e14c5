/**
 * The compiler errors about directives: one that cannot be what it says, and a function that does not keep what its
 * declaration promises. They are diagnostics like the compiler's own, with codes of their own.
 */
import type TS from "typescript";
import { unreachable } from "./bailout.js";
import type { LoweredFunction } from "./lower/builder.js";
import type { Obligation } from "./lower/contract-bodies.js";
import { type DirectiveProblem, parametersOf } from "./lower/contracts.js";
import { functionName } from "./lower/syntax.js";
import type { Breach } from "./plan/check-contract.js";
import { ts } from "./typescript.js";

/** Codes of our diagnostics; the compiler's end below 90000. */
export const errorCodes = {
  misplaced: 99001,
  noList: 99002,
  noParameter: 99003,
  freshWithBody: 99004,
  noBufferType: 99005,
  broken: 99006,
  notChecked: 99007,
} as const;

/** A range of a file. */
export interface Place {
  readonly file: TS.SourceFile;
  readonly pos: number;
  readonly end: number;
}

export interface Fault {
  readonly code: number;
  readonly text: string;
}

export function diagnosticAt(
  { file, pos, end }: Place,
  { code, text }: Fault,
  related: readonly TS.DiagnosticRelatedInformation[] = [],
): TS.Diagnostic {
  return {
    category: ts.DiagnosticCategory.Error,
    code,
    source: "ts-autofree",
    file,
    start: pos,
    length: end - pos,
    messageText: text,
    ...(related.length > 0 && { relatedInformation: [...related] }),
  };
}

export function remarkAt(
  { file, pos, end }: Place,
  text: string,
  code: number,
): TS.DiagnosticRelatedInformation {
  return {
    category: ts.DiagnosticCategory.Message,
    code,
    file,
    start: pos,
    length: end - pos,
    messageText: text,
  };
}

export function nodePlace(node: TS.Node): Place {
  return { file: node.getSourceFile(), pos: node.getStart(), end: node.end };
}

/** The error for a directive that cannot be what it says. */
export function problemError({ word, problem, ...place }: DirectiveProblem): TS.Diagnostic {
  return diagnosticAt(place, faultOf(word, problem));
}

function faultOf(word: string, problem: DirectiveProblem["problem"]): Fault {
  const name = `'@autofree ${word}'`;
  switch (problem.kind) {
    case "misplaced": {
      const text = `${name} stands before nothing that can be called. Put it right before a function, a method or a declaration of a function's type.`;
      return { code: errorCodes.misplaced, text };
    }
    case "no-list": {
      const text = `${name} needs the names of parameters, with commas between them: '@autofree noescape a, b'.`;
      return { code: errorCodes.noList, text };
    }
    case "no-parameter":
      return {
        code: errorCodes.noParameter,
        text: `${name} lists '${problem.name}', which is no parameter.`,
      };
    case "fresh-with-body": {
      const text = `${name} is for declarations without a body. What this one returns is seen in its body: remove the directive.`;
      return { code: errorCodes.freshWithBody, text };
    }
    case "no-buffer-type": {
      const text = `${name} needs a function that returns one type of buffers, such as 'Float64Array'.`;
      return { code: errorCodes.noBufferType, text };
    }
    default:
      return unreachable(problem);
  }
}

/** The error for a function that does not keep a contract. */
export function breachError(
  obligation: Obligation,
  lowered: LoweredFunction,
  { what, isPart, how, steps }: Breach,
): TS.Diagnostic {
  const { node } = obligation;
  const path = steps.map(({ origin, why }) =>
    remarkAt(nodePlace(lowered.source.origins[origin] as TS.Node), why, errorCodes.broken),
  );
  const promise = promiseOf(obligation, what);
  const text =
    what === "result"
      ? `What '${functionName(node)}' returns may be known to others, but '@autofree fresh' promises a new buffer.`
      : `${isPart ? "A part of " : ""}'${nameOf(obligation, what)}' ${phraseOf(how)} '${functionName(node)}', but '@autofree noescape' promises that it is only borrowed.`;
  const place = what === "result" ? nameNode(node) : parameterNode(obligation, what);
  return diagnosticAt(nodePlace(place), { code: errorCodes.broken, text }, [...path, promise]);
}

function phraseOf(how: Breach["how"]): string {
  return how === "escapes" ? "escapes from" : how === "stored" ? "is stored by" : "is returned by";
}

/** The error for a function of which nothing is known. */
export function uncheckedError(obligation: Obligation, why: string): TS.Diagnostic {
  const { node, declared } = obligation;
  const word = declared.noescape ? "noescape" : "fresh";
  const text = `'${functionName(node)}' cannot be shown to keep '@autofree ${word}': ${why}.`;
  const fault = { code: errorCodes.notChecked, text };
  return diagnosticAt(nodePlace(nameNode(node)), fault, [promiseOf(obligation, "result")]);
}

/** Where the promise is made. */
function promiseOf({ declared }: Obligation, what: Breach["what"]): TS.DiagnosticRelatedInformation {
  const directive =
    what === "result" ? (declared.fresh ?? declared.noescape) : (declared.noescape ?? declared.fresh);
  if (!directive) return remarkAt(nodePlace(declared.declaration), "declared here", errorCodes.broken);
  return remarkAt(directive, "promised here", errorCodes.broken);
}

function nameOf({ node, signature }: Obligation, what: Breach["what"]): string {
  if (typeof what === "string") return "this";
  const name = (parametersOf(node)[what.parameter] ?? parametersOf(signature)[what.parameter])?.name;
  return name?.getText() ?? "arguments";
}

function parameterNode({ node }: Obligation, what: Breach["what"]): TS.Node {
  const parameter = typeof what === "string" ? undefined : parametersOf(node)[what.parameter];
  return parameter?.name ?? nameNode(node);
}

function nameNode(node: Obligation["node"]): TS.Node {
  return node.name ?? node.getFirstToken() ?? node;
}
