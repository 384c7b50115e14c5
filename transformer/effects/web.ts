/**
 * Effects of what the web's standards add, much of it in Node too: `console`, text encoding, `crypto`, messages,
 * bodies of requests, storage.
 *
 * What a specification passes on asynchronously (streams, WebSocket) has no row.
 */
import type { Effect } from "../ir/effect.js";
import { calls, each, gives, makes, reads, type Table } from "./rows.js";

/**
 * `console` formats before it returns (Console standard 2.2; Node: `util.format`) and keeps nothing. A debugger that
 * is attached may show an object's later contents; that is no part of the program.
 */
const consoleMembers = each(
  `assert count countReset debug dir dirxml error group groupCollapsed groupEnd info log table time timeEnd timeLog
  trace warn`,
  (name) => reads(`Console standard 1 console.${name}`),
);

const textEncoderMembers: Table = {
  encode: gives("Encoding standard 7.4 TextEncoder encode", { kind: "fresh-buffer", type: "Uint8Array" }),
  encodeInto: gives("Encoding standard 7.4 TextEncoder encodeInto", {
    kind: "fresh-object",
    from: "nothing",
  }),
};
const textDecoderMembers: Table = {
  decode: reads("Encoding standard 7.2 TextDecoder decode: pushes a copy of the input's bytes"),
};

export const cryptoMembers: Table = {
  getRandomValues: gives("Web Cryptography 10.1.1 getRandomValues: returns its argument", {
    kind: "argument",
    index: 0,
  }),
  randomUUID: reads("Web Cryptography 10.1.2 randomUUID"),
};
/**
 * The algorithm is normalized before the call returns, which copies the bytes in it (18.4.4 step 10); those that come
 * as an argument are copied too. `wrapKey` and its kind take no bytes, or take them to keys of unknown kinds: no rows.
 */
export const subtleCryptoMembers: Table = each("decrypt digest encrypt importKey sign verify", (name) =>
  makes(`Web Cryptography 14.3 ${name}: gets a copy of the bytes before it returns`),
);

/** Messages are serialized before `postMessage` returns; what is to be transferred comes second. */
export const postMessage: Effect = {
  ...reads("HTML 9.4.3 postMessage: StructuredSerializeWithTransfer"),
  arguments: ["borrowed"],
  rest: "escaped",
};

/** A mark's detail is serialized; but it comes inside an object, with times that are looked up later. */
const timing = (name: string): Effect => ({
  ...makes(`User Timing 3 performance.${name}`),
  arguments: ["borrowed"],
  rest: "escaped",
});
export const performanceMembers: Table = {
  now: reads("High Resolution Time 4 performance.now"),
  ...each("mark measure", timing),
};

const entries = (clause: string): Table => ({
  forEach: calls(clause, ["primitive", "primitive", "receiver"], { kind: "primitive" }),
});

export const webMembers: Readonly<Record<string, Table>> = {
  Console: consoleMembers,
  TextEncoder: textEncoderMembers,
  TextDecoder: textDecoderMembers,
  "util.TextEncoder": textEncoderMembers,
  "util.TextDecoder": textDecoderMembers,
  Performance: performanceMembers,
  Crypto: cryptoMembers,
  SubtleCrypto: subtleCryptoMembers,
  MessagePort: { postMessage },
  BroadcastChannel: { postMessage: { ...postMessage, rest: "borrowed" } },
  Worker: { postMessage },
  ServiceWorker: { postMessage },
  Client: { postMessage },
  DedicatedWorkerGlobalScope: { postMessage },
  Window: { postMessage },
  Navigator: { sendBeacon: reads("Beacon 3.1 sendBeacon: extracts the body") },
  XMLHttpRequest: { send: reads("XMLHttpRequest 3.5.6 send: extracts the body") },
  IDBObjectStore: each("add put", (name) => makes(`Indexed Database 3.0 4.5 ${name}: stores a clone`)),
  IDBCursor: { update: makes("Indexed Database 3.0 4.8 update: stores a clone") },
  Headers: entries("Fetch standard 5.1 Headers"),
  URLSearchParams: entries("URL standard 6.2 URLSearchParams"),
  "url.URLSearchParams": entries("URL standard 6.2 URLSearchParams"),
  URLConstructor: each("canParse", (name) => reads(`URL standard 6.1 URL.${name}`)),
  ResponseConstructor: { json: makes("Fetch standard 5.5 Response.json: serializes its data") },
};

const copiesParts = (name: string): Effect =>
  makes(`File API 3.1, 4.1 ${name}: processing parts copies their bytes`);
/** A body that is a stream, or (in Node) an object with an asynchronous iterator, is read later: see `bodies.ts`. */
const extractsBody = (name: string, body: NonNullable<Effect["body"]>): Effect => ({
  ...makes(`Fetch standard 5.2 ${name}: extracting a body copies its bytes`),
  body,
});
/** `fetch(input, options)`, and `new Request(input, options)`. */
export const requests = (name: string): Effect => extractsBody(name, { argument: 1, isProperty: true });

/** `new X(…)` of what the library declares as a variable with a construct signature. */
export const webConstructors: Table = {
  ...each("Blob File", copiesParts),
  ...each("TextEncoder TextDecoder", (name) => makes(`Encoding standard 7 new ${name}`)),
  Request: requests("Request"),
  Response: extractsBody("Response", { argument: 0, isProperty: false }),
  Headers: makes("Fetch standard 5.1 new Headers"),
  ...each("URL URLSearchParams", (name) => makes(`URL standard 6 new ${name}`)),
};
