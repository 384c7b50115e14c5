/** What an editor gets from a tsserver that has loaded the plugin. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Files, makeProject, quickOptions, run, writeFiles } from "../cli/harness.js";
import { type Server, startServer } from "./server.js";

const source = `import { alloc, unsafeFree } from "ts-autofree/runtime";
export interface Sink {
  /** Takes a row. */
  write(row: Float64Array): void;
}
export function sum(n: number): number {
  const tmp = new Float64Array(n).fill(1);
  return tmp.reduce((a, b) => a + b, 0);
}
export function send(n: number, sink: Sink): void {
  const row = new Float64Array(n);
  sink.write(row);
}
export function hot(n: number, sink: Sink): void {
  // @autofree hot
  for (let i = 0; i < n; i++) {
    sink.write(new Float64Array(i));
  }
}
export function wrong(n: number): number {
  const own = alloc(Float64Array, n);
  unsafeFree(own);
  return own[0] ?? 0;
}
`;

interface Place {
  readonly line: number;
  readonly offset: number;
}
interface Diagnostic {
  readonly code: number;
  readonly category: string;
  readonly text: string;
  readonly start: Place;
  readonly end: Place;
  readonly relatedInformation?: readonly {
    readonly message: string;
    readonly span: { readonly start: Place };
  }[];
}
interface Fix {
  readonly fixName: string;
  readonly description: string;
  readonly changes: readonly {
    readonly textChanges: readonly { readonly start: Place; readonly end: Place; readonly newText: string }[];
  }[];
}

function project(text: string, settings: object = {}, options: object = {}): Files {
  const plugins = [
    { transform: "ts-autofree", ...options },
    // However slow the machine is, verdicts come at once.
    { name: "ts-autofree/language-service", budget: 60_000, ...settings },
  ];
  return {
    "tsconfig.json": { compilerOptions: { ...quickOptions, outDir: "out", plugins }, include: ["*.ts"] },
    "package.json": { type: "module" },
    "main.ts": text,
  };
}

const started: Server[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

/** An editor with one open file, in whose text places are named by what stands there. */
async function edit(files: Files, name = "main.ts") {
  const folder = makeProject(files);
  const server = startServer(folder);
  started.push(server);
  const file = join(folder, name);
  let text = readFileSync(file, "utf8");
  server.tell("open", { file });
  const placeOf = (position: number): Place => {
    const lines = text.slice(0, position).split("\n");
    return { line: lines.length, offset: (lines.at(-1) as string).length + 1 };
  };
  const at = (words: string): Place => placeOf(text.indexOf(words));
  const errors = () => server.ask<Diagnostic[]>("semanticDiagnosticsSync", { file });
  const suggestions = () => server.ask<Diagnostic[]>("suggestionDiagnosticsSync", { file });
  const hover = async (words: string) => {
    const body = await server.ask<{ documentation: string }>("quickinfo", { file, ...at(words) });
    return body.documentation;
  };
  const hints = async () => {
    const range = { file, start: 0, length: text.length };
    const found = await server.ask<{ text: string; position: Place }[]>("provideInlayHints", range);
    return found.map((each) => `${each.position.line} ${each.text}`);
  };
  const fixes = ({ code, start, end }: Diagnostic) =>
    server.ask<Fix[]>("getCodeFixes", {
      file,
      errorCodes: [code],
      startLine: start.line,
      startOffset: start.offset,
      endLine: end.line,
      endOffset: end.offset,
    });
  const replace = (words: string, by: string) => {
    const [start, end] = [at(words), placeOf(text.indexOf(words) + words.length)];
    server.tell("change", { file, ...start, endLine: end.line, endOffset: end.offset, insertString: by });
    text = text.replace(words, () => by);
  };
  const apply = (fix: Fix) => {
    for (const { start, end, newText } of fix.changes[0]?.textChanges ?? []) {
      server.tell("change", {
        file,
        ...start,
        endLine: end.line,
        endOffset: end.offset,
        insertString: newText,
      });
      const lines = text.split("\n");
      const position = ({ line, offset }: Place) =>
        lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + offset - 1;
      text = text.slice(0, position(start)) + newText + text.slice(position(end));
    }
  };
  return { server, folder, file, errors, suggestions, hover, hints, fixes, replace, apply, text: () => text };
}

const named = (found: readonly Fix[], name: string): Fix => {
  const fix = found.find(({ fixName }) => fixName === `autofree-${name}`);
  if (!fix) throw new Error(`no fix ${name} among ${JSON.stringify(found)}`);
  return fix;
};

describe("an editor sees", () => {
  it("errors about hot code and about handwritten frees, with the way", async () => {
    const { errors } = await edit(project(source));
    const found = await errors();
    expect(found.map(({ code, category, start }) => [code, category, start.line])).toEqual([
      [99011, "error", 23],
      [99008, "error", 17],
    ]);
    const [wrong, hot] = found;
    expect(wrong?.text).toBe("A buffer is used after it was freed.");
    expect(hot?.text).toBe(
      "A buffer made in hot code is not freed: it is passed to a function that may keep it.",
    );
    expect(hot?.relatedInformation?.map(({ span }) => span.start.line)).toEqual([17, 15]);
  });

  it("suggestions at what is kept, but for what is an error already", async () => {
    const { suggestions } = await edit(project(source));
    const own = (await suggestions()).filter(({ code }) => code === 99010);
    expect(own.map(({ start, category }) => [start.line, category])).toEqual([[11, "suggestion"]]);
  });

  it("verdicts where the pointer rests", async () => {
    const { hover } = await edit(project(source));
    expect(await hover("new Float64Array(n).fill")).toMatch(/^ts-autofree: Float64Array freed at line 8$/);
    expect(await hover("Float64Array(n).fill")).toContain("freed at line 8");
    expect(await hover("row = new")).toBe(
      "ts-autofree: Float64Array kept: it is passed to a function that may keep it\n  main.ts:12:3 passed to `sink.write`, which is not known",
    );
    expect(await hover("n: number): number {\n  const tmp")).toBe("");
  });

  it("hints behind allocations", async () => {
    const { hints } = await edit(project(source));
    expect(await hints()).toEqual(["7 freed", "11 kept: passed-to-unknown", "17 kept: passed-to-unknown"]);
  });

  it("neither suggestions nor hints where the tsconfig says so", async () => {
    const { hints, suggestions, errors } = await edit(project(source, { hints: false, suggestions: false }));
    expect(await hints()).toEqual([]);
    expect((await suggestions()).filter(({ code }) => code >= 99000)).toEqual([]);
    expect(await errors()).toHaveLength(2);
  });

  it("what a build of the project would say: nothing with no manual free", async () => {
    const { hints, errors } = await edit(project(source, {}, { noManualFree: true }));
    expect([await hints(), await errors()]).toEqual([[], []]);
  });
});

describe("an edit", () => {
  it("changes verdicts and errors", async () => {
    const { errors, hints, hover, replace } = await edit(project(source));
    expect(await hints()).toContain("7 freed");
    replace("return tmp.reduce((a, b) => a + b, 0);", "kept.push(tmp); return 1;");
    replace("export interface Sink", "const kept: Float64Array[] = [];\nexport interface Sink");
    expect(await hover("Float64Array(n).fill")).toContain("kept: it is stored where its end is not seen");
    expect(await hints()).toContain("8 kept: stored");
    replace("// @autofree hot", "// cold");
    expect((await errors()).map(({ code }) => code)).toEqual([99011]);
  });

  it("in another file changes them as well", async () => {
    const files = {
      ...project('import { g } from "./b.js";\nexport const f = (n: number) => g(new Int8Array(n));\n'),
      "b.ts": "export const g = (a: Int8Array) => a[0];\n",
    };
    const { hints, server, folder } = await edit(files);
    expect(await hints()).toEqual(["2 freed"]);
    const fileContent = "const all: Int8Array[] = [];\nexport const g = (a: Int8Array) => all.push(a);\n";
    server.tell("open", { file: join(folder, "b.ts"), fileContent });
    expect(await hints()).toEqual(["2 kept: stored"]);
  });
});

describe("a quick fix", () => {
  it("exempts an allocation of hot code", async () => {
    const { errors, fixes, apply, text } = await edit(project(source));
    const hot = (await errors()).find(({ code }) => code === 99008) as Diagnostic;
    apply(named(await fixes(hot), "keep"));
    expect(text()).toContain("    // @autofree keep\n    sink.write(new Float64Array(i));");
    expect((await errors()).map(({ code }) => code)).toEqual([99011]);
  });

  it("promises that a declaration borrows, in the comment that is there", async () => {
    const { errors, suggestions, fixes, apply, text, hints } = await edit(project(source));
    const [kept] = (await suggestions()).filter(({ code }) => code === 99010);
    const fix = named(await fixes(kept as Diagnostic), "noescape");
    expect(fix.description).toBe("Promise that 'write' only borrows 'row' ('@autofree noescape')");
    apply(fix);
    expect(text()).toContain("  /** Takes a row.\n   * @autofree noescape row\n   */\n  write(row");
    expect((await hints()).map((hint) => hint.split(" ")[1])).toEqual(["freed", "freed", "freed"]);
    expect((await errors()).map(({ code }) => code)).toEqual([99011]);
  });

  it("asks for what is kept to be freed", async () => {
    const { errors, suggestions, fixes, apply, text } = await edit(project(source));
    const [kept] = (await suggestions()).filter(({ code }) => code === 99010);
    apply(named(await fixes(kept as Diagnostic), "hot"));
    expect(text()).toContain("  // @autofree hot\n  const row = new");
    expect((await errors()).map(({ code }) => code)).toEqual([99011, 99008, 99008]);
  });

  it("stands inline where the line begins with something else", async () => {
    const text = "export const kept = [1].map((n) => new Int8Array(n));\n";
    const { suggestions, fixes, apply, text: edited } = await edit(project(text));
    const kept = (await suggestions()).filter(({ code }) => code === 99010);
    const [made] = kept.filter(({ start }) => start.offset === text.indexOf("new") + 1);
    apply(named(await fixes(made as Diagnostic), "keep"));
    expect(edited()).toBe("export const kept = [1].map(/* @autofree keep */ (n) => new Int8Array(n));\n");
    expect((await suggestions()).filter(({ code }) => code === 99010).length).toBeLessThan(kept.length);
  });
});

describe("the server", () => {
  it("goes on where the plugin fails, and has the reason in its log", async () => {
    const text = `${source}export const wrong2: string = 1;\n`;
    const { errors, hover, server } = await edit(project(text, {}, { mode: "some" }));
    expect((await errors()).map(({ code }) => code)).toEqual([2322]);
    expect(await hover("Float64Array(n).fill")).toBe("");
    expect(server.log()).toMatch(/ts-autofree: failed: .*"mode"/);
  });

  it("has no verdicts of a program that is too large", async () => {
    const { hints, server } = await edit(project(source, { maxFiles: 0 }));
    expect(await hints()).toEqual([]);
    expect(server.log()).toContain("ts-autofree: off: the program has 1 files of its own");
  });

  it("waits until edits pause where an analysis takes too long, and says when it is done", async () => {
    const files = {
      ...project(source, { budget: 0, pause: 200 }),
      "other.ts": "export const other = new Int8Array(1);\n",
    };
    const { server, hints, replace, folder } = await edit(files);
    expect(await hints()).toContain("7 freed");
    const other = join(folder, "other.ts");
    server.tell("open", { file: other });
    const done = server.event("projectsUpdatedInBackground");
    replace("new Float64Array(n).fill(1)", "new Float64Array(n).map((x) => x)");
    expect(await hints()).toEqual([]);
    const unchanged = { file: other, start: 0, length: 40 };
    expect(await server.ask<unknown[]>("provideInlayHints", unchanged)).toHaveLength(1);
    await done;
    expect((await hints()).filter((hint) => hint.startsWith("7"))).toEqual(["7 freed", "7 freed"]);
  });

  it("is the one that TypeScript finds: a build is not changed by the plugin's entry", async () => {
    const folder = makeProject(project("export const f = (n: number) => new Int8Array(n)[0];\n"));
    expect(await run("ts-autofree", [], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
    const freed = readFileSync(join(folder, "out/main.js"), "utf8");
    expect(freed).toContain(".give(");
    rmSync(join(folder, "out"), { recursive: true });
    writeFiles(folder, { ".keep": "" });
    expect(await run("tspc", [], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(folder, "out/main.js"), "utf8")).toBe(freed);
  });
});
