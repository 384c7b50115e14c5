/** The packages whose own tests are run on freed output. */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} url
 * @property {string} commit
 * @property {string[]} sources folders with the package's own code; tests in them stay as they are
 * @property {string[]} command what runs the tests
 * @property {Record<string, unknown>} [compilerOptions] beside those of the package's own tsconfig
 */

/** @type {readonly Suite[]} */
export const suites = [
  {
    name: "spectra",
    url: "https://github.com/mljs/spectra-processing",
    commit: "26b4f1e2",
    sources: ["src"],
    command: ["npx", "vitest", "run", "--coverage.enabled=false", "--testTimeout=60000"],
  },
  {
    name: "png",
    url: "https://github.com/image-js/fast-png",
    commit: "77a4479",
    sources: ["src"],
    command: ["npx", "vitest", "run", "--coverage.enabled=false", "--testTimeout=60000"],
  },
  {
    name: "image",
    url: "https://github.com/image-js/image-js",
    commit: "d35169d0",
    sources: ["src"],
    command: ["npx", "vitest", "run", "--coverage.enabled=false", "--testTimeout=60000"],
  },
  {
    name: "noble",
    url: "https://github.com/paulmillr/noble-post-quantum",
    commit: "abd4ece",
    sources: ["src"],
    // The others need test vectors from submodules. Node 24 runs TypeScript.
    command: ["for t in basic falcon webcrypto; do npx --yes node@24 --no-warnings test/$t.test.ts; done"],
  },
  {
    name: "splat-transform",
    url: "https://github.com/playcanvas/splat-transform",
    commit: "8d6b801f",
    sources: ["src"],
    command: ["node", "--import", "tsx", "--test", "test/*.test.mjs"],
  },
];
