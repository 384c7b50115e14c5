/**
 * The packages that precision is measured on, as data. Their code is never in this repository: `prepare.mjs` installs
 * or finds it in a folder outside.
 */

/** What a sample is drawn with: a label belongs to a drawn site, so another seed needs other labels. */
export const sampleSeed = 20261107;
/** How many sites of a package are labelled; all where there are fewer. */
export const sampleSize = 30;

/**
 * @typedef {object} MeasuredPackage
 * @property {string} name also that of its folder and of its file of labels
 * @property {{ package: string, version: string, types: string[] } | null} npm
 *   A package whose TypeScript sources, in `src`, are published; `types` are installed beside it.
 * @property {{ url: string, commit: string } | null} repository
 * @property {Record<string, unknown>} compilerOptions beside {@link commonOptions}
 * @property {string[]} include
 * @property {string[]} exclude
 */

/** What all of them are compiled with. */
export const commonOptions = {
  target: "ES2023",
  module: "NodeNext",
  lib: ["ESNext", "DOM", "DOM.Iterable"],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  declaration: true,
  outDir: "out-precision",
};

const nodeTypes = "@types/node@24.10.1";

/** What the repositories need to be type-checked, installed once beside them: nothing of it is run. */
export const repositoryTypes = [
  nodeTypes,
  "@adobe/spz@0.2.2",
  "@types/long@4.0.2",
  "@types/seedrandom@2.4.34",
  "@types/node-fetch@2.6.13",
  "@webgpu/types@0.1.70",
  "fzstd@0.1.1",
  "long@4.0.0",
  "pathe@2.0.3",
  "playcanvas@2.21.1",
  "webgpu@0.4.0",
];

const bundled = { module: "ESNext", moduleResolution: "Bundler" };

/** @type {readonly MeasuredPackage[]} */
export const packages = [
  {
    name: "ml-spectra-processing",
    npm: { package: "ml-spectra-processing", version: "14.35.1", types: [nodeTypes] },
    repository: null,
    compilerOptions: { verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true },
    include: ["src"],
    exclude: ["**/__tests__"],
  },
  {
    name: "noble-post-quantum",
    npm: { package: "@noble/post-quantum", version: "0.7.1", types: [nodeTypes] },
    repository: null,
    compilerOptions: { rewriteRelativeImportExtensions: true },
    include: ["src"],
    exclude: [],
  },
  {
    name: "image-js",
    npm: {
      package: "image-js",
      version: "1.7.0",
      types: [nodeTypes, "@types/js-priority-queue@0.0.9", "@types/robust-point-in-polygon@1.0.4"],
    },
    repository: null,
    compilerOptions: { rewriteRelativeImportExtensions: true },
    include: ["src"],
    exclude: ["**/__tests__"],
  },
  {
    name: "fast-png",
    npm: { package: "fast-png", version: "8.0.0", types: [nodeTypes] },
    repository: null,
    compilerOptions: { rewriteRelativeImportExtensions: true },
    include: ["src"],
    exclude: ["**/__tests__"],
  },
  {
    name: "fflate",
    npm: null,
    repository: {
      url: "https://github.com/101arrowz/fflate",
      commit: "f7873560ad229c22c4b23b06c6a3806ffde77569",
    },
    compilerOptions: { ...bundled, strict: false },
    include: ["src"],
    exclude: [],
  },
  {
    name: "splat-transform",
    npm: null,
    repository: {
      url: "https://github.com/playcanvas/splat-transform",
      commit: "8d6b801f06dd61b4ed215e9cfd9f314d2f509102",
    },
    compilerOptions: { ...bundled, strict: false, noImplicitAny: true, resolveJsonModule: true },
    include: ["src"],
    exclude: [],
  },
  {
    name: "tfjs",
    npm: null,
    repository: {
      url: "https://github.com/tensorflow/tfjs",
      commit: "0fc04d958ea592f3b8db79a8b3b497b5c8904097",
    },
    compilerOptions: {
      ...bundled,
      strict: false,
      noImplicitAny: true,
      paths: {
        "@tensorflow/tfjs-core": ["./tfjs-core/src/index.ts"],
        "@tensorflow/tfjs-core/dist/*": ["./tfjs-core/src/*"],
      },
    },
    include: ["tfjs-core/src", "tfjs-backend-cpu/src"],
    exclude: [
      "**/*_test.ts",
      "**/test_node.ts",
      "**/test_async_backends.ts",
      "**/jasmine_util.ts",
      "**/run_tests.ts",
      "**/*test_util.ts",
    ],
  },
];
