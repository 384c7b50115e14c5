/** Runs emitted programs in this process and writes down all that they let anybody see. */
import { Script } from "node:vm";
import type { Output } from "./compile.js";
import { type PoisonLog, PoisonRuntime } from "./poison.js";

/** Longer than any generated program takes; a shrunk one may never end. */
const timeout = 2_000;

export interface Execution {
  /** What the program logged, returned, threw and exports, as text. */
  readonly seen: string;
  readonly log: PoisonLog;
}

interface Loaded {
  readonly main?: () => unknown;
}

/** Runs a program with nothing freed. */
export function executePlain(output: Output): Promise<Execution> {
  return execute(output, new PoisonRuntime(false));
}

/** Runs a program with the poisoning runtime, which hands storage out again or never does. */
export function executeFreed(output: Output, { reuse }: { readonly reuse: boolean }): Promise<Execution> {
  return execute(output, new PoisonRuntime(reuse));
}

/** Runs a checked program with the checked runtime. What it finds wrong are faults. */
export async function executeChecked(output: Output): Promise<Execution> {
  const runtime = await import("../../runtime/checked.js");
  const { countMistakes, lastMistakes } = await import("../../runtime/checked/mistakes.js");
  const before = countMistakes();
  const module = runtime as unknown as Record<string, unknown>;
  return execute(output, {
    module,
    finish: () => {
      runtime.trim();
      return { frees: 0, faults: lastMistakes(countMistakes() - before) };
    },
  });
}

/** A runtime, and what it has to say at the end. */
interface Watched {
  readonly module: Record<string, unknown>;
  finish(): PoisonLog;
}

async function execute(output: Output, runtime: Watched): Promise<Execution> {
  const modules = new Map<string, { exports: Record<string, unknown> }>();
  const load = (name: string): Record<string, unknown> => {
    if (name.startsWith("ts-autofree/runtime")) return runtime.module;
    const key = name.replace(/^\.\//, "").replace(/\.js$/, "");
    const known = modules.get(key);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(key, module);
    const code = output.get(key);
    if (code === undefined) throw new Error(`no module ${name}`);
    const wrapped = new Script(`(function (require, module, exports) {${code}\n})`, {
      filename: `${key}.js`,
    });
    wrapped.runInThisContext()(load, module, module.exports);
    return module.exports;
  };
  let outcome: unknown;
  try {
    const main = (load("main") as Loaded).main as () => unknown;
    outcome = await limited(main);
  } catch (error) {
    outcome = error;
  }
  const dumper = new Dumper();
  dumper.add(outcome);
  for (const [, { exports }] of [...modules].sort(([a], [b]) => (a < b ? -1 : 1))) dumper.add(exports);
  return { seen: dumper.text(), log: runtime.finish() };
}

/** The watchdog of `vm` watches what a script calls, so a script does the calling. */
const caller = new Script("(0, globalThis.$fuzzMain)()");

function limited(main: () => unknown): unknown {
  const scope = globalThis as { $fuzzMain?: () => unknown };
  scope.$fuzzMain = main;
  try {
    return caller.runInThisContext({ timeout });
  } finally {
    delete scope.$fuzzMain;
  }
}

/** Values as text, with shared objects told apart from equal ones. */
class Dumper {
  private readonly parts: string[] = [];
  private readonly ids = new Map<object, number>();

  text(): string {
    return this.parts.join("");
  }

  add(value: unknown): void {
    if (typeof value === "number") this.parts.push(Object.is(value, -0) ? "-0 " : `${value} `);
    else if (typeof value === "function") this.parts.push("function ");
    else if (typeof value !== "object" || value === null) this.parts.push(`${String(value)} `);
    else this.addObject(value);
  }

  private addObject(value: object): void {
    const known = this.ids.get(value);
    if (known !== undefined) {
      this.parts.push(`#${known} `);
      return;
    }
    this.ids.set(value, this.ids.size);
    if (value instanceof ArrayBuffer) {
      this.parts.push(`bytes(${[...new Uint8Array(value)].join(",")}) `);
    } else if (value instanceof DataView) this.addList("view", [value.buffer]);
    else if (ArrayBuffer.isView(value)) {
      this.parts.push(`${value.constructor.name}(${[...(value as Uint8Array)].join(",")}) `);
    } else if (value instanceof Map) this.addList("map", [...value].flat());
    else if (value instanceof Set || Array.isArray(value)) this.addList("list", [...value]);
    else if (value instanceof Error) this.addList(value.name, [value.message, ...Object.values(value)]);
    else this.addList("object", Object.entries(value).flat());
  }

  private addList(name: string, items: readonly unknown[]): void {
    this.parts.push(`${name}[`);
    for (const item of items) this.add(item);
    this.parts.push("] ");
  }
}
