/**
 * The report as one page: no file or address besides it is ever asked for, and its policy forbids it.
 *
 * The data is embedded as JSON in which no `<` is left, so that no source text can end the element or begin another. The script builds
 * the page by `textContent` alone, and is the only one that the policy lets run.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { UserError } from "../../diagnostics.js";
import type { PageData } from "./page-data.js";

/**
 * Renders the page.
 *
 * @throws UserError when the build of this package lacks the page's script or style
 */
export function renderHtml(data: PageData): string {
  const script = readPart("client.js");
  const style = readPart("page.css");
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ts-autofree report</title>
<style>${style}</style>
</head>
<body>
<noscript><p>This page needs JavaScript. Without it, read the same report by <code>ts-autofree --explain</code>.</p></noscript>
<script type="application/json" id="data">${embeddedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that is the same inside of a script element as outside. */
export function embeddedJson(data: unknown): string {
  return JSON.stringify(data).replace(/</g, "\\u003c");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** The page's script and style are bundled from `client/` when the package is built (`scripts/bundle-report.mjs`). */
function readPart(name: string): string {
  const place = new URL(`./${name}`, import.meta.url);
  try {
    return readFileSync(place, "utf8").trim();
  } catch {
    throw new UserError(
      `the html report needs '${place.pathname}', which is missing: install ts-autofree again, or run npm run build in its clone. --report FILE.json works without.`,
    );
  }
}
