/** Executions of Node's functions; those of `crypto` are in a file of their own. */
import * as bufferModule from "node:buffer";
import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as querystring from "node:querystring";
import { StringDecoder } from "node:string_decoder";
import * as url from "node:url";
import * as util from "node:util";
import * as types from "node:util/types";
import * as threads from "node:worker_threads";
import * as zlib from "node:zlib";
import { holder, others, words } from "./examples-globals.js";
import { bytes, call, type Examples, each, value } from "./examples-language.js";
import { nodeCryptoExamples } from "./examples-node-crypto.js";
import type { Example } from "./trial.js";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "autofree-effects-"));
const file = path.join(folder, "data");
fs.writeFileSync(file, bytes(64));
const descriptor = fs.openSync(file, "r+");
process.on("exit", () => fs.rmSync(folder, { recursive: true }));
/** A path in storage of its own. */
const pathBytes = (name: string): Buffer => Buffer.from(new TextEncoder().encode(name).buffer);
const fileName = (): Buffer => pathBytes(file);

let count = 0;
/** A path where nothing is. */
const fresh = (): Buffer => pathBytes(path.join(folder, `fresh-${count++}`));
const existing = (): Buffer => {
  const made = fresh();
  fs.writeFileSync(made, "content");
  return made;
};

export const on = (module: object, ...args: (() => unknown)[]): Example => call(value(module), ...args);
const buffer = (): Buffer => Buffer.from(bytes(32).buffer);
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
      ...each("toString toJSON reverse swap16 swap32 swap64", () => call(buffer)),
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
  buffer: {
    ...each("isAscii isUtf8", () => on(bufferModule, bytes)),
    transcode: on(bufferModule, bytes, value("utf8"), value("utf16le")),
  },
  fs: {
    ...each("writeSync readSync", () => on(fs, value(descriptor), bytes, value(0), value(4), value(0))),
    ...each("readvSync writevSync", () => on(fs, value(descriptor), () => [bytes()], value(0))),
    ...each("writeFileSync appendFileSync", () => on(fs, () => pathBytes(`${file}2`), bytes)),
    openSync: on(fs, fileName, value("r")),
    closeSync: on(fs, () => fs.openSync(file, "r")),
    existsSync: on(fs, fileName),
    ...each("fsyncSync fstatSync", () => on(fs, value(descriptor))),
    ftruncateSync: on(fs, value(descriptor), value(64)),
    ...each("readFileSync statSync lstatSync realpathSync", () => on(fs, fileName)),
    ...each("opendirSync readdirSync", () =>
      on(
        fs,
        () => pathBytes(folder),
        () => ({ withFileTypes: true }),
      ),
    ),
    statfsSync: on(fs, () => pathBytes(folder)),
    mkdtempSync: on(fs, () => pathBytes(path.join(folder, "made-"))),
    ...each("accessSync", () => on(fs, fileName)),
    chmodSync: on(fs, fileName, value(0o644)),
    fchmodSync: on(fs, value(descriptor), value(0o644)),
    ...each("chownSync lchownSync", () =>
      on(fs, fileName, value(process.getuid?.()), value(process.getgid?.())),
    ),
    fchownSync: on(fs, value(descriptor), value(process.getuid?.()), value(process.getgid?.())),
    ...each("utimesSync lutimesSync", () =>
      on(
        fs,
        fileName,
        () => new Date(0),
        () => new Date(0),
      ),
    ),
    futimesSync: on(
      fs,
      value(descriptor),
      () => new Date(0),
      () => new Date(0),
    ),
    fdatasyncSync: on(fs, value(descriptor)),
    copyFileSync: on(fs, fileName, fresh),
    linkSync: on(fs, fileName, fresh),
    symlinkSync: on(fs, fileName, fresh),
    renameSync: on(fs, existing, fresh),
    truncateSync: on(fs, existing, value(3)),
    ...each("rmSync unlinkSync", () => on(fs, existing)),
    mkdirSync: on(fs, fresh, () => ({ recursive: true })),
    rmdirSync: on(fs, () => {
      const made = fresh();
      fs.mkdirSync(made);
      return made;
    }),
    readlinkSync: on(fs, () => {
      const made = fresh();
      fs.symlinkSync(file, made);
      return made;
    }),
  },
  zlib: others("zlib", { crc32: on(zlib, bytes) }, (name) =>
    on(zlib, compressed[name] ?? bytes, () => ({ level: 1 })),
  ),
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
    {
      isDeepStrictEqual: on(util, bytes, bytes),
      stripVTControlCharacters: on(util, value("a")),
      styleText: on(util, () => ["red"], value("a")),
      formatWithOptions: on(util, () => ({ depth: 1 }), bytes, holder),
    },
    () => on(util, bytes),
  ),
  ...nodeCryptoExamples,
  querystring: {
    parse: on(querystring, () => ["a=b"]),
    stringify: on(querystring, () => ({ a: [1, 2] })),
    ...each("escape unescape", () => on(querystring, () => ["a"])),
  },
  url: {
    ...each("domainToASCII domainToUnicode", () => on(url, () => ["a.b"])),
    fileURLToPath: on(url, () => new URL("file:///a/b")),
    pathToFileURL: on(url, value("/a/b")),
    format: on(url, () => ({ host: "a", query: { b: ["c"] } })),
    resolve: on(url, value("/a"), value("b")),
    parse: on(url, value("http://a/b")),
  },
  worker_threads: {
    receiveMessageOnPort: on(threads, () => {
      const { port1, port2 } = new threads.MessageChannel();
      port1.postMessage({ a: bytes() });
      setTimeout(() => port1.close(), 1);
      return port2;
    }),
  },
  "util/types": others("util/types", {}, () => on(types, bytes)),
};
