/**
 * Effects of Node: `Buffer`, and what its modules do before they return. By module, without `node:`.
 *
 * Forms with a callback (`fs.write`, `zlib.deflate`, `crypto.randomFill`, `stream.write`, sockets) have no row: they go on with
 * the buffer after they have returned, and nobody sees when they end. Nor has `assert`: its errors hold what they compared.
 */
import type { Effect, OperationValue } from "../ir/effect.js";
import { nodeCryptoMembers } from "./node-crypto.js";
import { each, gives, inspects, makes, reads, type Table } from "./rows.js";
import { performanceMembers, postMessage } from "./web.js";

const node = (name: string): string => `Node API ${name}`;
const endings = (stems: string): string =>
  stems
    .split(" ")
    .flatMap((stem) => [`${stem}BE`, `${stem}LE`])
    .join(" ");
const wide =
  "BigInt64 BigUInt64 BigUint64 Double Float Int16 Int32 Int UInt16 UInt32 UInt Uint16 Uint32 Uint".split(
    " ",
  );
const numbers = (verb: string): string =>
  `${endings(wide.map((type) => verb + type).join(" "))} ${verb}Int8 ${verb}UInt8 ${verb}Uint8`;

/** A Buffer's methods. What it inherits is declared by `Uint8Array`. */
const bufferMembers: Table = {
  ...each(
    `${numbers("read")} ${numbers("write")} write compare copy equals includes indexOf lastIndexOf toString`,
    (name) => reads(node(`buf.${name}`)),
  ),
  toJSON: makes(node("buf.toJSON: an object with the bytes in an array")),
  ...each("fill reverse swap16 swap32 swap64", (name) => gives(node(`buf.${name}`), { kind: "receiver" })),
  ...each("slice subarray", (name) =>
    gives(node(`buf.${name}: the same memory`), { kind: "view-of-receiver" }),
  ),
};

/**
 * The runtime recycles no Buffer (its class is not the engine's own, and small ones share a slab), so freeing what these
 * return would do nothing, and nothing is claimed of it. The same goes for whatever else in Node returns a Buffer.
 */
const bufferConstructorMembers: Table = {
  ...each("byteLength compare isEncoding", (name) => reads(node(`Buffer.${name}`))),
  isBuffer: inspects(node("Buffer.isBuffer")),
  ...each("alloc allocUnsafe allocUnsafeSlow concat copyBytesFrom of", (name) =>
    makes(node(`Buffer.${name}`)),
  ),
};

/** `Buffer.from(x)`: the type of `x` decides. */
export const bufferFrom = {
  copy: makes(node("Buffer.from(array | buffer | string): copies")),
  view: {
    ...gives(node("Buffer.from(arrayBuffer): shares its memory"), { kind: "argument", index: 0 }),
    rest: "borrowed",
  } satisfies Effect,
};

const compressions = `deflateSync deflateRawSync gzipSync brotliCompressSync zstdCompressSync inflateSync inflateRawSync
  gunzipSync unzipSync brotliDecompressSync zstdDecompressSync`;
const typeTests = `isAnyArrayBuffer isArgumentsObject isArrayBuffer isArrayBufferView isAsyncFunction isBigInt64Array
  isBigIntObject isBigUint64Array isBooleanObject isBoxedPrimitive isCryptoKey isDataView isDate isExternal
  isFloat16Array isFloat32Array isFloat64Array isGeneratorFunction isGeneratorObject isInt16Array isInt32Array
  isInt8Array isKeyObject isMap isMapIterator isModuleNamespaceObject isNativeError isNumberObject isPromise isProxy
  isRegExp isSet isSetIterator isSharedArrayBuffer isStringObject isSymbolObject isTypedArray isUint16Array
  isUint32Array isUint8Array isUint8ClampedArray isWeakMap isWeakSet`;

/** Those that only take paths, descriptors, data and plain options; each is done when it returns. */
const fileNames = `accessSync appendFileSync chmodSync chownSync closeSync copyFileSync existsSync fchmodSync fchownSync
  fdatasyncSync fsyncSync ftruncateSync futimesSync lchownSync linkSync lutimesSync mkdirSync openSync readSync
  readvSync renameSync rmSync rmdirSync symlinkSync truncateSync unlinkSync utimesSync writeFileSync writeSync
  writevSync`;
const fsMembers: Table = {
  ...each(fileNames, (name) => reads(node(`fs.${name}`))),
  ...each(
    "fstatSync lstatSync mkdtempSync readFileSync readlinkSync realpathSync statSync statfsSync",
    (name) => makes(node(`fs.${name}`)),
  ),
  // What they find knows the path that they were given.
  ...each("opendirSync readdirSync", (name) => ({ ...makes(node(`fs.${name}`)), arguments: ["escaped"] })),
};

/**
 * An operation goes on with what it was given until its promise settles. Those that take data write it in pieces, after they have
 * returned.
 */
const operation = (clause: string, value: OperationValue): Effect => ({
  clause: node(clause),
  receiver: "borrowed",
  rest: "held",
  result: { kind: "operation", value },
});

const quietFileOperations = `access appendFile chmod chown copyFile lchown link lutimes rename rm rmdir symlink truncate unlink
  utimes writeFile`;
const fsPromisesMembers: Table = {
  ...each(quietFileOperations, (name) => operation(`fsPromises.${name}`, "primitive")),
  ...each("lstat mkdtemp readFile readlink realpath stat statfs", (name) =>
    operation(`fsPromises.${name}`, "unknown"),
  ),
};
const fileHandleMembers: Table = {
  ...each("appendFile chmod chown datasync sync truncate utimes writeFile", (name) =>
    operation(`filehandle.${name}`, "primitive"),
  ),
  ...each("read readv write writev", (name) =>
    operation(`filehandle.${name}: resolves with the buffers too`, "report"),
  ),
  ...each("readFile stat", (name) => operation(`filehandle.${name}`, "unknown")),
};

export const nodeMembers: Readonly<Record<string, Table>> = {
  Buffer: bufferMembers,
  BufferConstructor: bufferConstructorMembers,
  buffer: {
    ...each("isAscii isUtf8", (name) => reads(node(`buffer.${name}`))),
    transcode: makes(node("buffer.transcode")),
  },
  fs: fsMembers,
  "fs/promises": fsPromisesMembers,
  "fs/promises.FileHandle": fileHandleMembers,
  zlib: {
    // An engine that is asked for with the result (`info`) knows the options.
    ...each(compressions, (name) => ({
      ...makes(node(`zlib.${name}: done when it returns`)),
      arguments: ["borrowed"],
      rest: "escaped",
    })),
    crc32: reads(node("zlib.crc32")),
  },
  ...nodeCryptoMembers,
  "perf_hooks.Performance": performanceMembers,
  querystring: {
    parse: makes(node("querystring.parse")),
    ...each("stringify escape unescape", (name) => reads(node(`querystring.${name}`))),
  },
  "string_decoder.StringDecoder": each("write end", (name) => reads(node(`stringDecoder.${name}`))),
  url: {
    ...each("domainToASCII domainToUnicode fileURLToPath format resolve", (name) =>
      reads(node(`url.${name}`)),
    ),
    ...each("parse pathToFileURL", (name) => makes(node(`url.${name}`))),
  },
  util: each(
    "inspect format formatWithOptions isDeepStrictEqual stripVTControlCharacters styleText toUSVString",
    (name) => reads(node(`util.${name}`)),
  ),
  "util/types": each(typeTests, (name) => inspects(node(`util.types.${name}`))),
  worker_threads: { receiveMessageOnPort: makes(node("worker_threads.receiveMessageOnPort")) },
  "worker_threads.MessagePort": { postMessage },
  "worker_threads.Worker": { postMessage },
};
