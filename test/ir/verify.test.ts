/** The verifier refuses IR that breaks I1–I4, and takes what the lowering makes. */
import { expect, test } from "vitest";
import { InvariantError } from "../../transformer/bailout.js";
import { type BlockId, brandId, type PointId, type VariableId } from "../../transformer/ir/ids.js";
import type { Block, FunctionIr, Instruction } from "../../transformer/ir/ir.js";
import { verifyFunction } from "../../transformer/ir/verify.js";
import { lower } from "../lower/harness.js";

/** Two branches that meet, a loop, a handler, a temporary read in another block. */
const source = `declare function g(): any;
function f(n: number) {
  const t = g() ? g() : n;
  try { while (g()) g(t); } catch { return t; }
  return g();
}`;

const sound = (): FunctionIr => structuredClone(lower(source).ir);

function changed(change: (ir: Mutable) => void): FunctionIr {
  const ir = sound() as unknown as Mutable;
  change(ir);
  return ir as unknown as FunctionIr;
}

type Mutable = Omit<FunctionIr, "blocks"> & {
  blocks: (Omit<Block, "instructions" | "terminator" | "handler" | "id"> & {
    id: BlockId;
    instructions: Instruction[];
    terminator: Block["terminator"];
    handler: BlockId | null;
  })[];
};

const nowhere = brandId<BlockId>(999);
const unknown = brandId<VariableId>(999);
const origin = { origin: brandId<Instruction["origin"]>(0) };

function entry(ir: Mutable): Mutable["blocks"][number] {
  const [block] = ir.blocks;
  if (!block) throw new Error("no blocks");
  return block;
}

function first<K extends Instruction["kind"]>(ir: Mutable, kind: K) {
  for (const block of ir.blocks) {
    const index = block.instructions.findIndex((each) => each.kind === kind);
    if (index >= 0)
      return { block, index, instruction: block.instructions[index] as Instruction & { kind: K } };
  }
  throw new Error(`no ${kind}`);
}

test("what the lowering makes is sound", () => {
  expect(() => verifyFunction(sound())).not.toThrow();
});

test("what was assigned before the `try` is assigned in its handler", () => {
  const { ir } = lower(
    "declare function g(): any; function f(xs: any[]) { for (const x of xs) { try { g(); } catch { break; } } }",
  );
  expect(() => verifyFunction(ir)).not.toThrow();
});

test.each<[string, RegExp, (ir: Mutable) => void]>([
  [
    "a jump to nowhere",
    /I1/,
    (ir) => {
      entry(ir).terminator = { kind: "jump", target: nowhere };
    },
  ],
  [
    "a branch to nowhere",
    /I1/,
    (ir) => {
      entry(ir).terminator = { kind: "branch", targets: [ir.entry, nowhere], test: null };
    },
  ],
  [
    "a handler that is missing",
    /I1/,
    (ir) => {
      entry(ir).handler = nowhere;
    },
  ],
  [
    "a block in another's place",
    /I1/,
    (ir) => {
      ir.blocks.reverse();
    },
  ],
  [
    "an operand that is no variable",
    /I2/,
    (ir) => {
      entry(ir).instructions.push({ ...origin, kind: "copy", target: brandId(0), source: unknown });
    },
  ],
  [
    "a target that is no variable",
    /I2/,
    (ir) => {
      entry(ir).instructions.push({ ...origin, kind: "constant", value: null, target: unknown });
    },
  ],
  [
    "a stored value that is no variable",
    /I2/,
    (ir) => {
      entry(ir).instructions.push({
        ...origin,
        kind: "store",
        base: brandId(0),
        field: { kind: "any" },
        value: unknown,
      });
    },
  ],
  [
    "a point that stands twice",
    /I3/,
    (ir) => {
      const { block, instruction } = first(ir, "point");
      block.instructions.push(instruction);
    },
  ],
  [
    "a point that nobody knows",
    /I3/,
    (ir) => {
      entry(ir).instructions.push({ ...origin, kind: "point", point: brandId<PointId>(999) });
    },
  ],
  [
    "a temporary that is never assigned",
    /I4/,
    (ir) => {
      const { block, index } = first(ir, "foreign");
      block.instructions.splice(index, 1);
    },
  ],
  [
    "a temporary read before it is assigned",
    /I4/,
    (ir) => {
      const { block, index } = first(ir, "foreign");
      block.instructions.push(...block.instructions.splice(index, 1));
    },
  ],
  [
    "a temporary that one branch leaves out",
    /I4/,
    (ir) => {
      const copies = ir.blocks.flatMap((block) =>
        block.instructions.flatMap((each) => (each.kind === "copy" ? [{ block, each }] : [])),
      );
      const twice = copies.find(({ each }, i) =>
        copies.some((other, j) => j > i && other.each.target === each.target),
      );
      twice?.block.instructions.splice(twice.block.instructions.indexOf(twice.each), 1);
    },
  ],
])("%s is refused", (_what, expected, change) => {
  const ir = changed(change);
  expect(() => verifyFunction(ir)).toThrow(InvariantError);
  expect(() => verifyFunction(ir)).toThrow(expected);
});

test("a temporary assigned only where nothing threw is none for the handler", () => {
  const ir = changed((each) => {
    const handler = each.blocks.find(({ handler }) => handler !== null)?.handler as BlockId;
    const inside = each.blocks.find(
      (block) => block.handler === handler && block.instructions.some(({ kind }) => kind === "call"),
    );
    const call = inside?.instructions.find(({ kind }) => kind === "call") as Instruction & { kind: "call" };
    each.blocks[handler]?.instructions.unshift({
      ...origin,
      kind: "copy",
      target: call.target,
      source: call.target,
    });
  });
  expect(() => verifyFunction(ir)).toThrow(/I4/);
});
