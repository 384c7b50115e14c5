/** Executions of what the web's standards add, as far as Node has it. */
import { Console } from "node:console";
import * as nodeCrypto from "node:crypto";
import * as fs from "node:fs";
import * as threads from "node:worker_threads";
import { expect } from "vitest";
import { holder, others } from "./examples-globals.js";
import { bytes, call, type Examples, each, value } from "./examples-language.js";
import { type Example, scribble } from "./trial.js";

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
  const digest = nodeCrypto.createHash("sha256").update(data).digest("hex");
  return {
    on: shared(globalThis.crypto.subtle),
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
/** Objects that the examples share. */
const shared = <T>(constant: T): T => value(constant)();
const signing = shared({ name: "HMAC", hash: "SHA-256" });
const key = shared(await crypto.subtle.importKey("raw", bytes(32), signing, false, ["sign", "verify"]));
const counter = (): object => ({ name: "AES-CTR", counter: bytes(16), length: 64 });
const secret = shared(
  await crypto.subtle.importKey("raw", bytes(16), "AES-CTR", false, ["encrypt", "decrypt"]),
);
/** The answer is that to what the arguments were at the time of the call. */
const unchanged =
  (name: "encrypt" | "decrypt" | "sign" | "verify", args: () => unknown[]): Example =>
  () => {
    const { subtle } = globalThis.crypto;
    const given = args();
    const run = subtle[name] as (...args: unknown[]) => Promise<ArrayBuffer | boolean>;
    const expected = run.apply(subtle, args());
    return {
      on: shared(subtle),
      args: given,
      check: async (result: Promise<ArrayBuffer | boolean>) => {
        scribble([...given, ...given.flatMap((each) => Object.values(each as object))]);
        expect(await result).toEqual(await expected);
      },
    };
  };
const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(100_000)));
const imported: Example = () => {
  const raw = bytes(32);
  return {
    on: shared(globalThis.crypto.subtle),
    args: ["raw", raw, signing, false, ["sign"]],
    check: async (result: Promise<CryptoKey>) => {
      scribble([raw]);
      expect(new Uint8Array(await crypto.subtle.sign("HMAC", await result, bytes(100_000)))).toEqual(signed);
    },
  };
};
const subtle: Examples = {
  digest: changed,
  importKey: imported,
  sign: unchanged("sign", () => ["HMAC", key, bytes(100_000)]),
  verify: unchanged("verify", () => ["HMAC", key, signed.slice(), bytes(100_000)]),
  ...each("encrypt decrypt", (name) =>
    unchanged(name as "encrypt", () => [counter(), secret, bytes(100_000)]),
  ),
};
/** A body's bytes were copied. */
const body =
  (args: (body: Uint8Array) => unknown[]): Example =>
  () => {
    const data = bytes(1000);
    const before = data.slice();
    return {
      on: null,
      args: args(data),
      check: async (result: Response) => {
        scribble([data]);
        expect(new Uint8Array(await result.arrayBuffer())).toEqual(before);
      },
    };
  };
const measured: Examples = {
  now: call(value(performance)),
  mark: call(
    value(performance),
    () => ["a mark"],
    () => ({ detail: bytes() }),
  ),
  measure: call(value(performance), value("a measure"), () => ({ start: 0, end: 1, detail: bytes() })),
};
const pairs = (on: () => unknown): Examples => ({
  forEach: (trial) => ({ on: on(), args: [trial.callback(() => 1)] }),
});
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
  Performance: measured,
  Crypto: cryptoObject,
  SubtleCrypto: subtle,
  "crypto.webcrypto.Crypto": cryptoObject,
  "crypto.webcrypto.SubtleCrypto": subtle,
  "perf_hooks.Performance": measured,
  Headers: pairs(() => new Headers({ a: "b" })),
  URLSearchParams: pairs(() => new URLSearchParams("a=b")),
  "url.URLSearchParams": pairs(() => new URLSearchParams("a=b")),
  URLConstructor: {
    canParse: call(
      value(URL),
      () => ["http://a"],
      () => ["http://b"],
    ),
  },
  ResponseConstructor: {
    json: (trial) => ({ on: Response, args: [{ a: [1, bytes(), trial.element()] }, { status: 201 }] }),
  },
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
  Response: [body((data) => [data]), body((data) => [data.buffer, { headers: { a: "b" } }])],
  Request: body((data) => ["http://a", { method: "POST", body: data, headers: [["a", "b"]] }]),
  Headers: [call(value(null), () => ({ a: "b" })), call(value(null), () => [["a", "b"]])],
  URL: call(
    value(null),
    () => ["http://a/b"],
    () => ["http://c"],
  ),
  URLSearchParams: [call(value(null), () => ({ a: "b" })), call(value(null), () => [["a", "b"]])],
};
