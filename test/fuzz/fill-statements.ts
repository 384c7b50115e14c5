/**
 * Statements that make a buffer, write all of it or nearly, and then look at every element: what zeros are needed for shows (S5).
 * And the functions of `fills.ts`, full of them.
 */
import { filling, type Size, type Target, value } from "./fillings.js";
import type { Random } from "./random.js";
import { ifHas, pickVariable, type Scope } from "./scope.js";
import type { Made, StatementChoice } from "./statements.js";

export function fillStatements(scope: Scope): StatementChoice[] {
  return [[ifHas(scope, "fills", 12), () => filled(scope)]];
}

/** Where a buffer is filled. */
interface Place {
  readonly random: Random;
  readonly fresh: (prefix: string) => string;
  /** Lengths of which nothing is known. */
  readonly sizes: readonly string[];
  /** The name of a `Float64Array`; `null` has one made. */
  readonly source: string | null;
  readonly fillers: readonly string[];
}

function filled(scope: Scope): Made {
  const { random, fresh, variables } = scope;
  const place: Place = {
    random,
    fresh,
    sizes: variables.some(({ name, mutable }) => name === "n" && !mutable) ? ["n"] : ["12"],
    source: random.chance(50) ? (pickVariable(scope, "buf")?.name ?? null) : null,
    fillers: scope.world.fillers,
  };
  const { lines, name, type } = filledBuffer(place);
  const isKnown = type === "Float64Array" && random.chance(35);
  return { lines, declared: isKnown ? [{ name, type: "buf", mutable: false }] : [] };
}

/** The length of the buffer, and what is to be said before. */
function sizeOf(
  { random, fresh, sizes }: Place,
  source: string,
): { readonly lines: string[]; readonly size: Size } {
  const n = random.pick(sizes);
  const name = fresh("n");
  const number = `(${random.pick([n, `${source}.length`, "8"])})`;
  return random.weighted([
    [4, { lines: [], size: { text: n } }],
    [2, { lines: [], size: { text: random.pick(["12", "16"]) } }],
    [3, { lines: [], size: { text: `${source}.length` } }],
    [4, { lines: [`const ${name} = ${source}.length;`], size: { text: name } }],
    [2, { lines: [], size: { text: `2 * ${n}`, half: n } }],
    [2, { lines: [`const ${name} = ${number};`], size: { text: `${name} * 2`, half: name } }],
    [2, { lines: [`const ${name} = ${source}.length;`], size: { text: `3 * ${name}`, rows: ["3", name] } }],
    [2, { lines: [`const ${name} = ${source}.length;`], size: { text: `${name} * ${n}`, rows: [n, name] } }],
    [3, { lines: [], size: { text: `${n} * m`, rows: [n, "m"] } }],
    [1, { lines: [`let ${name} = ${number};`], size: { text: name } }],
  ]);
}

/** A target that slips once, or never. */
function targetOf(place: Place, rest: Pick<Target, "name" | "size" | "source" | "fillers">): Target {
  const { random, fresh } = place;
  let left = random.chance(60) ? 1 : 0;
  const slips = (percent: number): boolean => {
    if (left === 0 || !random.chance(percent)) return false;
    left--;
    return true;
  };
  return { random, fresh, slips, depth: 1, ...rest };
}

/** Types of buffers, the usual one more often. */
const types = [
  "Float64Array",
  "Float64Array",
  "Float64Array",
  "Float32Array",
  "Int32Array",
  "Uint8Array",
] as const;

function filledBuffer(place: Place): {
  readonly lines: string[];
  readonly name: string;
  readonly type: string;
} {
  const { random, fresh } = place;
  const name = fresh("f");
  const source = place.source ?? fresh("s");
  const own =
    place.source === null
      ? [`const ${source} = new Float64Array(${random.pick(["12", "16"])}).fill(3);`]
      : [];
  const { lines, size: found } = sizeOf(place, source);
  // Not every place has a second length.
  const second = place.sizes[1] ?? "4";
  const size: Size = JSON.parse(JSON.stringify(found).replace(/\bm\b/g, second));
  const type = random.pick(types);
  const fillers = type === "Float64Array" ? place.fillers : [];
  const target = targetOf(place, { name, size, source, fillers });
  const birth = random.weighted([
    [8, `const ${name} = new ${type}(${size.text});`],
    [1, `let ${name}: ${type} = new ${type}(${size.text});`],
  ]);
  return {
    name,
    type,
    lines: [
      ...own,
      ...lines,
      birth,
      ...early(target),
      ...changed(target, lines),
      ...filling(target),
      ...(random.chance(12) ? filling(target) : []),
      ...late(target),
    ],
  };
}

/** Uses of a buffer before it is filled. */
function early(target: Target): string[] {
  const { name, random, fresh } = target;
  const other = fresh("g");
  if (target.slips(22)) {
    return random.pick([
      [`out(${name}[2] ?? -1);`],
      [`const ${other} = ${name};`, `out(${other}[3] ?? -2);`],
      [`const ${other} = new Uint8Array(${name}.buffer);`, `out(${other}[5] ?? -3);`],
      [`const ${other} = ${name}.subarray(1);`, `out(${other}[0] ?? -4);`],
      [`const ${other} = (): number => ${name}[1] ?? -5;`, `out(${other}());`],
      [`out(${other}());`, `function ${other}(): number { return ${name}[1] ?? -6; }`],
      [`const ${other} = { ${name} };`, `out(${other}.${name}[4] ?? -7);`],
      [`for (const v of ${name}) out(v);`],
      [`out(${name}.indexOf(0));`],
    ]);
  }
  // Read when it is filled, though seen from now on.
  return random.weighted([
    [10, []],
    [2, [`out(${name}.length);`]],
    [1, [`const ${other} = (): number => ${name}[1] ?? -5;`, `queue.push(${other});`]],
  ]);
}

/** Lengths change between the birth and the loop. */
function changed(target: Target, declared: readonly string[]): string[] {
  const [, own] = /^let (\w+)/.exec(declared[0] ?? "") ?? [];
  return own !== undefined && target.slips(80) ? [`${own} = ${own} - 2;`] : [];
}

/** Looks at every element. */
function late({ name, random, fresh }: Target): string[] {
  const [sum, i] = [fresh("t"), fresh("i")];
  return random.pick([
    [`out(${name}.reduce((all, v, i) => all + v * (i + 1), 0));`],
    [
      `let ${sum} = 0;`,
      `for (let ${i} = 0; ${i} < ${name}.length; ${i}++) ${sum} += (${name}[${i}] ?? 0) * (${i} + 1);`,
      `out(${sum});`,
    ],
    [`out(total(${name}));`],
  ]);
}

/** A function of two lengths and an array that fills one or two buffers. */
export function fillFunction(
  { random, fresh }: Pick<Scope, "random" | "fresh">,
  name: string,
  fillers: readonly string[],
): string {
  const array = random.chance(30) ? "number[]" : "Float64Array";
  const place: Place = {
    random,
    fresh,
    sizes: ["n", "m"],
    source: array === "number[]" ? null : "src",
    fillers,
  };
  const bodies = Array.from({ length: 1 + random.int(2) }, () => filledBuffer(place));
  const changing = array === "number[]" ? changingLength({ random, fresh }) : [];
  return [
    `export function ${name}(n: number, m: number, src: ${array}): number {`,
    ...[...changing, ...bodies.flatMap(({ lines }) => lines)].map((each) => `  ${each}`),
    `  return total(${bodies.at(-1)?.name});`,
    "}",
  ].join("\n");
}

/** A buffer as long as an array that may grow or shrink in between. */
function changingLength({ random, fresh }: Pick<Place, "random" | "fresh">): string[] {
  const [name, i, list] = [fresh("f"), fresh("i"), fresh("l")];
  const change = random.pick([
    `${list}.pop();`,
    `${list}.length = 2;`,
    `if (${list}.length > 2) ${list}.shift();`,
    "",
  ]);
  const isInside = random.chance(50);
  return [
    `const ${list} = [...src];`,
    `const ${name} = new Float64Array(${list}.length);`,
    ...(isInside ? [] : [change]),
    `for (let ${i} = 0; ${i} < ${list}.length; ${i}++) {`,
    `  ${name}[${i}] = ${value({ random, source: "src" }, i)};`,
    ...(isInside ? [`  if (${i} === 3) { ${change} }`] : []),
    "}",
    `out(total(${name}));`,
  ];
}

/** A function that fills what it is handed, or nearly: `filler(buffer, size, source)`. */
export function fillerFunction(
  { random, fresh }: Pick<Scope, "random" | "fresh">,
  name: string,
  fillers: readonly string[],
): string {
  const place: Place = { random, fresh, sizes: ["n"], source: "src", fillers };
  const size: Size = { text: random.pick(["f.length", "f.length", "n"]) };
  const target = targetOf(place, { name: "f", size, source: "src", fillers });
  const special = target.slips(20)
    ? random.pick([
        ["if (n > 14) return;"],
        ["f = f.subarray(1);"],
        ["out(f[1] ?? 0);"],
        ["src = f;"],
        ["queue.push(() => f[0] ?? 0);", "out(queue.at(-1)?.() ?? 0);"],
      ])
    : [];
  const lines = [...special, ...filling(target)];
  return [
    `export function ${name}(f: Float64Array, n: number, src: Float64Array): void {`,
    ...lines.map((each) => `  ${each}`),
    "}",
  ].join("\n");
}
