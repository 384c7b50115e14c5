/** Compiles tests as modules of JavaScript whose types are inferred: once by tsc, once with frees for the checked runtime. */
import path from "node:path";
import ts from "typescript";
import { defaultOptions } from "../../dist/transformer/options.js";
import { runPipeline } from "../../dist/transformer/pipeline.js";
import { bindTypeScript } from "../../dist/transformer/typescript.js";

/** @type {ts.CompilerOptions} */
const options = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowJs: true,
  checkJs: true,
  strict: false,
  types: [],
  noEmitOnError: false,
  skipLibCheck: true,
  outDir: "/out",
};

const folder = "/tests";
/** @type {Map<string, ts.SourceFile | undefined>} */
const known = new Map();

/**
 * @typedef {object} Compiled
 * @property {string} plain
 * @property {string} checked
 */

/**
 * @param {readonly import("./tests.mjs").Test[]} tests
 * @param {Readonly<Record<string, string>>} harness scripts that the tests call into
 * @returns {{ outputs: Compiled[], frees: number, crashes: { name: string, message: string }[] }}
 */
export function compileTests(tests, harness) {
  bindTypeScript(ts);
  try {
    return { ...compileAll(tests, harness), crashes: [] };
  } catch (error) {
    const [only] = tests;
    if (tests.length === 1 && only) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { outputs: [{ plain: "", checked: "" }], frees: 0, crashes: [{ name: only.name, message }] };
    }
    const middle = tests.length >> 1;
    const [a, b] = [
      compileTests(tests.slice(0, middle), harness),
      compileTests(tests.slice(middle), harness),
    ];
    return {
      outputs: [...a.outputs, ...b.outputs],
      frees: a.frees + b.frees,
      crashes: [...a.crashes, ...b.crashes],
    };
  }
}

/**
 * @param {readonly import("./tests.mjs").Test[]} tests
 * @param {Readonly<Record<string, string>>} harness
 */
function compileAll(tests, harness) {
  const files = new Map(tests.map(({ source }, i) => [`${folder}/${i}.js`, `${source}\nexport {};\n`]));
  for (const [name, text] of Object.entries(harness)) files.set(`${folder}/harness/${name}`, text);
  const host = ts.createCompilerHost(options, true);
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, onError) => {
    const text = files.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, version, true, ts.ScriptKind.JS);
    if (!known.has(name)) known.set(name, parse(name, version, onError));
    return known.get(name);
  };
  host.fileExists = (name) => files.has(name) || ts.sys.fileExists(name);
  host.readFile = (name) => files.get(name) ?? ts.sys.readFile(name);
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  const checked = runPipeline({ program, options: { ...defaultOptions, checked: true }, root: folder });
  const plainText = emit(program, undefined);
  const checkedText = emit(program, (context) => (file) => checked.transformSourceFile(context, file));
  const outputs = tests.map((_, i) => ({
    plain: plainText.get(`${i}.js`) ?? "",
    checked: checkedText.get(`${i}.js`) ?? "",
  }));
  return { outputs, frees: checked.report.frees.length };
}

/**
 * @param {ts.Program} program
 * @param {ts.TransformerFactory<ts.SourceFile> | undefined} before
 */
function emit(program, before) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  program.emit(
    undefined,
    (name, text) => texts.set(path.relative("/out", name).replace(/^tests\//, ""), text),
    undefined,
    false,
    before ? { before: [before] } : {},
  );
  return texts;
}
