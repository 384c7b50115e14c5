/**
 * Compiles one project with the compiler, then runs our passes on the same program, and prints the times of both as
 * JSON. One process measures once, so that nothing is warm that would not be in a real run.
 *
 * Usage: node scripts/cost/measure.mjs tsconfig.json
 */
import path from "node:path";
import ts from "typescript";
import { defaultOptions } from "../../dist/transformer/options.js";
import { runPipeline } from "../../dist/transformer/pipeline.js";
import { bindTypeScript } from "../../dist/transformer/typescript.js";

/**
 * @typedef {object} Figures
 * @property {number} files
 * @property {number} lines
 * @property {number} tsc milliseconds to parse, bind, check and emit
 * @property {number} ours milliseconds of all our passes
 * @property {Record<string, number>} passes milliseconds by pass, without those that it calls
 * @property {number} sites
 * @property {number} freed
 */

/** Processor time so far, in milliseconds: other programs that run meanwhile don't count. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A clock of nested passes: the time of the inner one is not counted to the outer one. */
class Stopwatch {
  /** @type {Record<string, number>} */
  passes = {};
  /** @type {string[]} */
  stack = [];
  last = performance.now();

  /** Counts the time since the last change to the pass that is running. */
  tick() {
    const time = performance.now();
    const running = this.stack.at(-1);
    if (running !== undefined) this.passes[running] = (this.passes[running] ?? 0) + time - this.last;
    this.last = time;
  }

  /**
   * @template T
   * @param {string} pass
   * @param {() => T} work
   * @returns {T}
   */
  during = (pass, work) => {
    this.tick();
    this.stack.push(pass);
    const result = work();
    this.tick();
    this.stack.pop();
    return result;
  };
}

/**
 * @param {string} tsconfig
 * @returns {Figures}
 */
function measure(tsconfig) {
  const { config } = ts.readConfigFile(tsconfig, ts.sys.readFile);
  const root = path.dirname(tsconfig);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  /** Nothing is written: the disk's time is neither the compiler's nor ours. */
  const drop = () => {};

  const start = now();
  const program = ts.createProgram(fileNames, options);
  ts.getPreEmitDiagnostics(program);
  program.emit(undefined, drop);
  const tsc = now() - start;

  bindTypeScript(ts);
  const clock = new Stopwatch();
  const begin = { wall: performance.now(), processor: now() };
  const { report, transformSourceFile } = clock.during("rest", () =>
    runPipeline({ program, options: defaultOptions, root, clock }),
  );
  // Asking for processor time takes long itself: the passes are timed by the clock on the wall, and scaled.
  const scale = (now() - begin.processor) / (performance.now() - begin.wall);
  const before = [
    (/** @type {ts.TransformationContext} */ context) => (/** @type {ts.SourceFile} */ file) =>
      clock.during("emit", () => transformSourceFile(context, file)),
  ];
  program.emit(undefined, drop, undefined, false, { before });

  const sources = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file));
  const passes = Object.fromEntries(Object.entries(clock.passes).map(([pass, wall]) => [pass, wall * scale]));
  return {
    files: sources.length,
    lines: sources.reduce((sum, file) => sum + file.getLineStarts().length, 0),
    tsc,
    ours: Object.values(passes).reduce((sum, each) => sum + each, 0),
    passes,
    sites: report.totals.sites,
    freed: report.totals.freed,
  };
}

console.log(JSON.stringify(measure(path.resolve(process.argv[2] ?? "tsconfig.json"))));
