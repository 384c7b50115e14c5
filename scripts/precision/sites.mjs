/**
 * Enumerates the expressions of a program that allocate a buffer, by syntax and types alone: nothing here knows
 * what becomes of a buffer, so that a sample can be drawn and labelled without the tool's verdicts.
 *
 * Calls of the program's own functions are no sites: what they return was allocated elsewhere.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { isLibrary, libraryEffects, libraryInterfaceOf } from "../../dist/transformer/effects/lookup.js";
import { bufferTypes } from "../../dist/transformer/ir/effect.js";
import { ProgramIndex } from "../../dist/transformer/lower/program-index.js";
import { classifyConstruction } from "../../dist/transformer/lower/site.js";
import { isAnalysedFile, skipWrappers } from "../../dist/transformer/lower/syntax.js";
import { bindTypeScript } from "../../dist/transformer/typescript.js";

bindTypeScript(ts);

/**
 * @typedef {object} Site
 * @property {string} file relative to the folder of the tsconfig
 * @property {number} line from 1
 * @property {number} column from 1
 * @property {string} expression as reports shorten it
 */

/** @param {string} tsconfig */
export function openProgram(tsconfig) {
  const { config, error } = ts.readConfigFile(tsconfig, (file) => readFileSync(file, "utf8"));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, path.dirname(tsconfig), undefined, tsconfig);
  return ts.createProgram({ rootNames: parsed.fileNames, options: parsed.options });
}

/**
 * @param {ts.Program} program
 * @param {string} folder
 * @returns {Site[]} in the order of files, lines and columns
 */
export function findAllocations(program, folder) {
  const index = ProgramIndex.of(program);
  const files = program
    .getSourceFiles()
    .filter((file) => isAnalysedFile(program, file) && !program.isSourceFileFromExternalLibrary(file));
  const sites = files.flatMap((file) => {
    /** @type {Site[]} */
    const found = [];
    /** @param {ts.Node} node */
    const walk = (node) => {
      if (allocates(index, node)) found.push(describe(file, node, folder));
      ts.forEachChild(node, walk);
    };
    walk(file);
    return found;
  });
  return sites.sort(bySource);
}

/**
 * @param {Site} a
 * @param {Site} b
 */
function bySource(a, b) {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || a.expression.length - b.expression.length;
}

/**
 * @param {ts.SourceFile} file
 * @param {ts.Node} node
 * @param {string} folder
 * @returns {Site}
 */
function describe(file, node, folder) {
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  const text = node.getText(file).replace(/\s+/g, " ");
  return {
    file: path.relative(folder, file.fileName).replaceAll("\\", "/"),
    line: line + 1,
    column: character + 1,
    expression: text.length > 120 ? `${text.slice(0, 117)}...` : text,
  };
}

/**
 * @param {ProgramIndex} index
 * @param {ts.Node} node
 */
function allocates(index, node) {
  if (ts.isNewExpression(node)) return constructsBuffer(index, node);
  return ts.isCallExpression(node) && makesBuffer(index, node);
}

/**
 * A construction whose argument may be a length or elements allocates; one of an argument that is surely storage is
 * a view.
 *
 * @param {ProgramIndex} index
 * @param {ts.NewExpression} node
 */
function constructsBuffer(index, node) {
  const construction = classifyConstruction(index, node);
  if (construction.kind === "buffer") return true;
  if (construction.kind === "other" || construction.callee.kind !== "library") return false;
  const { name, effects } = construction.callee;
  return isBufferType(name.replace(/^new /, "")) && effects.some(({ result }) => result.kind === "unknown");
}

/** Library functions whose result is a new buffer, where no row of the tables says so. */
const makers = new Set(
  "from of alloc allocUnsafe allocUnsafeSlow concat copyBytesFrom slice map filter with toSorted toReversed encode".split(
    " ",
  ),
);

/**
 * @param {ProgramIndex} index
 * @param {ts.CallExpression} node
 */
function makesBuffer(index, node) {
  const kinds = libraryEffects(index, node)?.effects.map(({ result }) => result.kind) ?? [];
  if (kinds.some((kind) => kind.startsWith("fresh-buffer"))) return true;
  // Rows of Buffer claim nothing of what they make, because small ones share storage.
  if (kinds.length > 0 && !kinds.includes("unknown")) return false;
  const callee = skipWrappers(node.expression);
  if (!ts.isPropertyAccessExpression(callee) || !makers.has(callee.name.text)) return false;
  const declarations = index.checker.getSymbolAtLocation(callee.name)?.declarations ?? [];
  return declarations.some((each) => isLibrary(index, each)) && isBuffer(index, node);
}

/**
 * @param {ProgramIndex} index
 * @param {ts.Expression} node
 */
function isBuffer(index, node) {
  const type = index.checker.getTypeAtLocation(node);
  const types = type.isUnion() ? type.types : [type];
  return types.some((each) => isBufferType(libraryInterfaceOf(index, each)));
}

/** @param {string | null} name */
function isBufferType(name) {
  return name !== null && /** @type {readonly string[]} */ (bufferTypes).includes(name);
}
