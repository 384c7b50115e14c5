/** The printer shows every kind of instruction, one a line. */
import { expect, test } from "vitest";
import { printed } from "../lower/harness.js";

const declarations = "declare function g(...xs: any[]): any; declare const o: any;\n";

test("a scratch buffer", () => {
  expect(
    printed("function f(n: number) { const t = new Float64Array(n); t.fill(1); return t[0]; }"),
  ).toMatchInlineSnapshot(`
    "
    function f(#0.0)
    b0:
      n.1 = copy #0.0
      point p0
      t3 = allocate #0 n.1
      t.2 = copy t3
      point p1
      t5 = constant
      t4 = call library fill(this t.2; t5)
      point p2
      t7 = load t.2.0
      t6 = copy t7
      point p3
      t8 = copy t6
      return t8
    "
  `);
});

test("objects, fields, closures, calls", () => {
  expect(
    printed(`${declarations}function f(x: any) {
  const box = { x, [o]: 1 };
  const get = () => box;
  new o(...x);
  local(get());
  delete x[0];
  return x?.m();
}
function local(y: any) { return y; }`),
  ).toMatchInlineSnapshot(`
    "
    function f(#0.0)
    b0:
      x.1 = copy #0.0
      declare box.2
      point p0
      t4 = object #0
      store t4.x = x.1
      t5 = foreign
      t6 = compute t5
      t7 = constant
      store t4[*] = t7
      box.2 = copy t4
      point p1
      t8 = closure f0 [box.2]
      get.3 = copy t8
      point p2
      t9 = foreign
      t10 = opaque t9
      t11 = new unknown new o(...x.1)
      point p3
      t13 = call function 0()
      t12 = call function 1(t13)
      point p4
      t14 = compute x.1
      t15 = constant
      store x.1.0 = t15
      point p5
      branch b1, b2
    b1:
      t17 = constant
      jump b4
    b2:
      t18 = load x.1.m
      t19 = call t18(this x.1; )
      t17 = copy t19
      jump b4
    b4:
      t16 = copy t17
      point p6
      t20 = copy t16
      return t20
    "
  `);
});

test("handlers, iteration, suspension", () => {
  expect(
    printed(`${declarations}async function* f(xs: any[]) {
  try {
    for (const [x] of xs) yield await x;
  } catch {
    return;
  }
}`),
  ).toMatchInlineSnapshot(`
    "
    function f(#0.0)
    b0:
      xs.1 = copy #0.0
      suspend
      point p0
      jump b3
    b1:
      point p5
      t8 = constant
      return t8
    b2:
      point p7
      return
    b3: (handler b1)
      point p1
      t2 = copy xs.1
      jump b4
    b4: (handler b1)
      t3 = iterate t2
      branch b5, b6
    b5: (handler b1)
      jump b10
    b6: (handler b1)
      point p4
      jump b19
    b8: (handler b1)
      close-iterator t2
      throw
    b9: (handler b1)
      jump b4
    b10: (handler b8)
      run-iterator t3
      t5 = iterate t3 at 0
      x.4 = copy t5
      point p2
      t6 = await x.4
      t6 = await t6
      t7 = yield t6
      branch b11, b12
    b11: (handler b8)
      point p3
      jump b15
    b12: (handler b8)
      throw
    b15: (handler b1)
      jump b9
    b19:
      jump b2
    "
  `);
});
