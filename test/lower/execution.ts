/** Executes a function as Node does, its calls answered at random, and records the events (see `acceptor.ts`). */
import ts from "typescript";

export interface Choices {
  /** A number below `limit`. */
  readonly next: (limit: number) => number;
}

/** A reproducible source of choices. */
export function choices(seed: number): Choices {
  let state = seed * 2654435761 + 1;
  return {
    next: (limit) => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
      return ((state ^ (state >>> 13)) >>> 0) % limit;
    },
  };
}

const names = [..."abcdefgh"];

interface Recorder {
  readonly events: string[];
  readonly choices: Choices;
}

function recordingCall({ events, choices: source }: Recorder, name: string): (...args: unknown[]) => unknown {
  return () => {
    if (source.next(6) === 0) {
      events.push(`${name}!`);
      throw new Error(name);
    }
    events.push(name);
    return [true, false, undefined, 1, 2][source.next(5)];
  };
}

/** Something to iterate over whose iterator says when it is closed. */
function recordingIterable({ events, choices: source }: Recorder): Iterable<unknown> {
  return {
    [Symbol.iterator]: () => ({
      next: () => {
        events.push("iterate");
        if (source.next(3) === 0) return { done: true, value: undefined };
        return { done: false, value: { x: source.next(2) || undefined } };
      },
      return: () => {
        events.push("close");
        return { done: true, value: undefined };
      },
    }),
  };
}

/** Something to await that says when it is, and may reject. */
function recordingPromise({ events, choices: source }: Recorder): PromiseLike<unknown> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is there to be awaited
    then: (resolve, reject): never => {
      const rejects = source.next(3) === 0;
      events.push(rejects ? "await!" : "await");
      if (rejects) reject?.(new Error("rejected"));
      else resolve?.(source.next(2));
      return undefined as never;
    },
  };
}

export function compileFunction(source: string): (recorder: Recorder) => unknown {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const make = new Function(...names, "xs", "later", `${outputText}\nreturn f;`);
  return (recorder) => {
    const calls = names.map((name) => recordingCall(recorder, name));
    return make(...calls, recordingIterable(recorder), () => recordingPromise(recorder))();
  };
}

/** The events of one execution. */
export async function execute(run: (recorder: Recorder) => unknown, seed: number): Promise<string[]> {
  const recorder: Recorder = { events: [], choices: choices(seed) };
  try {
    const result = run(recorder);
    const wasEnded = isGenerator(result) ? consume(result, recorder) : await Promise.resolve(result).then(no);
    // To the function, being ended is like an exception that nobody catches.
    recorder.events.push(wasEnded ? "throw" : "return");
  } catch {
    recorder.events.push("throw");
  }
  return recorder.events;
}

const no = (): boolean => false;

function isGenerator(value: unknown): value is Generator {
  return typeof value === "object" && value !== null && "next" in value && "throw" in value;
}

/**
 * Takes values from a generator, and now and then ends it or throws into it. Says whether that ended it: an exception of a `finally` block
 * on the way out may be caught, and the generator go on and return by itself.
 */
function consume(generator: Generator, { events, choices: source }: Recorder): boolean {
  const token = {};
  let isEnding = false;
  let step = generator.next();
  while (!step.done) {
    const choice = isEnding ? 2 : source.next(6);
    events.push(choice === 1 ? "yield!" : "yield");
    if (choice === 0) {
      isEnding = true;
      step = generator.return(token);
    } else step = choice === 1 ? generator.throw(new Error("thrown in")) : generator.next();
  }
  return step.value === token;
}
