/** Effects of `Promise` itself. What a promise's methods are given is called later: no rows. */
import type { Table } from "./rows.js";

export const promiseConstructorMembers: Table = {
  all: {
    clause: "ECMA-262 27.2.4.1 Promise.all",
    receiver: "borrowed",
    arguments: ["joined"],
    rest: "inspected",
    result: { kind: "joined-promise", settlements: false },
  },
  allSettled: {
    clause: "ECMA-262 27.2.4.2 Promise.allSettled",
    receiver: "borrowed",
    arguments: ["joined"],
    rest: "inspected",
    result: { kind: "joined-promise", settlements: true },
  },
  resolve: {
    clause: "ECMA-262 27.2.4.7 Promise.resolve",
    receiver: "borrowed",
    arguments: ["awaited"],
    rest: "inspected",
    result: { kind: "resolved-promise" },
  },
};
