/** Bundles the script and the style of the html report into `dist`, where `render-html` reads them. Part of `npm run build`. */
import { buildSync } from "esbuild";

buildSync({
  entryPoints: {
    client: "transformer/report/html/client/main.ts",
    page: "transformer/report/html/client/page.css",
  },
  outdir: "dist/transformer/report/html",
  bundle: true,
  minify: true,
  format: "iife",
  // Older than its script element can be is no browser that is still used.
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
});
