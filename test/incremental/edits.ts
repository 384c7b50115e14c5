/** Random projects, and random edits of one. */
import type { Random } from "../fuzz/random.js";
import {
  type Caller,
  type Config,
  type Lent,
  methodVariants,
  type Project,
  sourceFiles,
  type Variant,
  variants,
} from "./project.js";

const configStart: Config = {
  incremental: true,
  declaration: false,
  world: null,
  checked: false,
  elideZeroFill: true,
  noManualFree: false,
  annotated: false,
  noEmitOnError: false,
};

/** A random project; the same seed gives the same one. */
export function randomProject(random: Random): Project {
  const pair = random.chance(25);
  const files = pair ? ["low1", "low2", "mid", "top"] : ["one", "two", "three"];
  const low = files.filter((file) => file.startsWith("low"));
  const lent: Lent[] = [];
  for (let at = 0; at < 4; at++) {
    const file = pair && at < 2 ? random.pick(low) : random.pick(files);
    lent.push({ name: `f${at}`, file, variant: "reads", next: null, promised: false, optional: false });
  }
  for (const each of lent) {
    each.variant = random.chance(60) ? "reads" : random.pick(variants);
    each.promised = random.chance(pair ? 50 : 15);
    each.next = random.pick(nextOf(lent, each));
  }
  const callers = [0, 1, 2].map((at): Caller => {
    const file = random.pick(files.filter((each) => !each.startsWith("low")));
    return { name: `c${at}`, file, calls: [random.int(lent.length), random.int(lent.length)] };
  });
  const project: Project = {
    pair,
    lent,
    callers,
    base: "reads",
    sealed: random.chance(90),
    overrides: random.chance(50) ? [{ name: "S0", file: pair ? "top" : "one", variant: "reads" }] : [],
    sinkPromised: random.chance(50),
    notes: new Map(),
    config: {
      ...configStart,
      incremental: random.chance(85),
      declaration: random.chance(50),
      world: random.chance(50) ? "closed" : null,
    },
    broken: null,
  };
  if (random.chance(60)) random.pick(callers).calls.push("shape");
  if (random.chance(40)) random.pick(callers).calls.push("sink");
  return project;
}

/** Functions that one may pass its buffer to: the referred project can't import from the other, and there are no cycles. */
function nextOf(lent: readonly Lent[], each: Lent): (string | null)[] {
  const later = lent.slice(lent.indexOf(each) + 1);
  const reachable = later.filter(({ file }) => file.startsWith("low") || !each.file.startsWith("low"));
  return [null, ...reachable.map(({ name }) => name)];
}

const switches = ["checked", "elideZeroFill", "noManualFree", "annotated", "noEmitOnError"] as const;

/** Those that let go of the buffer. */
const lending: readonly Variant[] = ["reads", "fills", "copies", "throws"];

/** Mostly from one that lets go to one that doesn't, or back. */
function otherVariant(variant: Variant, all: readonly Variant[], random: Random): Variant {
  if (random.chance(20)) return random.pick(all);
  return random.pick(all.filter((each) => lending.includes(each) !== lending.includes(variant)));
}

/** The functions that callers call, or others pass on to; all if there are none. */
function called({ lent, callers }: Project): readonly Lent[] {
  const found = lent.filter(
    ({ name }, at) =>
      callers.some(({ calls }) => calls.includes(at)) ||
      lent.some(({ next, variant }) => variant === "passes" && next === name),
  );
  return found.length > 0 ? found : lent;
}

type EditOf = (project: Project, random: Random) => void;

const edits: Readonly<Record<string, readonly [number, EditOf]>> = {
  variant: [
    30,
    (project, random) => {
      const each = random.pick(called(project));
      each.variant = otherVariant(each.variant, variants, random);
    },
  ],
  next: [
    10,
    ({ lent }, random) => {
      const each = random.pick(lent);
      each.next = random.pick(nextOf(lent, each));
      if (each.next !== null) each.variant = "passes";
    },
  ],
  call: [
    10,
    ({ lent, callers }, random) => {
      const { calls } = random.pick(callers);
      if (calls.length > 2 || (calls.length > 0 && random.chance(40)))
        calls.splice(random.int(calls.length), 1);
      else calls.push(random.pick([random.int(lent.length), "shape", "sink"]));
    },
  ],
  signature: [
    4,
    ({ lent }, random) => {
      const each = random.pick(lent);
      each.optional = !each.optional;
    },
  ],
  rename: [
    4,
    ({ lent }, random) => {
      const each = random.pick(lent);
      const { name } = each;
      each.name = `${name}_`;
      // Now and then the importers are forgotten, which is a type error until the next edit of that kind.
      for (const one of lent) if (one.next === name && random.chance(80)) one.next = each.name;
    },
  ],
  promise: [
    7,
    ({ lent }, random) => {
      const each = random.pick(lent);
      each.promised = !each.promised;
    },
  ],
  override: [
    10,
    ({ overrides, pair }, random) => {
      const own = overrides.length;
      if (own > 0 && random.chance(50)) {
        const each = random.pick(overrides);
        each.variant = otherVariant(each.variant, methodVariants, random);
      } else if (own > 1) overrides.splice(random.int(own), 1);
      else {
        const name = `S${own + random.int(3)}`;
        if (overrides.some((each) => each.name === name)) return;
        overrides.push({
          name,
          file: random.chance(70) ? `new${name}` : pair ? "top" : "one",
          variant: random.pick(methodVariants),
        });
      }
    },
  ],
  base: [
    4,
    (project, random) => {
      project.base = otherVariant(project.base, methodVariants, random);
    },
  ],
  sealed: [
    1,
    (project) => {
      project.sealed = !project.sealed;
    },
  ],
  sink: [
    5,
    (project) => {
      project.sinkPromised = !project.sinkPromised;
    },
  ],
  note: [
    8,
    (project, random) => {
      const file = random.pick(sourceFiles(project));
      project.notes.set(file, (project.notes.get(file) ?? 0) + 1);
    },
  ],
  broken: [
    4,
    (project, random) => {
      project.broken = project.broken ? null : random.pick(sourceFiles(project));
    },
  ],
  move: [
    4,
    ({ lent }, random) => {
      const at = random.int(lent.length);
      const each = lent[at] as Lent;
      if (!each.file.startsWith("low")) lent[at] = { ...each, file: random.pick(["one", "moved"]) };
    },
  ],
  world: [
    3,
    ({ config }, random) => {
      config.world = random.pick(["open", "closed", null]);
    },
  ],
  declaration: [
    3,
    ({ config }) => {
      config.declaration = !config.declaration;
    },
  ],
  option: [
    5,
    ({ config }, random) => {
      const on = switches.filter((name) => config[name]);
      const name = on.length > 0 && random.chance(70) ? random.pick(on) : random.pick(switches);
      config[name] = !config[name];
    },
  ],
};

/** Changes a project in one to three ways; returns their names. */
export function randomEdit(project: Project, random: Random): string[] {
  const count = random.weighted([
    [70, 1],
    [20, 2],
    [10, 3],
  ]);
  const kinds = Object.entries(edits).map(([name, [weight]]) => [weight, name] as const);
  return Array.from({ length: count }, () => {
    const name = random.weighted(kinds);
    edits[name]?.[1](project, random);
    return name;
  });
}
