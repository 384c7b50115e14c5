/**
 * Random ways to write all elements of a buffer, as lines of text. Each place where such code is easily wrong may **slip**: an element is
 * left out, a bound is off by one, a store depends on a condition. A buffer has at most one slip, so that nothing else hides it.
 */
import type { Random } from "./random.js";

/** The length of a buffer, as text. */
export interface Size {
  readonly text: string;
  /** Text of a number that it is twice of, and of two that it is the product of. */
  readonly half?: string;
  readonly rows?: readonly [string, string];
}

/** A buffer to be filled. */
export interface Target {
  readonly random: Random;
  readonly fresh: (prefix: string) => string;
  readonly name: string;
  readonly size: Size;
  /** A `Float64Array`, often of the same length. */
  readonly source: string;
  /** Functions `f(buffer, size, source)` that fill a `Float64Array`, or nearly. */
  readonly fillers: readonly string[];
  /** Whether something goes wrong here, `percent` of the times that it still may. */
  readonly slips: (percent: number) => boolean;
  /** Statements nest so much deeper. */
  readonly depth: number;
}

export function filling(target: Target): string[] {
  const { random, depth, size, fillers } = target;
  const nests = depth > 0 ? 1 : 0;
  return random.weighted<() => string[]>([
    [6, () => up(target)],
    [3, () => down(target)],
    [2, () => mirrored(target)],
    [3, () => pairs(target)],
    [size.half === undefined ? 0 : 4, () => doubled(target, size.half ?? "")],
    [size.rows ? 8 : 0, () => rows(target, size.rows ?? ["", ""])],
    [2, () => whole(target)],
    [3, () => ranges(target)],
    [2, () => copied(target)],
    [3, () => edges(target)],
    [2, () => running(target)],
    [
      fillers.length > 0 ? 7 : 0,
      () => {
        const short = random.pick([`${size.text} - 1`, "5", `${target.source}.length`]);
        const length = target.slips(40) ? short : size.text;
        return [`${random.pick(fillers)}(${target.name}, ${length}, ${target.source});`];
      },
    ],
    [3 * nests, () => branches(target)],
    [2 * nests, () => attempted(target)],
    [nests, () => switched(target)],
    [nests, () => inBlock(target)],
    [nests, () => hoisted(target)],
  ])();
}

const deeper = (target: Target): Target => ({ ...target, depth: target.depth - 1 });
const indent = (lines: readonly string[]): string[] => lines.map((each) => `  ${each}`);

export function value({ random, source }: Pick<Target, "random" | "source">, i: string): string {
  return random.pick([`${i} + 1`, "7", `(${source}[${i}] ?? 3) + 1`, `Math.sqrt(${i} * ${i} + 1)`]);
}

/** Depends on a loop's variable, or on data. */
function test({ random, source }: Target, i: string): string {
  return random.pick([`${i} === 3`, `(${i} & 1) === 0`, `${i} > 2`, `(${source}[0] ?? 0) > 2`, `${i} < 9`]);
}

// Loops over single elements

interface Iteration {
  readonly i: string;
  /** The element's index. */
  readonly at: string;
  /** Indices of elements that the iterations before and after it write. */
  readonly before: string;
  readonly after: string;
  /** Goes past an iteration. */
  readonly skip: string;
}

function bound(target: Target): string {
  const { random, size, name, source } = target;
  if (target.slips(20)) return random.pick([`${size.text} - 1`, `${source}.length`, `${size.text} / 2`, "5"]);
  return random.pick([size.text, size.text, `${name}.length`]);
}

function up(target: Target): string[] {
  const i = target.fresh("i");
  const start = target.slips(15) ? target.random.pick(["1", "2", "-1"]) : "0";
  const step = target.slips(10) ? `${i} += 2` : `${i}++`;
  const head = `for (let ${i} = ${start}; ${i} < ${bound(target)}; ${step})`;
  return loop(target, head, { i, at: i, before: `${i} - 1`, after: `${i} + 1`, skip: `${i}++` });
}

function down(target: Target): string[] {
  const { random, size } = target;
  const i = target.fresh("i");
  const iteration = { i, at: i, before: `${i} + 1`, after: `${i} - 1`, skip: `${i}--` };
  const start = target.slips(20) ? `${size.text} - 2` : `${size.text} - 1`;
  const end = target.slips(20)
    ? random.pick([`${i} > 0`, `${i} >= 1`])
    : random.pick([`${i} >= 0`, `${i} > -1`]);
  if (random.chance(70)) return loop(target, `for (let ${i} = ${start}; ${end}; ${i}--)`, iteration);
  // A skip may not go past 0, where this ends.
  const skip = `${i} -= Math.sign(${i})`;
  return loop(target, `for (let ${i} = ${target.name}.length; ${i}--; )`, { ...iteration, skip });
}

function mirrored(target: Target): string[] {
  const i = target.fresh("i");
  const { text } = target.size;
  const at = target.slips(30)
    ? target.random.pick([`${text} - ${i}`, `${text} - 2 - ${i}`])
    : `${text} - 1 - ${i}`;
  const head = `for (let ${i} = 0; ${i} < ${bound(target)}; ${i}++)`;
  return loop(target, head, { i, at, before: `${text} - ${i}`, after: `${text} - 2 - ${i}`, skip: `${i}++` });
}

/** A loop, with or without another around it that jumps can be to. */
function loop(target: Target, head: string, iteration: Iteration): string[] {
  if (target.depth <= 0 || !target.random.chance(15))
    return [`${head} {`, ...indent(iterationBody(target, iteration, "")), "}"];
  const [label, r] = [target.fresh("L"), target.fresh("r")];
  const outer = `${label}: for (let ${r} = 0; ${r} < ${target.random.pick(["1", "2"])}; ${r}++) {`;
  const inner = [`${head} {`, ...indent(iterationBody(target, iteration, ` ${label}`)), "}"];
  return [outer, ...indent(inner), "}"];
}

/** Writes one element. */
function iterationBody(target: Target, iteration: Iteration, label: string): string[] {
  const { random, name, source } = target;
  const { i, at, before, after, skip } = iteration;
  const store = (): string => `${name}[${at}] = ${value(target, i)};`;
  const condition = test(target, i);
  if (target.slips(45)) {
    return random.weighted<() => string[]>([
      [4, () => [`if (${condition}) ${store()}`]],
      [3, () => [`if (${condition}) continue;`, store()]],
      [3, () => [store(), `if (${condition}) break;`]],
      [1, () => [`if (${condition}) break;`, store()]],
      [label ? 4 : 0, () => [`if (${condition}) ${random.pick(["continue", "break"])}${label};`, store()]],
      [2, () => [`${name}[${at}] = (${name}[${after}] ?? 0) + 1;`]],
      [1, () => [`${name}[${at}] = (${name}[${at}] ?? 0) + 1;`]],
      [1, () => [`${name}[${at}] += ${value(target, i)};`]],
      [1, () => [`${name}[${at}]++;`]],
      [1, () => [`${name}[${i} & 3] = ${value(target, i)};`]],
      [1, () => [store(), `if (${condition}) ${skip};`]],
      [1, () => [`out(${name}[${before}] ?? 0);`, `out(${name}[${after}] ?? 0);`, store()]],
      [1, () => [`if (${condition}) failIf(${source}.length > 3);`, store()]],
    ])();
  }
  const k = target.fresh("k");
  return random.weighted<() => string[]>([
    [8, () => [store()]],
    [2, () => [`if (${condition}) ${store()}`, `else ${store()}`]],
    [2, () => [`if (${condition}) {`, `  ${store()}`, "  continue;", "}", store()]],
    [2, () => [`${name}[${at}] = (${name}[${before}] ?? 0) * 0.5 + 1;`]],
    [1, () => [`const ${k} = ${at};`, `${name}[${k}] = ${value(target, i)};`]],
    [1, () => [store(), `${name}[${at}] *= 2;`, `out(${name}[${at}] ?? 0);`]],
    [1, () => [`out(${i});`, store()]],
    [1, () => [`const ${k} = (): void => { ${store()} };`, `${k}();`]],
  ])();
}

// Other loops

function pairs(target: Target): string[] {
  const { random, name, size } = target;
  const i = target.fresh("i");
  const isUp = random.chance(60);
  const first = isUp ? i : `${i} - 1`;
  const second = isUp ? `${i} + 1` : i;
  const stores = [`  ${name}[${first}] = ${value(target, i)};`, `  ${name}[${second}] = 2;`];
  if (target.slips(30)) stores.splice(random.int(2), 1);
  const by = target.slips(20) ? "3" : "2";
  const edge = target.slips(30) ? 1 : 0;
  const head = isUp
    ? `for (let ${i} = 0; ${i} < ${size.text}${edge ? " - 1" : ""}; ${i} += ${by}) {`
    : `for (let ${i} = ${size.text} - 1; ${i} >= ${edge}; ${i} -= ${by}) {`;
  return [head, ...stores, "}"];
}

function doubled(target: Target, half: string): string[] {
  const { name, random } = target;
  const i = target.fresh("i");
  const stores = [`  ${name}[2 * ${i}] = ${value(target, i)};`, `  ${name}[2 * ${i} + 1] = 4;`];
  if (target.slips(30)) stores.splice(random.int(2), 1);
  const end = target.slips(25) ? `${half} - 1` : half;
  return [`for (let ${i} = 0; ${i} < ${end}; ${i}++) {`, ...stores, "}"];
}

function rows(target: Target, [height, width]: readonly [string, string]): string[] {
  const { random } = target;
  const [y, x] = [target.fresh("y"), target.fresh("x")];
  const stride = target.slips(15) ? height : width;
  const end = target.slips(20) ? `${height} - 1` : height;
  const start = target.slips(15) ? "1" : "0";
  const last = target.slips(15) ? `${width} - 1` : width;
  const at = random.chance(70) ? `${y} * ${stride} + ${x}` : `${x} + ${stride} * ${y}`;
  const iteration = { i: x, at, before: `${at} - 1`, after: `${at} + 1`, skip: `${x}++` };
  return [
    `for (let ${y} = 0; ${y} < ${end}; ${y}++) {`,
    `  for (let ${x} = ${start}; ${x} < ${last}; ${x}++) {`,
    ...indent(indent(iterationBody(target, iteration, ""))),
    "  }",
    "}",
  ];
}

/** An index that goes on by itself. */
function running(target: Target): string[] {
  const { name, random, size } = target;
  const [k, i] = [target.fresh("k"), target.fresh("i")];
  const store = `${name}[${k}++] = ${value(target, i)};`;
  const start = target.slips(20) ? "1" : "0";
  const condition = test(target, i);
  const body = target.slips(50)
    ? random.pick([
        [`  if (${condition}) ${store}`],
        [`  ${store}`, `  if (${condition}) ${k}++;`],
        [`  if (${condition}) continue;`, `  ${store}`],
        [`  ${name}[${k}++] = ${name}[${k}] ?? 0;`],
      ])
    : random.pick([[`  ${store}`], [`  if (${condition}) ${store}`, `  else ${store}`]]);
  const [outer, inner] = size.rows ?? ["1", size.text];
  const r = target.fresh("r");
  return [
    `let ${k} = ${start};`,
    `for (let ${r} = 0; ${r} < ${outer}; ${r}++) {`,
    `  for (let ${i} = 0; ${i} < ${target.slips(20) ? `${inner} - 1` : inner}; ${i}++) {`,
    ...indent(body),
    "  }",
    "}",
  ];
}

// Calls

function whole(target: Target): string[] {
  const { name, size, random } = target;
  if (!target.slips(50)) return [`${name}.fill(${value(target, "3")});`];
  return [
    random.pick([`${name}.fill(2, 1);`, `${name}.fill(2, 0, ${size.text} - 1);`, `${name}.fill(2, -3);`]),
  ];
}

function ranges(target: Target): string[] {
  const { name, size, random } = target;
  const i = target.fresh("i");
  const at = random.int(4);
  const from = target.slips(40) ? at + 1 : at;
  const lines = [
    `${name}.fill(${value(target, "2")}, 0, ${at});`,
    random.chance(50)
      ? `for (let ${i} = ${from}; ${i} < ${size.text}; ${i}++) ${name}[${i}] = ${value(target, i)};`
      : `${name}.fill(9, ${from});`,
  ];
  return random.chance(70) ? lines : lines.reverse();
}

function copied(target: Target): string[] {
  const { name, source, random } = target;
  const i = target.fresh("i");
  if (random.chance(50) && !target.slips(30)) {
    const start = target.slips(30) ? "4" : "3";
    return [
      `if (${name}.length >= 3) ${name}.set([1, 2, 3]);`,
      `else ${name}.fill(1);`,
      `for (let ${i} = ${start}; ${i} < ${target.size.text}; ${i}++) ${name}[${i}] = 5;`,
    ];
  }
  return [`${name}.set(${source}${random.chance(20) ? ".subarray(0, 2)" : ""});`];
}

/** Single elements beside a loop. */
function edges(target: Target): string[] {
  const { name, random, size } = target;
  const i = target.fresh("i");
  const isFirst = random.chance(60);
  const slipped = target.slips(40);
  const edge = `${name}[${isFirst ? "0" : `${size.text} - 1`}] = 3;`;
  const [start, end] = isFirst
    ? [slipped ? "2" : "1", size.text]
    : ["0", `${size.text} - ${slipped ? 2 : 1}`];
  const reads = random.chance(30) ? ` + (${name}[${i} - 1] ?? 0)` : "";
  const lines = [
    `for (let ${i} = ${start}; ${i} < ${end}; ${i}++) ${name}[${i}] = ${i}${reads};`,
    ...(target.slips(30) ? [] : [edge]),
  ];
  return isFirst && !target.slips(20) ? lines.reverse() : lines;
}

// Around others

function branches(target: Target): string[] {
  const { source, random } = target;
  const inside = deeper(target);
  const condition = random.pick([
    `(${source}[0] ?? 0) > 4`,
    `${source}.length > 12`,
    `${target.size.text} > 6`,
  ]);
  const otherwise = target.slips(40)
    ? random.pick([[], ["} else {", "  out(0);"]])
    : ["} else {", ...indent(filling(inside))];
  return [`if (${condition}) {`, ...indent(filling(inside)), ...otherwise, "}"];
}

function attempted(target: Target): string[] {
  const { source, random } = target;
  const inside = deeper(target);
  const failing = `failIf(${random.pick([`${source}.length > 3`, `(${source}[1] ?? 0) > 5`])});`;
  const body = filling(inside);
  const lines = random.chance(50) ? [failing, ...body] : [...body, failing];
  const handled = target.slips(60) ? ["  out(4);"] : indent(filling(inside));
  return ["try {", ...indent(lines), "} catch {", ...handled, "}"];
}

function switched(target: Target): string[] {
  const inside = deeper(target);
  const last = target.slips(40) ? "case 1: {" : "default: {";
  return [
    `switch (${target.size.text} & 1) {`,
    "  case 0: {",
    ...indent(indent(filling(inside))),
    "  }",
    ...(target.random.chance(70) ? ["  break;"] : []),
    `  ${last}`,
    ...indent(indent(filling(inside))),
    "  }",
    "}",
  ];
}

function inBlock(target: Target): string[] {
  const label = target.fresh("B");
  const jump = target.slips(60) ? [`  if (${target.source}.length > 3) break ${label};`] : [];
  return [`${label}: {`, ...jump, ...indent(filling(deeper(target))), "}"];
}

/** A function's declaration below what calls it: it sees the buffer before it is written, or writes a part of it. */
function hoisted(target: Target): string[] {
  const { name, random } = target;
  const f = target.fresh("h");
  const slipped = target.slips(70);
  const body = slipped ? `return ${name}[2] ?? 0;` : `return ${name}.length;`;
  const call = random.pick([`out(${f}());`, `if (${f}() > 3) out(1);`]);
  const filled = filling(deeper(target));
  const lines = slipped ? [call, ...filled] : [...filled, call];
  return ["{", ...indent(lines), `  function ${f}(): number { ${body} }`, "}"];
}
