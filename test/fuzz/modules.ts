/** How the modules of a generated program export and import. */
import type { Random } from "./random.js";
import type { World } from "./scope.js";

/** Module → the functions it exports. */
export type Exports = Readonly<Record<string, readonly string[]>>;

export const preludeNames = [
  "out",
  "show",
  "failIf",
  "total",
  "queue",
  "refuel",
  "tick",
  "keep",
  "keptOr",
  "none",
  "pending",
  "globalGens",
  "subscribe",
  "fire",
  "makeCell",
  "chunks",
  "stream",
  "globalBox",
  "globalList",
  "type Box",
  "type Pair",
  "type Options",
  "type Cell",
  "type Gen",
  "type AsyncGen",
];

function shapeNames({ classes, literals }: World): string[] {
  return [...classes, ...literals, "globalHolders", "type Holder", "type HolderClass"];
}

export type ImportStyle = "direct" | "index" | "namespace" | "renamed";

/** The import declarations of a module that uses all of `exports`. */
export function importsOf(exports: Exports, world: World, style: ImportStyle, random: Random): string[] {
  const namesOf = (name: string): string[] => [
    ...(name === "lib" ? preludeNames : []),
    ...(name === "shapes" ? shapeNames(world) : []),
    ...(exports[name] ?? []),
  ];
  const all = Object.keys(exports);
  const from = (names: readonly string[], module: string): string =>
    `import { ${names.join(", ")} } from "./${module}.js";`;
  if (style === "direct") return all.map((name) => from(namesOf(name), name));
  if (style === "namespace") {
    const others = all.filter((each) => each !== "flow").flatMap(namesOf);
    return [from(others, "index"), ...(all.includes("flow") ? ['import { flow } from "./index.js";'] : [])];
  }
  const names = all.flatMap(namesOf);
  if (style === "index") return [from(names, "index")];
  const [first, ...others] = world.classes;
  if (first === undefined) return [from(names, "index")];
  const left = names.filter((each) => each !== first);
  const alias = random.chance(50) ? [] : others.slice(0, 1);
  const renamed = left.map((each) => (alias.includes(each) ? `${each}Again as ${each}` : each));
  return [`import ${first} from "./index.js";`, from(renamed, "index")];
}

/** A module that exports again what the others do, one of them as a namespace, one class as the default. */
export function indexModule(exports: Exports, { classes }: World): string {
  const lines = ['export * from "./lib.js";'];
  if (exports.shapes) {
    lines.push('export * from "./shapes.js";', `export { ${classes[0]} as default } from "./shapes.js";`);
    const again = classes.slice(1, 2).map((each) => `${each} as ${each}Again`);
    if (again.length > 0) lines.push(`export { ${again.join(", ")} } from "./shapes.js";`);
  }
  if (exports.fills) lines.push('export * from "./fills.js";');
  if (exports.flow) lines.push('export * from "./flow.js";', 'export * as flow from "./flow.js";');
  return `${lines.join("\n")}\n`;
}
