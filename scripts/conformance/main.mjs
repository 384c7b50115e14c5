/**
 * Compiles folders of odd source files, such as a compiler's or a formatter's own test cases: the transformer must not throw, and must emit
 * what tsc emits for every statement in which it frees nothing.
 *
 *     npm run conformance -- DIR...
 *
 * Errors of types and syntax don't matter, as long as tsc emits something. A case of several files, each after a comment
 * `// @filename: NAME` as in TypeScript's own cases, is taken apart. What the compiler itself doesn't survive is left out.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { defaultOptions } from "../../dist/transformer/options.js";
import { runPipeline } from "../../dist/transformer/pipeline.js";
import { bindTypeScript } from "../../dist/transformer/typescript.js";

bindTypeScript(ts);

/** @type {ts.CompilerOptions} */
const options = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.React,
  allowJs: true,
  checkJs: true,
  experimentalDecorators: true,
  noResolve: true,
  types: [],
  skipLibCheck: true,
  noEmitOnError: false,
  outDir: "/out",
};
/** @type {Map<string, ts.SourceFile | undefined>} */
const libraries = new Map();
/** The texts of files that are parts of others. @type {Map<string, string>} */
const parts = new Map();
const totals = { files: 0, statements: 0, changed: 0, frees: 0, crashes: 0, different: 0 };

const folders = process.argv.slice(2);
const missing = folders.find((folder) => !existsSync(folder));
if (folders.length === 0 || missing !== undefined) {
  console.error(
    `${missing === undefined ? "" : `There is no folder '${missing}'. `}Usage: npm run conformance -- DIR...`,
  );
  process.exit(2);
}
for (const folder of folders) {
  const files = [...sourceFiles(path.resolve(folder))];
  for (let at = 0; at < files.length; at += 200) compare(files.slice(at, at + 200));
}
const { files, statements, changed, frees, crashes, different } = totals;
console.log(
  `conformance: ${files} files, ${statements} statements at their top, ${changed} of them with ${frees} frees; ` +
    `${different} others differ from tsc's, ${crashes} crashes`,
);
process.exitCode = crashes + different > 0 ? 1 : 0;

/**
 * Compares a batch; where it crashes, halves of it.
 *
 * @param {readonly string[]} batch
 */
function compare(batch) {
  /** @type {ReturnType<typeof compileBoth>} */
  let outputs;
  try {
    outputs = compileBoth(batch);
  } catch (error) {
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      compare(batch.slice(0, middle));
      compare(batch.slice(middle));
    } else if (crashesAlone(batch)) {
      // The compiler itself doesn't survive the file.
    } else {
      totals.files++;
      totals.crashes++;
      console.log(`CRASH ${batch[0]}\n${error instanceof Error ? error.stack : error}`);
    }
    return;
  }
  for (const { name, plain, freed, checked } of outputs) {
    totals.files++;
    compareFile(name, plain, freed);
    if (checked.startsWith("CRASH")) {
      totals.crashes++;
      console.log(`${checked} ${name}`);
    }
  }
}

/**
 * @param {string} name
 * @param {string} plain
 * @param {string} freed
 */
function compareFile(name, plain, freed) {
  const expected = new Set(statementsOf(plain));
  for (const text of statementsOf(freed)) {
    totals.statements++;
    if (expected.has(text)) continue;
    // Names that were added begin with a dollar sign, and stand for what the runtime does.
    if (
      /\$(?:alloc|allocUninitialized|copy|free|freeEach|from|map|slice|slot|take|takeUninitialized)\b|\$into\b|\$\w+Slot\b/.test(
        text,
      )
    ) {
      totals.changed++;
      totals.frees += text.split(/\$free(?:Each)?(?:_\d+)?\(|\.give\(/).length - 1;
      continue;
    }
    totals.different++;
    console.log(`DIFFERENT ${name}\n${text.slice(0, 500)}`);
  }
}

/** @param {string} text */
function statementsOf(text) {
  const file = ts.createSourceFile("a.js", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  return file.statements.map((each) => each.getFullText(file).trim());
}

/** @param {readonly string[]} names */
function createProgram(names) {
  const host = ts.createCompilerHost(options, true);
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, onError) => {
    const part = parts.get(name);
    if (part !== undefined) return ts.createSourceFile(name, part, version, true);
    if (!/\/lib\.[^/]*\.d\.ts$/.test(name)) return parse(name, version, onError);
    if (!libraries.has(name)) libraries.set(name, parse(name, version, onError));
    return libraries.get(name);
  };
  return ts.createProgram({ rootNames: [...names], options, host });
}

/** @param {readonly string[]} names */
function crashesAlone(names) {
  try {
    emit(createProgram(names), undefined);
    return false;
  } catch {
    return true;
  }
}

/** @param {readonly string[]} names */
function compileBoth(names) {
  const program = createProgram(names);
  const plain = emit(program, undefined);
  const [freed, checked] = [false, true].map((isChecked) => {
    const chosen = /** @type {const} */ ({ ...defaultOptions, scalars: "off", checked: isChecked });
    const result = runPipeline({ program, options: chosen, root: "/" });
    return emit(program, (context) => (file) => result.transformSourceFile(context, file));
  });
  return [...plain].map(([name, text]) => ({
    name,
    plain: text,
    freed: freed?.get(name) ?? "",
    checked: syntaxOf(checked?.get(name) ?? "", text),
  }));
}

/**
 * Checked output parses where plain output does.
 *
 * @param {string} checked
 * @param {string} plain
 */
function syntaxOf(checked, plain) {
  const errors = (/** @type {string} */ text) => {
    const file = ts.createSourceFile("a.js", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
    return /** @type {typeof file & { parseDiagnostics: unknown[] }} */ (file).parseDiagnostics.length;
  };
  return errors(checked) > errors(plain) ? "CRASH (checked output is not JavaScript)" : checked;
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
    (_name, text, _mark, _onError, sources) => texts.set(sources?.[0]?.fileName ?? "", text),
    undefined,
    false,
    before ? { before: [before] } : {},
  );
  return texts;
}

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(full);
    else if (isSource(entry.name)) yield* partsOf(full);
  }
}

/** @param {string} name */
function isSource(name) {
  return /\.[cm]?[jt]sx?$/.test(name) && !/\.d\.[cm]?ts$/.test(name);
}

/**
 * The file itself, or the sources that a case of several files is made of.
 *
 * @param {string} file
 * @returns {Generator<string>}
 */
function* partsOf(file) {
  const text = readFileSync(file, "utf8");
  const pieces = text.split(/^\s*\/\/\s*@filename:\s*(\S+)\s*$/im);
  if (pieces.length < 3) {
    yield file;
    return;
  }
  for (let i = 1; i < pieces.length; i += 2) {
    const name = path.join(`${file}.parts`, String(i >> 1), pieces[i] ?? "");
    if (!isSource(name)) continue;
    parts.set(name, pieces[i + 1] ?? "");
    yield name;
  }
}
