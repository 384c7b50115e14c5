/**
 * Where in the source something happened: from a call stack, through the source map of the file that ran.
 *
 * Idea: a stack is captured where it is wanted and read only when somebody asks, since nearly all of them are never
 * looked at. The frame meant is the first outside of this runtime. Compiled code names its places as text, and needs none
 * of this.
 *
 * Invariants:
 * - Nothing here throws: a place that can't be found is said to be unknown.
 * - No Node API is needed. Where there is none (a browser), places are those of the JavaScript that runs.
 *
 * Example:
 * ```ts
 * describePlace("src/fft.ts:12:15"); // as it is
 * describePlace(new Error()); // "src/main.ts:3:7", of the line that called into the runtime
 * ```
 */

/** A place as compiled code names it, or a stack to find it in; `null` where nobody noted it. */
export type Place = string | Error | null;

/** A frame of a stack: file (a path or an address), line and column, from 1. */
interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface SourceMapLike {
  findEntry(
    line: number,
    column: number,
  ): Partial<Record<"originalSource", string>> & Partial<Record<"originalLine" | "originalColumn", number>>;
}

interface NodeModules {
  readonly fs: { readFileSync(path: string, encoding: "utf8"): string };
  readonly url: { fileURLToPath(url: string): string; pathToFileURL(path: string): URL };
  readonly module: { SourceMap: new (payload: unknown) => SourceMapLike };
  readonly path: { relative(from: string, to: string): string };
  readonly cwd: string;
}

/** The folder that this runtime was loaded from, as stacks name it; frames in it are its own. */
const own =
  /^(.*\/)checked\/positions\.[jt]s$/.exec(firstFrame(new Error().stack, "")?.file ?? "")?.[1] ?? "";

const maps = new Map<string, SourceMapLike | null>();

/** `file:line:column` of a place, in the source where a source map tells. */
export function describePlace(place: Place): string {
  if (typeof place === "string") return place;
  const frame = place && firstFrame(place.stack, own);
  return frame ? describeFrame(frame) : "an unknown place";
}

/** The first frame that isn't in the folder `runtime`. */
function firstFrame(stack: unknown, runtime: string): Frame | null {
  if (typeof stack !== "string") return null;
  for (const line of stack.split("\n")) {
    const found = /((?:file:\/\/|https?:\/\/|blob:|[A-Za-z]:[\\/]|\/)[^\s()]*):(\d+):(\d+)\)?$/.exec(line);
    if (!found) continue;
    const file = found[1] as string;
    if (runtime !== "" && file.startsWith(runtime)) continue;
    return { file, line: Number(found[2]), column: Number(found[3]) };
  }
  return null;
}

function describeFrame(frame: Frame): string {
  const node = nodeModules();
  if (!node) return `${frame.file}:${frame.line}:${frame.column}`;
  try {
    const path = frame.file.startsWith("file:") ? node.url.fileURLToPath(frame.file) : frame.file;
    const entry = mapOf(node, path)?.findEntry(frame.line - 1, frame.column - 1);
    if (entry?.originalSource === undefined) return `${shorten(node, path)}:${frame.line}:${frame.column}`;
    const source = new URL(entry.originalSource, node.url.pathToFileURL(path));
    const name =
      source.protocol === "file:" ? shorten(node, node.url.fileURLToPath(source.href)) : source.href;
    return `${name}:${(entry.originalLine ?? 0) + 1}:${(entry.originalColumn ?? 0) + 1}`;
  } catch {
    return `${frame.file}:${frame.line}:${frame.column}`;
  }
}

/** A path below the current folder, relative to it. */
function shorten({ path, cwd }: NodeModules, file: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith("..") ? file : relative.replaceAll("\\", "/");
}

/** The source map that a file names; `null` for none, or one that can't be read. */
function mapOf(node: NodeModules, path: string): SourceMapLike | null {
  let map = maps.get(path);
  if (map === undefined) {
    map = readMap(node, path);
    maps.set(path, map);
  }
  return map;
}

function readMap({ fs, url, module }: NodeModules, path: string): SourceMapLike | null {
  try {
    const named = [...fs.readFileSync(path, "utf8").matchAll(/^\/\/# sourceMappingURL=(\S+)\s*$/gm)].at(
      -1,
    )?.[1];
    if (named === undefined) return null;
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(named)?.[1];
    const text =
      inline === undefined
        ? fs.readFileSync(url.fileURLToPath(new URL(named, url.pathToFileURL(path)).href), "utf8")
        : new TextDecoder().decode(Uint8Array.from(atob(inline), (c) => c.charCodeAt(0)));
    return new module.SourceMap(JSON.parse(text));
  } catch {
    return null;
  }
}

let modules: NodeModules | null | undefined;

function nodeModules(): NodeModules | null {
  if (modules !== undefined) return modules;
  modules = null;
  try {
    const { process } = globalThis as { process?: ProcessLike };
    const get = process?.getBuiltinModule;
    if (process?.cwd && get) {
      modules = {
        fs: get("node:fs") as NodeModules["fs"],
        url: get("node:url") as NodeModules["url"],
        module: get("node:module") as NodeModules["module"],
        path: get("node:path") as NodeModules["path"],
        cwd: process.cwd(),
      };
    }
  } catch {
    // Not Node, or one that may not be asked.
  }
  return modules;
}

/** What is used of Node's `process`. */
export interface ProcessLike {
  readonly env?: Record<string, string | undefined>;
  readonly cwd?: () => string;
  readonly getBuiltinModule?: (name: string) => unknown;
  readonly stderr?: { write(text: string): void };
  exitCode?: number | string | null | undefined;
  on?(event: string, listener: (argument: unknown) => void): void;
}
