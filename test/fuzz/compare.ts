/** Compiles and runs programs in all variants, and says for which of them the variants differ. */
import { type CompiledProgram, compileBatch, type Output, type Sources, type Variants } from "./compile.js";
import { type Execution, executeChecked, executeFreed, executePlain } from "./execute.js";

export interface Verdict {
  readonly sources: Sources;
  readonly compiled: CompiledProgram | null;
  /** What is wrong, or `null`. */
  readonly problem: Problem | null;
  readonly executedFrees: number;
}

export interface Problem {
  readonly kind: "invalid" | "crash" | "stripped" | "fault" | "mismatch";
  readonly message: string;
}

export interface CompareOptions {
  /** Also require that programs have no type errors. */
  readonly typeCheck: boolean;
  /** By default all. */
  readonly variants?: Variants;
}

export async function comparePrograms(
  programs: readonly Sources[],
  { typeCheck, variants = "all" }: CompareOptions,
): Promise<Verdict[]> {
  let compiled: CompiledProgram[];
  try {
    compiled = compileBatch({ programs, typeCheck, variants });
  } catch (error) {
    return findCrash(programs, { typeCheck, variants }, error);
  }
  const verdicts: Verdict[] = [];
  for (const [i, sources] of programs.entries()) {
    verdicts.push(await compareOne(sources, compiled[i] as CompiledProgram, variants));
  }
  return verdicts;
}

/** The transformer threw on a batch: halves it until the program is alone. */
async function findCrash(
  programs: readonly Sources[],
  options: CompareOptions,
  error: unknown,
): Promise<Verdict[]> {
  if (programs.length > 1) {
    const middle = programs.length >> 1;
    return [
      ...(await comparePrograms(programs.slice(0, middle), options)),
      ...(await comparePrograms(programs.slice(middle), options)),
    ];
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return programs.map((sources) => ({
    sources,
    compiled: null,
    problem: { kind: "crash", message },
    executedFrees: 0,
  }));
}

async function compareOne(sources: Sources, compiled: CompiledProgram, variants: Variants): Promise<Verdict> {
  const verdict = (problem: Problem | null, executedFrees = 0): Verdict => ({
    sources,
    compiled,
    problem,
    executedFrees,
  });
  if (compiled.errors.length > 0) return verdict({ kind: "invalid", message: compiled.errors.join("\n") });
  if (compiled.stripped.length > 0) {
    const message = `noManualFree changes ${compiled.stripped.join(", ")}, where nothing is freed by hand`;
    return verdict({ kind: "stripped", message });
  }
  if (sameText(compiled.plain, compiled.freed)) return verdict(null);
  const plain = await executePlain(compiled.plain);
  if (plain.seen.includes("Script execution timed out")) {
    return verdict({ kind: "invalid", message: "does not end" });
  }
  const withoutZeros = await executeFreed(compiled.elided, { reuse: true });
  if (variants === "elided") return verdict(problemOf(plain, [withoutZeros]), withoutZeros.log.frees);
  const runs = [
    await executeFreed(compiled.freed, { reuse: true }),
    await executeFreed(compiled.freed, { reuse: false }),
    withoutZeros,
    await executeChecked(compiled.checked),
  ];
  const executed = runs[0]?.log.frees ?? 0;
  return verdict(problemOf(plain, runs), executed);
}

function problemOf(plain: Execution, runs: readonly Execution[]): Problem | null {
  for (const { seen, log } of runs) {
    if (log.faults.length > 0) return { kind: "fault", message: log.faults.join("; ") };
    if (seen !== plain.seen) {
      const at = firstDifference(plain.seen, seen);
      const near = (text: string) => text.slice(Math.max(0, at - 60), at + 60);
      return {
        kind: "mismatch",
        message: `plain …${near(plain.seen)}…\nfreed …${near(seen)}…`,
      };
    }
  }
  return null;
}

function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

function sameText(a: Output, b: Output): boolean {
  return a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
}
