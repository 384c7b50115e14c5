/**
 * Random programs of a few modules: helpers and globals in `lib.ts`, classes in `shapes.ts`, promises and generators in
 * `flow.ts`, `index.ts` that exports them again, entry functions and `main()` in `main.ts`.
 */
import { classesModule, holderHelpers, staticCallables } from "./classes.js";
import type { Sources } from "./compile.js";
import { fillerFunction, fillFunction } from "./fill-statements.js";
import { callbackHelpers, optionHelpers } from "./function-helpers.js";
import { basicHelpers, type Helper, prelude } from "./helpers.js";
import { type Exports, importsOf, indexModule } from "./modules.js";
import { asyncHelpers, generatorHelpers, ownerHelpers } from "./owner-helpers.js";
import { Random } from "./random.js";
import { type ScalarModule, scalarModule, scalarProgram } from "./scalars.js";
import {
  type Callable,
  type Feature,
  type Flavour,
  features,
  type Member,
  members,
  type Scope,
  type Type,
  typeTexts,
  type Variable,
  type World,
  withVariables,
} from "./scope.js";
import { shapeHelpers, suspendedShapes } from "./shape-helpers.js";
import { body, declarationOf } from "./statements.js";

const results: readonly (readonly [number, Type | null, Feature?])[] = [
  [6, "buf"],
  [5, "num"],
  [1, "maybe"],
  [2, "box"],
  [2, "list"],
  [2, "pair"],
  [1, "toNum"],
  [1, "toBuf"],
  [1, null],
  [2, "holder", "classes"],
  [1, "opts", "options"],
  [1, "mapper", "callbacks"],
  [1, "cell", "callbacks"],
  [1, "grid", "owners"],
  [1, "boxes", "owners"],
];
const parameterTypes: readonly (readonly [number, Type, Feature?])[] = [
  [8, "buf"],
  [2, "maybe"],
  [2, "num"],
  [3, "box"],
  [2, "list"],
  [1, "pair"],
  [1, "mapper"],
  [1, "toBuf"],
  [4, "holder", "classes"],
  [3, "opts", "options"],
  [2, "flag", "options"],
  [2, "mapper", "callbacks"],
  [1, "sink", "callbacks"],
  [1, "reader", "callbacks"],
  [1, "task", "async"],
  [2, "gen", "generators"],
  [1, "grid", "owners"],
  [1, "boxes", "owners"],
];

const globals: readonly Variable[] = [
  { name: "globalBox", type: "box", mutable: false },
  { name: "globalList", type: "list", mutable: false },
];

/** Lengths that filling functions are called with: some that are no lengths alone, but multiply to one. */
const fillSizes = ["12, 4", "16, 3", "13, 1", "0, 5", "1, 0", "-2, -3", "2.5, 4", "4, 1.5"] as const;

/** How much of everything a program has. */
interface Amounts {
  /** Percent of the features. */
  readonly features: number;
  /** Percent of the helpers, of what there would be in a large program. */
  readonly helpers: number;
  /** Entry functions: at least, and how many more at most. */
  readonly entries: readonly [number, number];
  /** Statements of an entry function: likewise. */
  readonly statements: readonly [number, number];
  /** Functions that fill buffers: likewise. */
  readonly fills: readonly [number, number];
}

/**
 * `large` programs have some 60 sites, and most features meet; of `small` ones there can be many; `fills` are nothing but functions
 * that fill buffers, `scalars` nothing but functions of small buffers.
 */
export const programSizes = ["large", "small", "fills", "scalars"] as const;
export type ProgramSize = (typeof programSizes)[number];

const amounts: Readonly<Record<Exclude<ProgramSize, "scalars">, Amounts>> = {
  large: { features: 45, helpers: 100, entries: [2, 1], statements: [4, 5], fills: [2, 3] },
  small: { features: 22, helpers: 30, entries: [1, 0], statements: [3, 4], fills: [1, 1] },
  fills: { features: 0, helpers: 0, entries: [0, 0], statements: [0, 0], fills: [3, 2] },
};

/** Generation of one program. */
class Maker {
  readonly random: Random;
  readonly world: World;
  readonly callables: Callable[] = [];
  readonly amounts: Amounts;
  private names = 0;

  constructor(seed: number, size: Exclude<ProgramSize, "scalars">) {
    this.random = new Random(seed);
    this.amounts = amounts[size];
    const { random } = this;
    const chosen = new Set<Feature>(
      features.filter((each) =>
        random.chance(each === "patching" ? Math.min(10, this.amounts.features) : this.amounts.features),
      ),
    );
    if (size === "fills") chosen.add("fills");
    const has = chosen.has("classes");
    const own = new Set<Member>(members.filter(() => random.chance(55)));
    if (own.size < 3) for (const each of ["get", "store", "borrow"] as const) own.add(each);
    const count = 1 + random.int(4);
    this.world = {
      features: chosen,
      classes: has ? ["C0", "C1", "C2", "C3"].slice(0, count) : [],
      literals: has && random.chance(50) ? ["L0", "L1"].slice(0, 1 + random.int(2)) : [],
      members: own,
      fillers: chosen.has("fills") ? ["filler0", "filler1", "filler2"].slice(0, 1 + random.int(3)) : [],
    };
  }

  readonly fresh = (prefix: string): string => `${prefix}${this.names++}`;

  /** A scope that knows what has been made so far, in a module that may use all but `without`. */
  scope(without: readonly Feature[] = []): Scope {
    const { random, world } = this;
    const left = [...world.features].filter((each) => !without.includes(each));
    const noClasses = without.includes("classes") ? { classes: [], literals: [] } : {};
    return {
      random,
      world: { ...world, ...noClasses, features: new Set(left) },
      variables: world.features.has("globals") && random.chance(60) ? globals : [],
      callables: this.callables,
      result: null,
      flavour: "plain",
      loops: [],
      depth: 2,
      fresh: this.fresh,
    };
  }

  /** Some of the helpers; they join the callables. */
  some(helpers: readonly Helper[], percent: number): string[] {
    const share = (percent * this.amounts.helpers) / 100;
    const chosen = helpers.filter(() => this.random.chance(share));
    this.callables.push(...chosen.map(([, callable]) => callable));
    return chosen.map(([text]) => text);
  }

  /** At least, and how many more at most. */
  between([least, more]: readonly [number, number]): number {
    return least + this.random.int(more + 1);
  }

  pick<T>(choices: readonly (readonly [number, T, Feature?])[], { world }: Scope): T {
    return this.random.weighted(
      choices.map(([weight, value, feature]) => [
        feature === undefined || world.features.has(feature) ? weight : 0,
        value,
      ]),
    );
  }

  /** Functions of random parameters; they join the callables. */
  functions(count: number, without: readonly Feature[]): string[] {
    return Array.from({ length: count }, () => this.randomFunction(this.scope(without)));
  }

  private randomFunction(base: Scope): string {
    const { random } = this;
    const flavour = random.weighted<Flavour>([
      [6, "plain"],
      [base.world.features.has("async") ? 3 : 0, "async"],
      [base.world.features.has("generators") ? 3 : 0, "gen"],
      [base.world.features.has("generators") && base.world.features.has("async") ? 1 : 0, "stream"],
    ]);
    const name = this.fresh("h");
    const result = flavour === "plain" ? this.pick(results, base) : "buf";
    const types = Array.from({ length: 1 + random.int(3) }, () => this.pick(parameterTypes, base));
    const parameters = types.map((type): Variable => ({ name: this.fresh("p"), type, mutable: true }));
    const size: Variable = { name: "n", type: "num", mutable: false };
    const inside: Scope = { ...base, result, flavour, variables: [...base.variables, size, ...parameters] };
    const lines = body(inside, 2 + random.int(4));
    const optional = parameters.at(-1)?.type === "buf" && random.chance(25) ? 1 : 0;
    const texts = parameters.map((each) => {
      const isLast = optional > 0 && each === parameters.at(-1);
      return `${each.name}: ${typeTexts[each.type]}${isLast ? " = new Float64Array(16)" : ""}`;
    });
    const own = result ? typeTexts[result] : "void";
    const [start, given, type] = {
      plain: ["function", own, result],
      generator: ["function*", own, result],
      async: ["async function", `Promise<${own}>`, "task" as const],
      gen: ["function*", "Gen", "gen" as const],
      stream: ["async function*", "AsyncGen", "agen" as const],
    }[flavour] as [string, string, Type | null];
    this.callables.push({ name, parameters: ["num", ...types], result: type, flavour: "plain", optional });
    const head = `export ${start} ${name}(n: number, ${texts.join(", ")}): ${given} {`;
    return [head, "  n = 4 + (n & 7);", "  tick();", ...lines, "}"].join("\n");
  }

  /** Things that only this function knows, to begin with: what others know is never freed. */
  private ownThings(scope: Scope): { readonly lines: string[]; readonly scope: Scope } {
    const lines: string[] = [];
    let here = scope;
    const wanted: readonly (readonly [Type, Feature?])[] = [
      ["buf"],
      ["buf"],
      ["holder", "classes"],
      ["opts", "options"],
      ["cell", "callbacks"],
      ["gen", "generators"],
      ["task", "async"],
      ["list", "owners"],
    ];
    for (const [type, feature] of wanted) {
      if (feature !== undefined && !scope.world.features.has(feature)) continue;
      if (this.random.chance(40)) continue;
      const made = declarationOf(here, type);
      lines.push(...made.lines.map((each) => `  ${each}`));
      here = withVariables(here, ...(made.declared ?? []));
    }
    return { lines, scope: here };
  }

  /** The functions of `fills.ts`, each by its name, and calls of those that make buffers. */
  fillFunctions(calls: string[]): { readonly names: string[]; readonly texts: string[] } {
    const { random, fresh } = this;
    const fillers: string[] = [];
    const texts: string[] = [];
    for (const each of this.world.fillers) {
      texts.push(fillerFunction({ random, fresh }, each, [...fillers]));
      fillers.push(each);
    }
    const names = [...fillers];
    for (let i = this.between(this.amounts.fills); i > 0; i--) {
      const name = fresh("fill");
      const text = fillFunction({ random, fresh }, name, fillers);
      const source = text.includes("src: number[]") ? "[5, 4, 3, 2, 1]" : "shared";
      for (const sizes of fillSizes) if (random.chance(60)) calls.push(`${name}(${sizes}, ${source})`);
      texts.push(text);
      names.push(name);
    }
    return { names, texts };
  }

  entryFunction(calls: string[]): string {
    const { random } = this;
    const base = this.scope();
    const flavour = random.weighted<Flavour>([
      [8, "plain"],
      [base.world.features.has("async") ? 9 : 1, "async"],
      [1, "generator"],
    ]);
    const name = this.fresh("e");
    const result = flavour === "generator" ? random.pick<Type>(["buf", "num"]) : this.pick(results, base);
    const parameters: Variable[] = [
      { name: "n", type: "num", mutable: false },
      { name: "given", type: "buf", mutable: true },
      { name: "box", type: "box", mutable: true },
    ];
    const outer: Scope = {
      ...base,
      result,
      flavour,
      depth: 3,
      variables: [...base.variables, ...parameters],
    };
    const { lines: first, scope: inside } = this.ownThings(outer);
    const lines = [...first, ...body(inside, this.between(this.amounts.statements))];
    const type = result ? typeTexts[result] : "void";
    const wrapped = { plain: type, async: `Promise<${type}>`, generator: `Generator<${type}>` };
    const start = { plain: "function", async: "async function", generator: "function*" };
    const kind = flavour as keyof typeof start;
    const args = () => `${4 + random.int(2) * 12}, shared, ${random.pick(["globalBox", "ownBox"])}`;
    const run = flavour === "generator" ? `[...${name}(${args()})]` : `${name}(${args()})`;
    const once = `${flavour === "async" ? "await " : ""}${run}`;
    calls.push(once, once);
    if (flavour === "async") calls.push(`await Promise.all([${run}, ${run}])`);
    const head = `export ${start[kind]} ${name}(n: number, given: Float64Array, box: Box): ${wrapped[kind]} {`;
    return [head, ...lines, "}"].join("\n");
  }
}

export function generateProgram(seed: number, size: ProgramSize = "large"): Sources {
  if (size === "scalars") return scalarProgram(seed);
  const maker = new Maker(seed, size);
  const { random, world } = maker;
  const has = (feature: Feature): boolean => world.features.has(feature);
  const exports: Record<string, string[]> = {};
  const sources: Record<string, string> = {};
  /** Adds a module, which may import all before it. */
  const add = (name: string, starts: () => readonly string[], more: () => readonly string[]): void => {
    const before = maker.callables.length;
    const imports = importsOf(exports, world, "direct", random);
    const parts = [...starts(), ...more()];
    sources[`${name}.ts`] = [...imports, ...parts].join("\n");
    exports[name] = maker.callables.slice(before).map((each) => each.name);
  };
  const later: Feature[] = ["classes", "async", "generators", "fills"];
  const fillCalls: string[] = [];
  add(
    "lib",
    () => [
      prelude,
      ...maker.some(basicHelpers, has("modules") ? 30 : 40),
      ...maker.some(shapeHelpers, 30),
      ...(has("options") ? maker.some(optionHelpers, 50) : []),
      ...(has("callbacks") ? maker.some(callbackHelpers, 50) : []),
      ...(has("owners") ? maker.some(ownerHelpers, 50) : []),
    ],
    () => maker.functions(random.int(2), later),
  );
  if (has("fills")) {
    const { names, texts } = maker.fillFunctions(fillCalls);
    sources["fills.ts"] = [...importsOf(exports, world, "direct", random), ...texts].join("\n");
    exports.fills = names;
  }
  if (has("classes")) {
    add(
      "shapes",
      () => [classesModule(maker.scope()), ...maker.some(holderHelpers(maker.scope()), 50)],
      () => maker.functions(random.int(2), []),
    );
  }
  if (has("async") || has("generators")) {
    add(
      "flow",
      () => [
        ...(has("async") ? maker.some([...asyncHelpers, ...suspendedShapes], 45) : []),
        ...(has("generators") ? maker.some(generatorHelpers, 45) : []),
      ],
      () => maker.functions(random.int(3), []),
    );
  }
  const scalars = scalarModule(seed);
  sources["scalars.ts"] = scalars.text;
  sources["main.ts"] = mainModule(maker, exports, { fillCalls, scalars });
  if (has("modules")) sources["index.ts"] = indexModule(exports, world);
  return sources;
}

/** What `main()` calls beside the entry functions. */
interface MoreCalls {
  readonly fillCalls: readonly string[];
  readonly scalars: ScalarModule;
}

function mainModule(maker: Maker, exports: Exports, { fillCalls, scalars }: MoreCalls): string {
  const { random, world } = maker;
  const style = world.features.has("modules")
    ? random.pick(["index", "namespace", "renamed"] as const)
    : "direct";
  const imports = importsOf(exports, world, style, random);
  if (style === "namespace") {
    const flow = new Set(exports.flow);
    const renamed = maker.callables.map((each) =>
      flow.has(each.name) ? { ...each, name: `flow.${each.name}` } : each,
    );
    maker.callables.splice(0, maker.callables.length, ...renamed);
  }
  if (world.classes.length > 0) maker.callables.push(...staticCallables(world.classes));
  const entries: string[] = [];
  const calls: string[] = [];
  for (let i = maker.between(maker.amounts.entries); i > 0; i--) entries.push(maker.entryFunction(calls));
  return [
    ...imports,
    `import { ${scalars.names.join(", ")} } from "./scalars.js";`,
    ...entries,
    "export const shared = new Float64Array(16).fill(5);",
    "export const ownBox: Box = { b: new Float64Array(16).fill(6) };",
    "async function rest(): Promise<void> {",
    "  for (let i = 0; i < 12; i++) await null;",
    "}",
    "export async function main(): Promise<unknown[]> {",
    "  const seen: unknown[] = [];",
    ...calls.flatMap((call) => step(call, random.chance(50))),
    ...[...fillCalls, ...scalars.calls].flatMap((call) => step(call, false)),
    "  seen.push(queue.splice(0).map((f) => f()));",
    "  refuel();",
    "  fire(shared);",
    "  for (const g of globalGens.splice(0)) {",
    "    for (let i = 0; i < 3; i++) seen.push(g.next(shared).value);",
    "  }",
    "  seen.push(await Promise.allSettled(pending));",
    "  await rest();",
    "  return seen;",
    "}",
    "",
  ].join("\n");
}

function step(call: string, waits: boolean): string[] {
  const rest = waits ? ["  await rest();"] : [];
  return [
    "  refuel();",
    "  try {",
    `    seen.push(${call});`,
    "  } catch (e) {",
    "    seen.push(String(e));",
    "  }",
    ...rest,
  ];
}
