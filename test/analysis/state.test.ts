/** The laws of the state's join, and what a second birth and a store do to recent objects. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptySet, has, setOf } from "../../transformer/analysis/node-set.js";
import { ObjectTable, type Shape } from "../../transformer/analysis/objects.js";
import { elementField, State } from "../../transformer/analysis/state.js";
import { brandId, type SiteId, type VariableId } from "../../transformer/ir/ids.js";

const small = fc.integer({ min: 0, max: 7 });
const bits = fc
  .array(small, { maxLength: 4 })
  .map((ids) => ids.reduce((all, id) => all | setOf(id), emptySet));
const states = fc
  .record({
    variables: fc.array(fc.tuple(small, bits), { maxLength: 5 }),
    fields: fc.array(fc.tuple(small, fc.constantFrom("x", "y", elementField), bits), { maxLength: 5 }),
    escaped: bits,
    escapedVariables: bits,
    born: bits,
  })
  .map(({ variables, fields, escaped, escapedVariables, born }) => {
    const state = new State();
    for (const [id, set] of variables) state.set(brandId(id), set);
    for (const [id, field, set] of fields) state.addField(id, field, set);
    state.escaped |= escaped;
    Object.assign(state, { escapedVariables, born });
    return state;
  });

/** The state as a text that equal states share. */
function textOf(state: State): string {
  const variables = [...state.variables].map(([id, set]) => `v${id}=${set}`).sort();
  const fields = [...state.fields].flatMap(([id, held]) =>
    [...held].flatMap(([field, set]) => (set === emptySet ? [] : [`o${id}.${field}=${set}`])),
  );
  return [...variables, ...fields.sort(), state.escaped, state.escapedVariables, state.born].join(" ");
}

function joined(a: State, b: State): State {
  const state = a.copy();
  state.join(b);
  return state;
}

const isBelow = (a: State, b: State): boolean => textOf(joined(b, a)) === textOf(b);

describe("join", () => {
  test("is idempotent, and says that nothing changed", () => {
    fc.assert(
      fc.property(states, (a) => {
        const state = a.copy();
        expect(state.join(a)).toBe(false);
        expect(textOf(state)).toBe(textOf(a));
      }),
    );
  });

  test("is commutative and associative", () => {
    fc.assert(
      fc.property(states, states, states, (a, b, c) => {
        expect(textOf(joined(a, b))).toBe(textOf(joined(b, a)));
        expect(textOf(joined(joined(a, b), c))).toBe(textOf(joined(a, joined(b, c))));
      }),
    );
  });

  test("is an upper bound, and monotone", () => {
    fc.assert(
      fc.property(states, states, states, (a, b, c) => {
        expect(isBelow(a, joined(a, b))).toBe(true);
        expect(isBelow(joined(a, c), joined(joined(a, b), c))).toBe(true);
      }),
    );
  });

  test("says whether it changed anything", () => {
    fc.assert(
      fc.property(states, states, (a, b) => {
        const state = a.copy();
        const changed = state.join(b);
        if (!changed) expect(textOf(state)).toBe(textOf(a));
        if (textOf(state) !== textOf(a)) expect(changed).toBe(true);
      }),
    );
  });

  test("leaves what it takes from alone, and a copy shares nothing", () => {
    fc.assert(
      fc.property(states, states, (a, b) => {
        const before = textOf(b);
        const copy = joined(a, b);
        copy.addField(0, "x", setOf(7));
        copy.set(brandId(0), setOf(7));
        expect(textOf(b)).toBe(before);
      }),
    );
  });
});

describe("recency", () => {
  const site = brandId<SiteId>(0);
  const variable = brandId<VariableId>(0);
  const shape: Shape = { kind: "object" };
  const table = (): { objects: ObjectTable; recent: number; older: number } => {
    const objects = new ObjectTable();
    return {
      objects,
      recent: objects.site(site, 0, "recent", shape),
      older: objects.site(site, 0, "older", shape),
    };
  };

  test("a second birth makes the first instance an older one, wherever it is held", () => {
    const { recent, older } = table();
    const state = new State();
    state.born = setOf(recent);
    state.escaped |= setOf(recent);
    state.set(variable, setOf(recent));
    state.addField(recent, "self", setOf(recent));
    state.age(recent, older);
    expect(state.get(variable)).toBe(setOf(older));
    expect(state.field(older, "self")).toBe(setOf(older));
    expect(state.field(recent, "self")).toBe(emptySet);
    expect([has(state.escaped, older), has(state.escaped, recent)]).toEqual([true, false]);
  });

  test("what was never born does not age", () => {
    const { recent, older } = table();
    const state = new State();
    state.set(variable, setOf(recent));
    state.age(recent, older);
    expect(state.get(variable)).toBe(setOf(recent));
  });

  test("only a store through one recent object is exact", () => {
    const { objects, recent, older } = table();
    const phantom = objects.phantom({ kind: "parameter", index: 0 }, []);
    const state = new State();
    expect(state.isExact(setOf(recent), objects)).toBe(true);
    for (const base of [older, phantom, 0]) expect(state.isExact(setOf(base), objects)).toBe(false);
    expect(state.isExact(setOf(recent) | setOf(older), objects)).toBe(false);
    expect(state.isExact(emptySet, objects)).toBe(false);
  });

  test("phantoms of long paths fold into one", () => {
    const { objects } = table();
    const root = { kind: "parameter" as const, index: 0 };
    const folded = objects.phantom(root, ["a", "b", "c"]);
    expect(objects.phantom(root, ["a", "b", "d", "e"])).toBe(folded);
    expect(objects.phantom(root, ["a", "b"])).not.toBe(folded);
  });
});
