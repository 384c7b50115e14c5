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

/**
 * Some of the tests of a package: the others take long, or need vectors that their repository keeps elsewhere. Its test vectors are a
 * submodule, `test/vectors/acvp-vectors`. Node 24 runs TypeScript.
 *
 * @param {string} names
 */
function nobleTests(names) {
  return `for t in ${names}; do npx --yes node@24 --no-warnings test/$t.test.ts || exit 1; done`;
}

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
    command: [nobleTests("basic falcon webcrypto")],
  },
  {
    name: "noble-hashes",
    url: "https://github.com/paulmillr/noble-hashes",
    commit: "bb0d615",
    sources: ["src"],
    command: [nobleTests("acvp argon2 blake clone hmac kdf noble-hashes-only u64 utils webcrypto")],
  },
  {
    name: "noble-ciphers",
    url: "https://github.com/paulmillr/noble-ciphers",
    commit: "201ed9e",
    sources: ["src"],
    command: [nobleTests("aes arx cmac mac polyval prng siv utils webcrypto")],
  },
  {
    name: "noble-curves",
    url: "https://github.com/paulmillr/noble-curves",
    commit: "ef10645",
    sources: ["src"],
    command: [nobleTests("info misc montgomery nist rfc9496-ristretto-decaf utils webcrypto")],
  },
  {
    name: "splat-transform",
    url: "https://github.com/playcanvas/splat-transform",
    commit: "8d6b801f",
    sources: ["src"],
    command: ["node", "--import", "tsx", "--test", "test/*.test.mjs"],
  },
];
