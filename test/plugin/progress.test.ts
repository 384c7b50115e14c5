/** The line that a long analysis shows on a terminal. */
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../transformer/options.js";
import { runPipeline } from "../../transformer/pipeline.js";
import { type ProgressRequest, showProgress } from "../../transformer/progress.js";
import { programOf } from "../lower/harness.js";

/** A terminal that remembers, and a clock that stands still until it is moved. */
function watch(
  change: { isTTY?: boolean; columns?: number; environment?: ProgressRequest["environment"] } = {},
) {
  const written: string[] = [];
  let time = 0;
  const { isTTY = true, columns = 80, environment = {} } = change;
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const { clock, end } = showProgress({ stream, environment, project: "a", files: 3, now: () => time });
  const at = (milliseconds: number, pass: string): void => {
    time = milliseconds;
    clock.during(pass, () => {});
  };
  return { written, at, end, clock };
}

const line = (text: string) => `\r${text}\u001b[K`;

describe("progress", () => {
  it("is one line that is written over, and taken away at the end", () => {
    const { written, at, end } = watch();
    at(0, "findFunctions");
    at(600, "planning");
    at(700, "findFunctions");
    at(900, "report");
    end();
    expect(written).toEqual([
      line("ts-autofree: a: analysing, file 1 of 3, 1 functions"),
      line("ts-autofree: a: analysing, file 2 of 3, 1 functions"),
      line("ts-autofree: a: making the report, file 2 of 3, 1 functions"),
      "\r\u001b[K",
    ]);
  });

  it("is not written more often than can be read", () => {
    const { written, at } = watch();
    for (let time = 500; time < 1000; time++) at(time, "planning");
    expect(written).toHaveLength(5);
  });

  it("is cut to the terminal's width, so that it stays one line", () => {
    const { written, at } = watch({ columns: 20 });
    at(600, "planning");
    expect(written).toEqual([line("ts-autofree: a: ana")]);
  });

  it("is whole on a terminal that does not say how wide it is", () => {
    const { written, at } = watch({ columns: 0 });
    at(600, "planning");
    expect(written).toEqual([line("ts-autofree: a: analysing, file 0 of 3, 1 functions")]);
  });

  it("is nothing in a short run, nor after its end", () => {
    const { written, at, end } = watch();
    at(499, "planning");
    end();
    at(2000, "emit");
    end();
    expect(written).toEqual([]);
  });

  it.each([
    [{ isTTY: false }, 0],
    [{ environment: { CI: "true" } }, 0],
    [{ environment: { TERM: "dumb" } }, 0],
    [{ environment: { CI: "false", TERM: "xterm" } }, 1],
    [{ environment: { CI: "" } }, 1],
  ])("on %j: %s lines", (where, lines) => {
    const { written, at } = watch(where);
    at(600, "planning");
    expect(written).toHaveLength(lines);
  });

  it("gives what the work gives, and lets its error through", () => {
    const { clock } = watch();
    expect(clock.during("report", () => 4)).toBe(4);
    expect(() =>
      clock.during("report", () => {
        throw new Error("work");
      }),
    ).toThrow("work");
  });

  it("counts the files and functions of a real run", () => {
    const written: string[] = [];
    let time = 0;
    const stream = { isTTY: true, write: (text: string) => written.push(text) };
    const now = () => {
      time += 1000;
      return time;
    };
    const { clock, end } = showProgress({ stream, environment: {}, project: "a", files: 2, now });
    const program = programOf({
      "/a.ts": "export const f = (n: number) => new Int8Array(n)[0];",
      "/b.ts": "export const g = (n: number) => new Int8Array(n)[0];",
    });
    runPipeline({ program, options: defaultOptions, root: "/", clock });
    end();
    expect(written.at(-2)).toMatch(/^\rts-autofree: a: preparing the output, file 2 of 2, \d functions/);
    expect(written.at(-1)).toBe("\r\u001b[K");
  });
});
