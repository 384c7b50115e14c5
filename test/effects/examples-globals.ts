/** Executions of the functions of namespaces, primitives, the web's additions and Node. */
import * as bufferModule from "node:buffer";
import { Console } from "node:console";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import * as util from "node:util";
import * as types from "node:util/types";
import * as threads from "node:worker_threads";
import * as zlib from "node:zlib";
import { expect } from "vitest";
import { memberTables } from "../../transformer/effects/tables.js";
import { bytes, call, type Examples, each, value } from "./examples-language.js";
import { type Example, scribble } from "./trial.js";

/** The members of `owner` that `examples` leaves out, all called alike. */
function others(
  owner: string,
  examples: Examples,
  example: (name: string) => Example | readonly Example[],
): Examples {
  const names = Object.keys(memberTables.get(owner) ?? {}).filter((name) => !Object.hasOwn(examples, name));
  return { ...Object.fromEntries(names.map((name) => [name, example(name)])), ...examples };
}

/** Calls with a buffer, with an object that holds a marker, and with an array that does. */
function onHolders(module: object): readonly Example[] {
  return [
    call(value(module), bytes),
    (trial) => ({ on: module, args: [{ held: trial.element() }] }),
    (trial) => ({ on: module, args: [[trial.element()]] }),
  ];
}

const words = (): Int32Array => new Int32Array([1, 2, 3, 4]);
const holder = (): object => ({ some: 1, toString: () => "1" });

export const languageExamples: Readonly<Record<string, Examples>> = {
  ArrayBuffer: { slice: call(() => bytes().buffer) },
  ArrayBufferConstructor: { isView: call(value(ArrayBuffer), () => bytes()) },
  DataView: others("DataView", {}, (name) => {
    const number = name.includes("Big") ? 1n : 1;
    return call(() => new DataView(new ArrayBuffer(16)), value(0), value(number), value(true));
  }),
  Atomics: others(
    "Atomics",
    {
      isLockFree: call(value(Atomics), value(4)),
      wait: call(
        value(Atomics),
        () => new Int32Array(new SharedArrayBuffer(16)),
        value(0),
        value(0),
        value(0),
      ),
    },
    () => call(value(Atomics), words, value(0), value(1), value(1)),
  ),
  Math: others("Math", {}, () =>
    call(
      value(Math),
      () => new Date(0),
      () => [2],
    ),
  ),
  JSON: {
    parse: call(value(JSON), () => ({ toString: () => '{"a":[1]}' })),
    stringify: [
      call(value(JSON), bytes),
      (trial) => ({ on: JSON, args: [[trial.element(), { a: bytes() }], null, 2] }),
    ],
  },
  Reflect: others("Reflect", { has: call(value(Reflect), bytes, value("length")) }, () => onHolders(Reflect)),
  NumberConstructor: others("NumberConstructor", {}, () => call(value(Number), () => [1])),
  Number: others("Number", {}, () => call(value(12.5))),
  BigIntConstructor: others("BigIntConstructor", {}, () => call(value(BigInt), value(8), value(300n))),
  BigInt: others("BigInt", {}, () => call(value(12n))),
  Boolean: { valueOf: call(value(true)) },
  ObjectConstructor: others("ObjectConstructor", { hasOwn: call(value(Object), bytes, value("0")) }, () =>
    onHolders(Object),
  ),
  StringConstructor: others(
    "StringConstructor",
    { raw: call(value(String), () => ({ raw: ["a", "b"] }), bytes) },
    () => call(value(String), () => [65], value(66)),
  ),
  String: others(
    "String",
    {
      normalize: call(value("text"), value("NFC")),
      localeCompare: call(value("text"), () => ["x"]),
      repeat: call(value("text"), () => [2]),
      toLocaleLowerCase: call(value("text"), () => ["en"]),
      toLocaleUpperCase: call(value("text"), () => ["en"]),
    },
    () =>
      call(
        value("text"),
        () => [1],
        () => [2],
      ),
  ),
  Date: others(
    "Date",
    Object.fromEntries(
      ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"].map((name) => [
        name,
        call(() => new Date(0)),
      ]),
    ),
    () =>
      call(
        () => new Date(0),
        () => [1],
        () => [2],
      ),
  ),
  DateConstructor: others("DateConstructor", {}, () => call(value(Date), () => ["2020"])),
  globalThis: others(
    "globalThis",
    {
      structuredClone: [
        call(value(globalThis), bytes),
        (trial) => ({ on: globalThis, args: [{ a: [bytes()], b: new Map([[1, trial.elements]]) }] }),
      ],
      Array: (trial) => ({ on: globalThis, args: [trial.element(), trial.element()] }),
      Boolean: call(value(globalThis), bytes),
    },
    () => call(value(globalThis), () => ["10"]),
  ),
};

const silent = new Console({
  stdout: fs.createWriteStream("/dev/null"),
  stderr: fs.createWriteStream("/dev/null"),
});
const port = (): threads.MessagePort => {
  const { port1, port2 } = new threads.MessageChannel();
  setTimeout(() => port2.close(), 1);
  return port1;
};
/** The digest is that of the bytes at the time of the call. */
const changed: Example = () => {
  const data = bytes(100_000);
  const digest = crypto.createHash("sha256").update(data).digest("hex");
  return {
    on: globalThis.crypto.subtle,
    args: ["SHA-256", data],
    check: async (result: Promise<ArrayBuffer>) => {
      scribble([data]);
      expect(Buffer.from(await result).toString("hex")).toBe(digest);
    },
  };
};
/** The parts' bytes were copied. */
const parts: Example = () => {
  const data = bytes(1000);
  const before = data.slice();
  return {
    on: null,
    args: [[data, data.buffer]],
    check: async (result: Blob) => {
      scribble([data]);
      expect(new Uint8Array(await result.arrayBuffer()).slice(0, 1000)).toEqual(before);
    },
  };
};

const textEncoder: Examples = {
  encode: call(() => new TextEncoder(), value("text of some length")),
  encodeInto: call(
    () => new TextEncoder(),
    value("text"),
    () => bytes(),
  ),
};
const textDecoder: Examples = {
  decode: [
    call(
      () => new TextDecoder(),
      () => bytes(),
    ),
    call(
      () => new TextDecoder(),
      () => bytes(5),
      () => ({ stream: true }),
    ),
  ],
};
const subtle: Examples = { digest: changed };
const cryptoObject: Examples = {
  getRandomValues: call(value(globalThis.crypto), () => bytes()),
  randomUUID: call(value(globalThis.crypto)),
};

export const webExamples: Readonly<Record<string, Examples>> = {
  Console: others("Console", { table: call(value(silent), bytes) }, (name) =>
    call(value(silent), name === "assert" ? value(false) : holder, bytes),
  ),
  TextEncoder: textEncoder,
  TextDecoder: textDecoder,
  "util.TextEncoder": textEncoder,
  "util.TextDecoder": textDecoder,
  Performance: { now: call(value(performance)) },
  Crypto: cryptoObject,
  SubtleCrypto: subtle,
  "crypto.webcrypto.Crypto": cryptoObject,
  "crypto.webcrypto.SubtleCrypto": subtle,
  "perf_hooks.Performance": { now: call(value(performance)) },
  MessagePort: { postMessage: call(port, bytes) },
  "worker_threads.MessagePort": { postMessage: call(port, bytes) },
  BroadcastChannel: {
    postMessage: call(() => {
      const channel = new threads.BroadcastChannel("effects");
      setTimeout(() => channel.close(), 1);
      return channel;
    }, bytes),
  },
  "worker_threads.Worker": {
    postMessage: call(() => {
      const worker = new threads.Worker("0", { eval: true });
      worker.on("error", () => {});
      return worker;
    }, bytes),
  },
};
export const webConstructorExamples: Examples = {
  Blob: parts,
  File: (trial) => {
    const { args, ...rest } = parts(trial);
    return { ...rest, args: [...args, "name"] };
  },
  TextEncoder: call(value(null)),
  TextDecoder: call(value(null), () => ["utf-8"]),
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "autofree-effects-"));
const file = path.join(folder, "data");
fs.writeFileSync(file, bytes(64));
const descriptor = fs.openSync(file, "r+");
process.on("exit", () => fs.rmSync(folder, { recursive: true }));
/** A path in storage of its own. */
const pathBytes = (name: string): Buffer => Buffer.from(new TextEncoder().encode(name).buffer);
const fileName = (): Buffer => pathBytes(file);

const on = (module: object, ...args: (() => unknown)[]): Example => call(value(module), ...args);
const buffer = (): Buffer => Buffer.from(bytes(32).buffer);
const key = (): Uint8Array => bytes(16);
/** In storage of its own: small Buffers share a slab, with the result too. */
const compressed: Readonly<Record<string, () => Uint8Array>> = {
  inflateSync: () => new Uint8Array(zlib.deflateSync(bytes())),
  inflateRawSync: () => new Uint8Array(zlib.deflateRawSync(bytes())),
  gunzipSync: () => new Uint8Array(zlib.gzipSync(bytes())),
  unzipSync: () => new Uint8Array(zlib.gzipSync(bytes())),
  brotliDecompressSync: () => new Uint8Array(zlib.brotliCompressSync(bytes())),
  zstdDecompressSync: () => new Uint8Array(zlib.zstdCompressSync?.(bytes()) ?? bytes()),
};

export const nodeExamples: Readonly<Record<string, Examples>> = {
  Buffer: others(
    "Buffer",
    {
      write: call(buffer, value("text")),
      ...each("compare equals includes indexOf lastIndexOf", () => call(buffer, bytes)),
      copy: call(buffer, bytes),
      ...each("toString toJSON swap16 swap32 swap64", () => call(buffer)),
      fill: call(buffer, bytes),
      ...each("slice subarray", () => call(buffer, value(2))),
    },
    (name) => {
      const width = /U?[Ii]nt[BL]E$/.test(name) ? 3 : undefined;
      if (name.startsWith("read")) return call(buffer, value(0), value(width));
      return call(buffer, value(name.includes("Big") ? 1n : 1), value(0), value(width));
    },
  ),
  BufferConstructor: {
    ...each("byteLength isBuffer of", () => on(Buffer, bytes)),
    compare: on(Buffer, bytes, bytes),
    isEncoding: on(Buffer, value("hex")),
    alloc: on(Buffer, value(100), bytes),
    ...each("allocUnsafe allocUnsafeSlow", () => on(Buffer, value(100))),
    concat: [on(Buffer, () => [bytes(), bytes()]), on(Buffer, () => [bytes()])],
    copyBytesFrom: on(Buffer, words),
  },
  buffer: each("isAscii isUtf8", () => on(bufferModule, bytes)),
  fs: {
    ...each("writeSync readSync", () => on(fs, value(descriptor), bytes, value(0), value(4), value(0))),
    ...each("readvSync writevSync", () => on(fs, value(descriptor), () => [bytes()], value(0))),
    ...each("writeFileSync appendFileSync", () => on(fs, () => pathBytes(`${file}2`), bytes)),
    openSync: on(fs, fileName, value("r")),
    closeSync: on(fs, () => fs.openSync(file, "r")),
    existsSync: on(fs, fileName),
    ...each("fsyncSync fstatSync", () => on(fs, value(descriptor))),
    ftruncateSync: on(fs, value(descriptor), value(64)),
    ...each("readFileSync statSync", () => on(fs, fileName)),
  },
  zlib: others("zlib", { crc32: on(zlib, bytes) }, (name) =>
    on(zlib, compressed[name] ?? bytes, () => ({ level: 1 })),
  ),
  crypto: {
    timingSafeEqual: on(crypto, bytes, bytes),
    ...each("getHashes getCiphers getCurves randomUUID", () => on(crypto)),
    randomInt: on(crypto, value(5)),
    ...each("randomFillSync getRandomValues", () => on(crypto, () => bytes())),
    ...each("createHash", () => on(crypto, value("sha256"))),
    createHmac: keyedMade(
      () => ["sha256", key()],
      (made: crypto.Hmac) => made.update("x").digest("hex"),
    ),
    ...each("createCipheriv createDecipheriv", () =>
      keyedMade(
        () => ["aes-128-ctr", key(), key()],
        (made: crypto.Cipheriv) => made.update("text", "utf8", "hex"),
      ),
    ),
    createSecretKey: keyedMade(
      () => [key()],
      (made: crypto.KeyObject) => made.export().toString("hex"),
    ),
    hash: on(crypto, value("sha256"), bytes),
    pbkdf2Sync: on(crypto, bytes, bytes, value(1), value(64), value("sha256")),
    scryptSync: on(crypto, bytes, bytes, value(64), () => ({ N: 16 })),
    hkdfSync: on(crypto, value("sha256"), bytes, bytes, bytes, value(64)),
  },
  "crypto.Hash": {
    update: call(() => crypto.createHash("sha256"), bytes),
    digest: call(() => crypto.createHash("sha256")),
  },
  "crypto.Hmac": {
    update: call(() => crypto.createHmac("sha256", "k"), bytes),
    digest: call(() => crypto.createHmac("sha256", "k")),
  },
  "crypto.Cipheriv": {
    update: call(() => crypto.createCipheriv("aes-128-ctr", key(), key()), bytes),
    final: call(() => crypto.createCipheriv("aes-128-cbc", key(), key())),
  },
  "crypto.Decipheriv": {
    update: call(() => crypto.createDecipheriv("aes-128-ctr", key(), key()), bytes),
    final: call(() => crypto.createDecipheriv("aes-128-ctr", key(), key())),
  },
  "string_decoder.StringDecoder": {
    write: [
      call(
        () => new StringDecoder("utf8"),
        () => Buffer.from(bytes()),
      ),
      call(
        () => new StringDecoder("utf8"),
        () => Buffer.from(new Uint8Array([0x41, 0xe2, 0x82])),
      ),
    ],
    end: call(
      () => new StringDecoder("utf8"),
      () => Buffer.from(bytes()),
    ),
  },
  util: others(
    "util",
    { isDeepStrictEqual: on(util, bytes, bytes), stripVTControlCharacters: on(util, value("a")) },
    () => on(util, bytes),
  ),
  "util/types": others("util/types", {}, () => on(types, bytes)),
};

/** What is made from bytes behaves the same when these change. */
function keyedMade<T>(args: () => unknown[], use: (made: T) => string): Example {
  return () => {
    const given = args();
    const name =
      given.length === 1 ? "createSecretKey" : given.length === 2 ? "createHmac" : "createCipheriv";
    const make = (crypto as unknown as Record<string, (...args: unknown[]) => T>)[name];
    const expected = make && use(make(...args()));
    return {
      on: crypto,
      args: given,
      check: (made: T) => {
        scribble(given);
        expect(use(made)).toBe(expected);
      },
    };
  };
}
