/**
 * Random functions full of small buffers that are indexed by constants, with what may and what may not become of them: a module
 * `scalars.ts` of each program. All elements are seen at the end, and many on the way.
 *
 * It draws from a generator of its own, so that the rest of a program is the same with and without it.
 */
import type { Sources } from "./compile.js";
import { Random } from "./random.js";

const numberTypes = [
  "Float64",
  "Float32",
  "Int8",
  "Uint8",
  "Uint8Clamped",
  "Int16",
  "Uint16",
  "Int32",
  "Uint32",
];
const bigTypes = ["BigInt64", "BigUint64"];

const numbers = [
  "0",
  "-0",
  "1",
  "0.5",
  "2.5",
  "-1.5",
  "127",
  "128",
  "254.5",
  "255",
  "300",
  "-129",
  "32768",
  "65536",
  "2147483648",
  "-2147483649",
  "4294967301",
  "1e300",
  "NaN",
  "Infinity",
  "0.1",
];
const bigs = [
  "0n",
  "1n",
  "-1n",
  "7n",
  "9223372036854775807n",
  "9223372036854775808n",
  "-9223372036854775809n",
];
const operators = ["+", "-", "*", "/", "%", "**", "<<", ">>", ">>>", "&", "|", "^"];
const bigOperators = ["+", "-", "*", "&", "|", "^"];

interface Buffer {
  readonly name: string;
  readonly type: string;
  readonly length: number;
}

interface Place {
  readonly buffers: readonly Buffer[];
  /** Names of functions from a number to one. */
  readonly closures: readonly string[];
  readonly numbers: readonly string[];
  readonly flavour: "plain" | "async" | "generator" | "closure";
  readonly depth: number;
}

interface Made {
  readonly lines: readonly string[];
  readonly place: Place;
}

export interface ScalarModule {
  readonly text: string;
  readonly names: readonly string[];
  readonly calls: readonly string[];
}

export function scalarModule(seed: number): ScalarModule {
  return new Maker(new Random(seed ^ 0x5ca1a7)).module();
}

/** A program of nothing else. */
export function scalarProgram(seed: number): Sources {
  const { text, names, calls } = scalarModule(seed);
  const main = [
    `import { ${names.join(", ")} } from "./scalars.js";`,
    "export async function main(): Promise<unknown[]> {",
    "  const seen: unknown[] = [];",
    ...calls.map((call) => `  try { seen.push(${call}); } catch (e) { seen.push(String(e)); }`),
    "  return seen;",
    "}",
  ];
  return { "scalars.ts": text, "main.ts": main.join("\n") };
}

class Maker {
  private names = 0;

  constructor(private readonly random: Random) {}

  module(): ScalarModule {
    const parts = [helpers];
    const names = ["drainScalars"];
    const calls: string[] = [];
    for (let i = 2 + this.random.int(2); i > 0; i--) {
      const flavour = this.random.weighted([
        [6, "plain" as const],
        [2, "async" as const],
        [1, "generator" as const],
      ]);
      const name = this.fresh("s");
      names.push(name);
      parts.push(this.entry(name, flavour));
      for (let j = 0; j < 2; j++) {
        const run = `${name}(${this.pick(numbers)}, ${this.pick(numbers)}, [3, 1.5])`;
        calls.push({ plain: run, async: `await ${run}`, generator: `drainScalars(${run})` }[flavour]);
      }
    }
    return { text: parts.join("\n"), names, calls };
  }

  private readonly fresh = (prefix: string): string => `${prefix}${this.names++}`;

  private pick<T>(items: readonly T[]): T {
    return this.random.pick(items);
  }

  private entry(name: string, flavour: "plain" | "async" | "generator"): string {
    const start = { plain: "function", async: "async function", generator: "function*" }[flavour];
    const result = {
      plain: "unknown[]",
      async: "Promise<unknown[]>",
      generator: "Generator<unknown, unknown[], number>",
    }[flavour];
    const place: Place = {
      buffers: [],
      closures: [],
      numbers: ["x", "y", "xs[0]", "xs[7]"],
      flavour,
      depth: 3,
    };
    const first = this.birth(this.birth({ lines: [], place }));
    const made = this.statements(first, 4 + this.random.int(6));
    const seen = this.seen(made.place);
    return [
      `export ${start} ${name}(x: number, y: number, xs: number[]): ${result} {`,
      "  const out: unknown[] = [];",
      ...indent(made.lines),
      ...(flavour === "generator" ? ["  yield out;"] : []),
      `  return [out, ${seen}];`,
      "}",
    ].join("\n");
  }

  /** All elements in sight, and the lengths. */
  private seen({ buffers }: Place): string {
    const parts = buffers.flatMap(({ name, length }) => [
      ...Array.from({ length }, (_, i) => `${name}[${i}]`),
      `${name}.length`,
    ]);
    return parts.length > 0 ? parts.join(", ") : "0";
  }

  private statements(made: Made, count: number): Made {
    let at = made;
    for (let i = 0; i < count; i++) at = this.statement(at);
    return at;
  }

  private statement({ lines, place }: Made): Made {
    const deeper = place.depth > 0 ? 1 : 0;
    const known = place.buffers.length > 0 ? 1 : 0;
    const make = this.random.weighted<() => Made>([
      [3, () => this.birth({ lines: [], place })],
      [12 * known, () => ({ lines: [this.act(place)], place })],
      [2 * known, () => ({ lines: [`out.push(${this.seen(place)});`], place })],
      [3 * deeper, () => ({ lines: this.compound(place), place })],
      [2 * deeper, () => this.closure(place)],
      [2 * known, () => this.nearMiss(place)],
      [1, () => this.temporary(place)],
    ]);
    const next = make();
    return { lines: [...lines, ...next.lines], place: next.place };
  }

  private birth({ lines, place }: Made): Made {
    const name = this.fresh("v");
    const isBig = this.random.chance(20);
    const type = this.pick(isBig ? bigTypes : numberTypes);
    const length = 1 + this.random.int(4);
    const values = Array.from({ length }, () => (isBig ? this.big(place) : this.number(place, 1))).join(", ");
    const size = this.fresh("n");
    const [before, made] = this.random.weighted<readonly [string[], string]>([
      [5, [[], `new ${type}Array(${length})`]],
      [2, [[], `new ${type}Array([${values}])`]],
      [2, [[], `${type}Array.of(${values})`]],
      [1, [[`const ${size} = ${length};`], `new ${type}Array(${size})`]],
    ]);
    const declared = `${this.pick(["const", "const", "let"])} ${name} = ${made};`;
    const buffers = [...place.buffers, { name, type, length }];
    return { lines: [...lines, ...before, declared], place: { ...place, buffers } };
  }

  /** A statement that stores. */
  private act(place: Place): string {
    const store = this.store(place);
    return this.random.weighted([
      [10, `${store};`],
      [1, `if (${this.condition(place)}) ${store};`],
      [1, `${this.condition(place)} && (${store});`],
      [1, `${this.condition(place)} ? (${store}) : (${this.store(place)});`],
      [1, `for (let i = 0; i < 2; ${store}, i++);`],
      [1, `(${store}), void (${this.store(place)});`],
      [1, `out.push(${this.used(place)});`],
    ]);
  }

  private element(place: Place): { readonly text: string; readonly buffer: Buffer } {
    const recent = this.random.chance(60) ? place.buffers.slice(-2) : place.buffers;
    const buffer = this.pick(recent);
    return { text: `${buffer.name}[${this.random.int(buffer.length)}]`, buffer };
  }

  private store(place: Place): string {
    const { text, buffer } = this.element(place);
    const isBig = buffer.type.startsWith("Big");
    const value = isBig ? this.big(place) : this.number(place, 2);
    return this.random.weighted([
      [5, `${text} = ${value}`],
      [
        5,
        isBig ? `${text} ${this.pick(bigOperators)}= ${value}` : `${text} ${this.pick(operators)}= ${value}`,
      ],
      [1, `${text}${this.pick(["++", "--"])}`],
      [1, `${this.pick(["++", "--"])}${text}`],
      [1, `(${text}) = ${value}`],
    ]);
  }

  /** An assignment whose value is used. */
  private used(place: Place): string {
    const { text, buffer } = this.element(place);
    const value = buffer.type.startsWith("Big") ? this.big(place) : this.number(place, 1);
    return this.random.weighted([
      [2, `${text}++`],
      [2, `--${text}`],
      [3, `(${text} = ${buffer.type.startsWith("Big") ? "5n" : this.pick(numbers)})`],
      [2, `(${text} -= ${value})`],
      [1, `(${text} = ${value})`],
    ]);
  }

  private number(place: Place, depth: number): string {
    const ofNumbers = place.buffers.filter(({ type }) => !type.startsWith("Big"));
    const read = (): string => {
      const { name, length } = this.pick(ofNumbers);
      return `${name}[${this.random.int(length)}]`;
    };
    const inner = (): string => this.number(place, depth - 1);
    const more = depth > 0 ? 1 : 0;
    const make = this.random.weighted<() => string>([
      [3, () => this.pick(numbers)],
      [3, () => this.pick(place.numbers)],
      [ofNumbers.length > 0 ? 6 : 0, read],
      [place.buffers.length > 0 ? 1 : 0, () => `${this.pick(place.buffers).name}.length`],
      [2 * more, () => `(${inner()} ${this.pick(["+", "-", "*", "/", ">>>", "|"])} ${inner()})`],
      [more, () => `Math.${this.pick(["abs", "floor", "sqrt", "sign"])}(${inner()})`],
      [place.closures.length > 0 ? 4 * more : 0, () => `${this.pick(place.closures)}(${inner()})`],
      [place.flavour === "async" ? 2 * more : 0, () => `(await Promise.resolve(${inner()}))`],
      [place.flavour === "generator" ? 2 * more : 0, () => `(yield ${inner()})`],
    ]);
    return make();
  }

  private big(place: Place): string {
    const ofBigs = place.buffers.filter(({ type }) => type.startsWith("Big"));
    const { length } = ofBigs;
    if (length === 0 || this.random.chance(50)) return this.pick(bigs);
    const from = this.pick(ofBigs);
    const read = `${from.name}[${this.random.int(from.length)}]`;
    return this.random.chance(50) ? read : `(${read} ${this.pick(bigOperators)} ${this.pick(bigs)})`;
  }

  private condition(place: Place): string {
    return `${this.number(place, 0)} ${this.pick(["<", ">"])} ${this.pick(["0", "2", "100"])}`;
  }

  private compound(place: Place): string[] {
    const inside = { ...place, depth: place.depth - 1 };
    const body = (from: Place = inside): string[] =>
      indent(this.statements({ lines: [], place: from }, 1 + this.random.int(3)).lines);
    const i = this.fresh("i");
    return this.random.weighted<() => string[]>([
      [
        3,
        () => [
          `for (let ${i} = 0; ${i} < 3; ${i}++) {`,
          ...body({ ...inside, numbers: [...inside.numbers, i] }),
          "}",
        ],
      ],
      [2, () => [`if (${this.condition(place)}) {`, ...body(), "} else {", ...body(), "}"]],
      [1, () => ["{", ...body(), "}"]],
      [1, () => ["try {", ...body(), "} finally {", ...body(), "}"]],
      [2, () => this.iterations(inside)],
    ])();
  }

  /** Closures that outlive the iteration in which they capture a buffer: each has one of its own. */
  private iterations(place: Place): string[] {
    const [i, all] = [this.fresh("i"), this.fresh("f")];
    const numbers = [...place.numbers, i];
    const { lines, place: within } = this.birth({ lines: [], place: { ...place, buffers: [], numbers } });
    const only: Place = { ...within, flavour: "closure", closures: [] };
    const [first] = within.buffers;
    const value = first?.type.startsWith("Big") ? `BigInt(${i})` : i;
    return [
      `const ${all}: (() => unknown)[] = [];`,
      `for (let ${i} = 1; ${i} < 4; ${i}++) {`,
      ...indent(lines),
      `  ${first?.name}[0] = ${value};`,
      `  ${all}.push(() => { ${this.act(only).replaceAll("out.push", "void ")} return [${this.seen(only)}]; });`,
      "}",
      `out.push(...${all}.map((f) => f()), ...${all}.map((f) => f()));`,
    ];
  }

  private closure(place: Place): Made {
    const name = this.fresh("c");
    const parameter = this.fresh("p");
    const flavour = "closure" as const;
    const closures: string[] = [];
    const inside: Place = { ...place, closures, flavour, depth: 0, numbers: [...place.numbers, parameter] };
    const made = this.statements({ lines: [], place: inside }, 1 + this.random.int(3));
    const body = [...indent(made.lines), `  return ${this.number(made.place, 1)};`];
    const isDeclared = this.random.chance(15);
    const lines = isDeclared
      ? [`function ${name}(${parameter}: number): number {`, ...body, "}"]
      : [`const ${name} = (${parameter}: number): number => {`, ...body, "};"];
    return { lines, place: { ...place, closures: [...place.closures, name] } };
  }

  /** A use that makes a buffer one. */
  private nearMiss(place: Place): Made {
    const { name, type, length } = this.pick(place.buffers);
    const isBig = type.startsWith("Big");
    const value = isBig ? this.big(place) : this.number(place, 1);
    const alias = this.fresh("w");
    const line = this.random.weighted<string>([
      [3, `${name}[xs.length % ${length + 1}] = ${value};`],
      [2, `out.push(${name}[xs.length - 2]);`],
      [2, `${name}[${length}] = ${value};`],
      [1, `out.push(${name}[${length}], ${name}[-1]);`],
      [3, `const ${alias} = ${name}; ${alias}[0] = ${value};`],
      [3, `out.push(bump(${name}));`],
      [1, `out.push(...${name});`],
      [1, `${name}.fill(${value});`],
      [2, `[${name}[0]] = [${value}];`],
      [1, `${name}[0] ||= ${value};`],
      [1, `out.push(${name}?.[0]);`],
      [1, `for (const each of ${name}) out.push(each);`],
    ]);
    return { lines: [line], place };
  }

  /** A buffer that is freed, beside. */
  private temporary(place: Place): Made {
    const name = this.fresh("t");
    const { text, buffer } = place.buffers.length > 0 ? this.element(place) : { text: "", buffer: null };
    const lines = [
      `const ${name} = new Float64Array(20 + xs.length).fill(${this.number(place, 0)});`,
      buffer && !buffer.type.startsWith("Big") ? `${text} = sum(${name});` : `out.push(sum(${name}));`,
    ];
    return { lines, place };
  }
}

function indent(lines: readonly string[]): string[] {
  return lines.map((each) => `  ${each}`);
}

const helpers = [
  "const sum = (a: Float64Array): number => a.reduce((all, each) => all + each, 0);",
  "function bump(a: { [i: number]: unknown; readonly length: number }): unknown {",
  "  const [before, last] = [a[0], a[a.length - 1]];",
  "  a[0] = last;",
  "  return [before, last];",
  "}",
  "export function drainScalars(from: Generator<unknown, unknown[], number>): unknown[] {",
  "  const got: unknown[] = [];",
  "  for (let i = 0, next = from.next(1); i < 99; i++, next = from.next(i / 4)) {",
  "    got.push(next.value);",
  "    if (next.done) break;",
  "  }",
  "  return got;",
  "}",
].join("\n");
