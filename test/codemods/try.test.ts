import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { applyTheme, readSource } from "/work/wt/codemods/test/codemods/fixture-codemods.js";
import { discoverThemes } from "/work/wt/codemods/test/fixtures/discover.js";

for (const theme of discoverThemes()) {
  if (process.env.T && !process.env.T.split(",").includes(theme.name)) continue;
  test(theme.name, () => {
    const t0 = Date.now();
    const r = applyTheme(theme);
    let changed = 0,
      bad = 0,
      twice = 0;
    for (const [f, text] of r.applied) {
      if (text !== readSource(f)) changed++;
      if (r.stripped.get(f) !== readSource(f)) {
        bad++;
        console.log("STRIP", f);
      }
      if (r.appliedTwice.get(f) !== text) {
        twice++;
        console.log("TWICE", f);
      }
      const out = "/tmp/applied/" + path.relative("/work/wt/codemods/fixtures", f);
      mkdirSync(path.dirname(out), { recursive: true });
      writeFileSync(out, text);
    }
    console.log(
      theme.name,
      "changed",
      changed,
      "bad",
      bad,
      "twice",
      twice,
      "errors",
      r.errors.length,
      "ms",
      Date.now() - t0,
      "\n" + r.notes.join("\n"),
    );
  });
}
