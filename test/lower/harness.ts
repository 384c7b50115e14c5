/** Programs in memory, lowered: one parse of the library for all tests of a file. */
import ts from "typescript";
import type { BlockId } from "../../transformer/ir/ids.js";
import type { FunctionIr, Instruction } from "../../transformer/ir/ir.js";
import { printFunction } from "../../transformer/ir/print.js";
import { reversePostorder } from "../../transformer/ir/visit.js";
import type { LoweredFunction } from "../../transformer/lower/builder.js";
import { lowerFunction } from "../../transformer/lower/function.js";
import { ProgramIndex } from "../../transformer/lower/program-index.js";
import { type FunctionNode, functionName, isFunctionNode } from "../../transformer/lower/syntax.js";
import { bindTypeScript } from "../../transformer/typescript.js";

bindTypeScript(ts);

const libraries = new Map<string, ts.SourceFile | undefined>();
const base: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  lib: ["lib.esnext.d.ts"],
  types: [],
  strict: true,
  skipLibCheck: true,
};

export type Sources = Readonly<Record<string, string>>;

/** A program of files that exist in memory only, all of them roots. */
export function programOf(sources: string | Sources, options: ts.CompilerOptions = {}): ts.Program {
  const files = typeof sources === "string" ? { "/main.ts": sources } : sources;
  const all = { ...base, ...options };
  const host = ts.createCompilerHost(all, true);
  const { getSourceFile, fileExists, readFile } = host;
  host.getCurrentDirectory = () => "/";
  host.fileExists = (name) => name in files || fileExists(name);
  host.readFile = (name) => files[name] ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = files[name];
    if (text !== undefined) return ts.createSourceFile(name, text, version, true);
    const key = `${name} ${JSON.stringify(version)}`;
    if (!libraries.has(key)) libraries.set(key, getSourceFile(name, version, ...rest));
    return libraries.get(key);
  };
  return ts.createProgram({ rootNames: Object.keys(files), options: all, host });
}

export function typeErrors(program: ts.Program): string[] {
  return ts
    .getPreEmitDiagnostics(program)
    .map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"));
}

/** The first function of that name, anywhere in the program's own files. */
export function findNode(program: ts.Program, name: string): FunctionNode {
  let found: FunctionNode | undefined;
  const walk = (node: ts.Node): void => {
    if (!found && isFunctionNode(node) && functionName(node) === name) found = node;
    if (!found) ts.forEachChild(node, walk);
  };
  for (const file of program.getSourceFiles()) if (!program.isSourceFileDefaultLibrary(file)) walk(file);
  if (!found) throw new Error(`there is no function ${name}`);
  return found;
}

export function lowerNode(index: ProgramIndex, node: FunctionNode): LoweredFunction {
  const lowering = lowerFunction(index, node, { annotatedOnly: false });
  if (lowering.kind === "left-alone") throw new Error(`left alone: ${lowering.why}`);
  return lowering.lowered;
}

/** Lowers the function `f` (or another) of a program. */
export function lower(sources: string | Sources, name = "f", options: ts.CompilerOptions = {}) {
  const program = programOf(sources, options);
  return lowerNode(ProgramIndex.of(program), findNode(program, name));
}

/** The IR as text, without the blocks that nothing leads to. */
export function printed(source: string, name = "f", options: ts.CompilerOptions = {}): string {
  return printReachable(lower(source, name, options).ir);
}

export function printReachable(ir: FunctionIr): string {
  const reachable = new Set(reversePostorder(ir.blocks, ir.entry).map((id) => `b${id}`));
  const [head = "", ...blocks] = printFunction(ir).split(/\n(?=b\d+:)/);
  return `\n${[head, ...blocks.filter((each) => reachable.has(/^b\d+/.exec(each)?.[0] ?? ""))].join("\n")}\n`;
}

export function reachableBlocks(ir: FunctionIr): BlockId[] {
  return reversePostorder(ir.blocks, ir.entry);
}

export function instructions(ir: FunctionIr): Instruction[] {
  return reachableBlocks(ir).flatMap((id) => [...(ir.blocks[id]?.instructions ?? [])]);
}
