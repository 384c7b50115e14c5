/** Random statements that have to do with promises and generators. */
import { condition, expression } from "./expressions.js";
import {
  detached,
  has,
  ifHas,
  inner,
  pickVariable,
  type Scope,
  type Variable,
  waitsIn,
  withVariables,
} from "./scope.js";
import { body, deeper, line, type Made, observe, type StatementChoice } from "./statements.js";

export function flowStatements(scope: Scope): StatementChoice[] {
  const nests = scope.depth > 0 ? 1 : 0;
  const waits = waitsIn(scope) ? 1 : 0;
  return [
    [ifHas(scope, "async", 4), () => line(leaveTask(scope))],
    [waits * ifHas(scope, "async", 8), () => awaitTask(scope)],
    [nests * ifHas(scope, "async", 2), () => localAsync(scope)],
    [ifHas(scope, "generators", 5), () => line(advance(scope))],
    [nests * ifHas(scope, "generators", 3), () => overGenerator(scope)],
    [nests * ifHas(scope, "generators", 2), () => localGenerator(scope)],
    [ifHas(scope, "generators", 1), () => interleaved(scope)],
    [nests * waits * ifHas(scope, "generators", 8), () => overStream(scope)],
  ];
}

const buffer = (name: string): Variable => ({ name, type: "buf", mutable: false });

/** A call whose end nobody waits for here. */
function leaveTask(scope: Scope): string {
  const { random } = scope;
  const task = expression(scope, "task", 1);
  return random.weighted<() => string>([
    [3, () => `void ${task};`],
    [ifHas(scope, "globals", 3), () => `pending.push(${task});`],
    [2, () => `void ${task}.then(${expression(inner(scope), "sink", 1)}, () => out(8));`],
    [1, () => `${task}.catch(() => out(9));`],
    [1, () => `void (async () => { await null; ${observe({ ...inner(scope), flavour: "async" })} })();`],
  ])();
}

function awaitTask(scope: Scope): Made {
  const { random, fresh } = scope;
  const [a, b] = [fresh("v"), fresh("v")];
  const task = () => expression(scope, "task", 1);
  return random.weighted<() => Made>([
    [2, () => line(`await ${task()};`)],
    [3, () => line(`const ${a} = await ${task()};`, buffer(a))],
    [3, () => line(`const [${a}, ${b}] = await Promise.all([${task()}, ${task()}]);`, buffer(a), buffer(b))],
    [1, () => line(`const ${a} = await Promise.race([${task()}, ${task()}]);`, buffer(a))],
    [1, () => line(`await Promise.allSettled([${task()}, ${task()}]);`)],
    [
      2,
      () => {
        const later = withVariables(scope, { name: a, type: "task", mutable: false });
        return {
          lines: [`const ${a} = ${task()};`, observe(later), observe(later), `const ${b} = await ${a};`],
          declared: [buffer(b)],
        };
      },
    ],
    [2 * (has(scope, "owners") ? 2 : 1), () => exchangedMeanwhile(scope, { task: a, value: b })],
    [
      1,
      () =>
        line(
          `const ${a} = await Promise.all(${expression(scope, "list", 0)}.slice(0, 3).map(async (v) => { await null; return v; }));`,
          { name: a, type: "list", mutable: false },
        ),
    ],
    [
      1,
      () => ({
        lines: [`try {`, `  await ${task()};`, `} catch {`, `  ${observe(scope)}`, `}`],
      }),
    ],
  ])();
}

/** A frame looks into a box, or at a variable, that is given another buffer while it is suspended. */
function exchangedMeanwhile(
  scope: Scope,
  { task, value }: { readonly task: string; readonly value: string },
): Made {
  const { random, fresh } = scope;
  const held = fresh("o");
  const buf = () => expression(scope, "buf", 1);
  const isVariable = random.chance(35);
  const place = isVariable ? held : `${held}.b`;
  const found = isVariable ? held : random.pick(["q.b", "q.b", "(q.o ?? q).b"]);
  const look = `async (${isVariable ? "" : "q: Box"}): Promise<Float64Array> => {
  await null; const found = ${found}; await null; await null; show(found); return found; }`;
  const put = (): string =>
    random.chance(75)
      ? `${place} = ${buf()};`
      : isVariable
        ? `show(${held});`
        : `${held}.o = { b: ${buf()} };`;
  return {
    lines: [
      isVariable
        ? `let ${held}: Float64Array = ${buf()};`
        : `const ${held} = ${expression(scope, "box", 1)};`,
      `const ${task} = (${look})(${isVariable ? "" : held});`,
      put(),
      ...(random.chance(70) ? ["await null;"] : []),
      put(),
      ...(random.chance(50) ? ["await null;", put()] : []),
      `const ${value} = await ${task};`,
    ],
    declared: [buffer(value)],
  };
}

/** An async function in a variable, begun at once; it captures what is around it. */
function localAsync(scope: Scope): Made {
  const { random, fresh } = scope;
  const [f, t, x] = [fresh("f"), fresh("t"), fresh("x")];
  const inside = withVariables(
    { ...inner(deeper(scope)), flavour: "async", result: "buf" },
    { name: x, type: "buf", mutable: true },
  );
  const lines = body(inside, 1 + random.int(3));
  const started = random.chance(60) ? ["  await null;", ...lines] : lines;
  return {
    lines: [
      `const ${f} = async (${x}: Float64Array): Promise<Float64Array> => {`,
      ...started,
      "};",
      `const ${t} = ${f}(${expression(scope, "buf", 1)});`,
    ],
    declared: [{ name: t, type: "task", mutable: false }],
  };
}

function advance(scope: Scope): string {
  const { random } = scope;
  const gen = pickVariable(scope, "gen")?.name ?? expression(scope, "gen", 0);
  const value = () => expression(scope, "buf", 1);
  return random.weighted<() => string>([
    [3, () => `${gen}.next();`],
    [3, () => `${gen}.next(${value()});`],
    [3, () => `show(${gen}.next().value ?? ${value()});`],
    [1, () => `${gen}.return(${value()});`],
    [1, () => `try { ${gen}.throw(new Error("y")); } catch { out(7); }`],
    [ifHas(scope, "globals", 2), () => `globalGens.push(${gen});`],
    [1, () => `if (${condition(scope)}) ${gen}.next();`],
  ])();
}

function overGenerator(scope: Scope): Made {
  const { random, fresh } = scope;
  const each = fresh("v");
  const gen = expression(scope, "gen", 1);
  const inside = { ...withVariables(deeper(scope), buffer(each)), loops: [...scope.loops, ""] };
  const lines = body({ ...inside, result: null }, 1 + random.int(2));
  const leave = random.chance(30) ? [`  if (${condition(inside)}) break;`] : [];
  return { lines: [`for (const ${each} of ${gen}) {`, ...leave, ...lines, "}"] };
}

function overStream(scope: Scope): Made {
  const { random, fresh } = scope;
  const each = fresh("v");
  const source = random.chance(75)
    ? expression(scope, "agen", 1)
    : `[${expression(scope, "task", 1)}, ${expression(scope, "task", 1)}]`;
  const inside = { ...withVariables(deeper(scope), buffer(each)), loops: [...scope.loops, ""] };
  const lines = body({ ...inside, result: null }, 1 + random.int(2));
  const leave = random.chance(30) ? [`  if (${condition(inside)}) break;`] : [];
  return { lines: [`for await (const ${each} of ${source}) {`, ...leave, ...lines, "}"] };
}

/** A generator of this function's own, which captures what is around it. */
function localGenerator(scope: Scope): Made {
  const { random, fresh } = scope;
  const [name, g, x] = [fresh("f"), fresh("g"), fresh("x")];
  const inside = withVariables(
    { ...inner(deeper(scope)), flavour: "gen", result: "buf" },
    { name: x, type: "buf", mutable: true },
  );
  const lines = body(detached(inside), 2 + random.int(2));
  return {
    lines: [
      `const ${name} = function* (${x}: Float64Array): Gen {`,
      ...lines,
      "};",
      `const ${g} = ${name}(${expression(scope, "buf", 1)});`,
      ...(random.chance(60) ? [`${g}.next();`] : []),
    ],
    declared: [{ name: g, type: "gen", mutable: false }],
  };
}

function interleaved(scope: Scope): Made {
  const { fresh } = scope;
  const [a, b, v] = [fresh("g"), fresh("g"), fresh("v")];
  const gen = () => expression(scope, "gen", 1);
  const declared: Variable[] = [a, b].map((name) => ({ name, type: "gen", mutable: false }));
  return {
    lines: [
      `const ${a} = ${gen()};`,
      `const ${b} = ${gen()};`,
      `const ${v} = ${a}.next().value ?? ${expression(scope, "buf", 0)};`,
      `${b}.next();`,
      `${b}.next(${a}.next().value);`,
    ],
    declared: [...declared, buffer(v)],
  };
}
