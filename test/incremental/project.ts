/** A small project of files whose functions hand buffers to one another, as data that can be edited, and as text. */
import { configText } from "./config.js";

/** What a function does with the buffer that it is handed. */
export const variants = [
  "reads",
  "fills",
  "keeps",
  "stores",
  "captures",
  "returns",
  "views",
  "copies",
  "throws",
  "throws-it",
  "frees",
  "passes",
  "waits",
] as const;
export type Variant = (typeof variants)[number];

/** Those with which a function gives a number back. */
export const methodVariants = variants.filter((variant) => resultOf(variant) === "number");

export interface Lent {
  /** Grows with every renaming. */
  name: string;
  file: string;
  variant: Variant;
  /** The function that `passes` hands its buffer on to. */
  next: string | null;
  /** `@autofree noescape data` before it. */
  promised: boolean;
  /** A second parameter, which callers may leave out. */
  optional: boolean;
}

export interface Caller {
  readonly name: string;
  readonly file: string;
  /** Functions of {@link Project.lent}, by their number, and `shape` and `sink`. */
  calls: (number | "shape" | "sink")[];
}

export interface Override {
  readonly name: string;
  readonly file: string;
  variant: Variant;
}

export interface Config {
  readonly incremental: boolean;
  declaration: boolean;
  world: "open" | "closed" | null;
  checked: boolean;
  elideZeroFill: boolean;
  noManualFree: boolean;
  annotated: boolean;
  noEmitOnError: boolean;
}

export interface Project {
  /** Two projects, the second of which refers to the first. */
  readonly pair: boolean;
  readonly lent: Lent[];
  readonly callers: Caller[];
  /** What `Shape.use` and those that override it do. */
  base: Variant;
  /** Whether `Shape` has a private member, so that no object looks like one of its instances. */
  sealed: boolean;
  readonly overrides: Override[];
  /** Whether the global function `sink`, which has no body, promises to borrow only. */
  sinkPromised: boolean;
  /** Comments at the end of files, and so a way to change a file and nothing in it. */
  readonly notes: Map<string, number>;
  readonly config: Config;
  /** A line with a type error, in one of the files. */
  broken: string | null;
}

/** Every file of a project, by its path. `plugins` is empty for plain tsc. */
export function filesOf(project: Project, plugin: string | null): Map<string, string> {
  const files = new Map<string, string>([["package.json", '{ "type": "module" }\n']]);
  for (const [name, text] of configText(project, plugin)) files.set(name, text);
  for (const file of sourceFiles(project)) files.set(pathOf(project, file), fileText(project, file));
  files.set(pathOf(project, "globals").replace(/\.ts$/, ".d.ts"), globalsText(project));
  return files;
}

/** The names of the modules. */
export function sourceFiles({ lent, callers, overrides }: Project): string[] {
  const files = [...lent, ...callers, ...overrides].map(({ file }) => file);
  return [...new Set(["shape", ...files])].sort();
}

/** Whether a file is in the project that is referred to. */
function isLow(file: string): boolean {
  return file.startsWith("low");
}

function pathOf({ pair }: Project, file: string): string {
  if (!pair) return `src/${file}.ts`;
  return isLow(file) ? `lib/src/${file}.ts` : `app/src/${file}.ts`;
}

function globalsText({ sinkPromised }: Project): string {
  const promise = sinkPromised ? "/** @autofree noescape data */\n" : "";
  return `${promise}declare function sink(data: Float64Array): number;\n`;
}

function fileText(project: Project, file: string): string {
  const { lent, callers, overrides, notes, broken } = project;
  const used = new Map<string, string>();
  const parts: string[] = [];
  for (const each of lent.filter((one) => one.file === file)) parts.push(lentText(project, each, used));
  if (file === "shape") parts.push(classText("Shape", null, project.base, project.sealed));
  for (const each of overrides.filter((one) => one.file === file)) {
    used.set("Shape", "shape");
    parts.push(classText(each.name, "Shape", each.variant, false));
  }
  for (const each of callers.filter((one) => one.file === file)) parts.push(callerText(project, each, used));
  const body = parts.join("");
  const head = [...used]
    .filter(([, from]) => from !== file)
    .sort()
    .map(([name, from]) => `import { ${name} } from "${importPath(project, file, from)}";\n`);
  if (body.includes("unsafeFree(")) head.unshift('import { unsafeFree } from "ts-autofree/runtime";\n');
  const note = notes.get(file) ?? 0;
  const tail = [
    note > 0 ? `// note ${note}\n` : "",
    broken === file ? "export const no: number = '';\n" : "",
  ];
  return [...head, prelude, body, ...tail].join("");
}

const prelude =
  "const kept: Float64Array[] = [];\n" +
  "const last: { data?: Float64Array; later?: () => number } = {};\n" +
  "export const state = (): number => kept.length + (last.data?.length ?? 0) + (last.later?.() ?? 0);\n" +
  "function measure(x: unknown): number {\n  return typeof x === 'number' ? x : 1;\n}\n";

function importPath(project: Project, from: string, to: string): string {
  return project.pair && isLow(to) && !isLow(from) ? `../../lib/src/${to}.js` : `./${to}.js`;
}

function lentText(project: Project, each: Lent, used: Map<string, string>): string {
  const next = project.lent.find(({ name }) => name === each.next);
  const passes = each.variant === "passes" && next !== undefined && next !== each;
  if (passes) used.set(next.name, next.file);
  const variant = each.variant === "passes" && !passes ? "reads" : each.variant;
  const body = passes ? `return measure(${next.name}(data));` : bodyOf(variant);
  const promise = each.promised ? "/** @autofree noescape data */\n" : "";
  const more = each.optional ? ", more = 0" : "";
  const async = variant === "waits" ? "async " : "";
  return `${promise}export ${async}function ${each.name}(data: Float64Array${more}): ${resultOf(variant)} {\n  ${body}\n}\n`;
}

function classText(name: string, base: string | null, variant: Variant, sealed: boolean): string {
  return (
    `export class ${name}${base ? ` extends ${base}` : ""} {\n` +
    (sealed ? "  private readonly size = 1;\n" : "") +
    `  ${base ? "override " : ""}use(data: Float64Array): number {\n    ${bodyOf(variant)}\n  }\n}\n`
  );
}

function callerText({ lent }: Project, caller: Caller, used: Map<string, string>): string {
  const lines = caller.calls.flatMap((call, at) => {
    const buffer = `b${at}`;
    const made = `  const ${buffer} = new Float64Array(n + ${at});\n  ${buffer}.fill(${at});\n`;
    if (call === "sink") return `${made}  total += sink(${buffer});\n`;
    if (call === "shape") {
      used.set("Shape", "shape");
      return `${made}  total += shape.use(${buffer});\n`;
    }
    const callee = lent[call];
    if (!callee) return [];
    used.set(callee.name, callee.file);
    return `${made}  const r${at} = ${callee.name}(${buffer});\n  total += measure(r${at});\n`;
  });
  const shape = caller.calls.includes("shape") ? ", shape: Shape" : "";
  return `export function ${caller.name}(n: number${shape}): number {\n  let total = 0;\n${lines.join("")}  return total;\n}\n`;
}

function resultOf(variant: Variant): string {
  if (variant === "returns" || variant === "views" || variant === "copies") return "Float64Array";
  return variant === "waits" ? "Promise<number>" : "number";
}

function bodyOf(variant: Variant): string {
  switch (variant) {
    case "reads":
    case "passes":
      return "return data[0] ?? 0;";
    case "fills":
      return "data.fill(1);\n  return 1;";
    case "keeps":
      return "kept.push(data);\n  return kept.length;";
    case "stores":
      return "last.data = data;\n  return 1;";
    case "captures":
      return "last.later = () => data[0] ?? 0;\n  return 1;";
    case "returns":
      return "return data;";
    case "views":
      return "return data.subarray(1);";
    case "copies":
      return "return data.slice();";
    case "throws":
      return "if (data.length > 3) throw new Error();\n  return data.length;";
    case "throws-it":
      return "if (data.length > 3) throw data;\n  return data.length;";
    case "frees":
      return "const first = data[0] ?? 0;\n  unsafeFree(data);\n  return first;";
    case "waits":
      return "await null;\n  return data[0] ?? 0;";
  }
}
