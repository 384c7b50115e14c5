/**
 * Effects of Node: `Buffer`, and what its modules do before they return. By module, without `node:`.
 *
 * Asynchronous forms (`fs.write`, `zlib.deflate`, `crypto.randomFill`, `stream.write`, `fs.promises`, sockets) have
 * no row: they go on with the buffer after they have returned. Nor has `assert`: its errors hold what they compared.
 */
import type { Effect } from "../ir/effect.js";
import { describes, each, gives, makes, reads, type Table } from "./rows.js";
import { cryptoMembers, postMessage, subtleCryptoMembers } from "./web.js";

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
  toJSON: describes(node("buf.toJSON")),
  ...each("fill swap16 swap32 swap64", (name) => gives(node(`buf.${name}`), { kind: "receiver" })),
  ...each("slice subarray", (name) =>
    gives(node(`buf.${name}: the same memory`), { kind: "view-of-receiver" }),
  ),
};

/** Small Buffers share a slab: nobody may free what these return, so nothing is claimed of it. */
const bufferConstructorMembers: Table = {
  ...each("byteLength compare isBuffer isEncoding", (name) => reads(node(`Buffer.${name}`))),
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
  isBigUint64Array isBooleanObject isBoxedPrimitive isDataView isDate isFloat32Array isFloat64Array
  isGeneratorFunction isGeneratorObject isInt16Array isInt32Array isInt8Array isMap isMapIterator isNativeError
  isNumberObject isPromise isProxy isRegExp isSet isSetIterator isSharedArrayBuffer isStringObject isSymbolObject
  isTypedArray isUint16Array isUint32Array isUint8Array isUint8ClampedArray isWeakMap isWeakSet`;

const cryptoModule: Table = {
  ...each("timingSafeEqual getHashes getCiphers getCurves", (name) =>
    name === "timingSafeEqual" ? reads(node(`crypto.${name}`)) : describes(node(`crypto.${name}`)),
  ),
  ...each("randomInt randomUUID", (name) => reads(node(`crypto.${name}`))),
  randomFillSync: gives(node("crypto.randomFillSync: returns its argument"), { kind: "argument", index: 0 }),
  getRandomValues: cryptoMembers.getRandomValues as Effect,
  ...each("createHash createHmac createCipheriv createDecipheriv createSecretKey hash", (name) =>
    makes(node(`crypto.${name}`)),
  ),
  ...each("pbkdf2Sync scryptSync hkdfSync", (name) => makes(node(`crypto.${name}`))),
};

const updates = (type: string): Effect => gives(node(`${type}.update`), { kind: "receiver" });

export const nodeMembers: Readonly<Record<string, Table>> = {
  Buffer: bufferMembers,
  BufferConstructor: bufferConstructorMembers,
  buffer: each("isAscii isUtf8", (name) => reads(node(`buffer.${name}`))),
  fs: {
    ...each("writeSync readSync readvSync writevSync", (name) => reads(node(`fs.${name}`))),
    ...each("writeFileSync appendFileSync openSync closeSync existsSync fsyncSync ftruncateSync", (name) =>
      reads(node(`fs.${name}`)),
    ),
    ...each("readFileSync statSync fstatSync", (name) => makes(node(`fs.${name}`))),
  },
  zlib: {
    ...each(compressions, (name) => makes(node(`zlib.${name}: done when it returns`))),
    crc32: reads(node("zlib.crc32")),
  },
  crypto: cryptoModule,
  "crypto.Hash": { update: updates("hash"), digest: makes(node("hash.digest")) },
  "crypto.Hmac": { update: updates("hmac"), digest: makes(node("hmac.digest")) },
  "crypto.Cipheriv": { update: makes(node("cipher.update")), final: makes(node("cipher.final")) },
  "crypto.Decipheriv": { update: makes(node("decipher.update")), final: makes(node("decipher.final")) },
  "crypto.webcrypto.Crypto": cryptoMembers,
  "crypto.webcrypto.SubtleCrypto": subtleCryptoMembers,
  "perf_hooks.Performance": { now: reads(node("performance.now")) },
  "string_decoder.StringDecoder": each("write end", (name) => reads(node(`stringDecoder.${name}`))),
  util: each("inspect format isDeepStrictEqual stripVTControlCharacters toUSVString", (name) =>
    reads(node(`util.${name}`)),
  ),
  "util/types": each(typeTests, (name) => reads(node(`util.types.${name}`))),
  "worker_threads.MessagePort": { postMessage },
  "worker_threads.Worker": { postMessage },
};
