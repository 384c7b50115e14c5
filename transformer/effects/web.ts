/**
 * Effects of what browsers add, much of it in Node too: `console`, text encoding, `crypto`, messages, WebGL, WebGPU,
 * canvas, Web Audio.
 *
 * What a specification passes on asynchronously (streams, `fetch` and WebSocket bodies, `decodeAudioData`) has no
 * row, nor what keeps its argument's storage (`new ImageData(data, …)` shows it as `.data`).
 */
import type { Effect } from "../ir/effect.js";
import { describes, each, gives, makes, reads, type Table } from "./rows.js";

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
  encodeInto: describes("Encoding standard 7.4 TextEncoder encodeInto"),
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
/** Encrypting, signing and importing keys copy too, but take their other bytes inside objects: no rows. */
export const subtleCryptoMembers: Table = {
  digest: makes("Web Cryptography 14.3.5 digest, step 2: gets a copy of the bytes before it returns"),
};

/** Messages are serialized before `postMessage` returns; what is to be transferred comes second. */
export const postMessage: Effect = {
  ...reads("HTML 9.4.3 postMessage: StructuredSerializeWithTransfer"),
  arguments: ["borrowed"],
  rest: "escaped",
};

const vectors = (sizes: string, kinds: string, prefix: string): string =>
  sizes
    .split(" ")
    .flatMap((size) => kinds.split(" ").map((kind) => `${prefix}${size}${kind}`))
    .join(" ");

const webgl = (name: string): Effect => reads(`WebGL 1.0 5.14: ${name} copies before it returns`);
const webgl2 = (name: string): Effect => reads(`WebGL 2.0 3.7: ${name} copies before it returns`);
const overloadNames = `bufferData bufferSubData compressedTexImage2D compressedTexSubImage2D readPixels texImage2D
  texSubImage2D ${vectors("1 2 3 4", "fv iv", "uniform")} ${vectors("2 3 4", "fv", "uniformMatrix")}`;
const webgl2Names = `clearBufferfv clearBufferiv clearBufferuiv compressedTexImage3D compressedTexSubImage3D
  getBufferSubData texImage3D texSubImage3D ${vectors("1 2 3 4", "uiv", "uniform")}
  ${vectors("2x3 2x4 3x2 3x4 4x2 4x3", "fv", "uniformMatrix")} vertexAttribI4iv vertexAttribI4uiv`;

export const webMembers: Readonly<Record<string, Table>> = {
  Console: consoleMembers,
  TextEncoder: textEncoderMembers,
  TextDecoder: textDecoderMembers,
  "util.TextEncoder": textEncoderMembers,
  "util.TextDecoder": textDecoderMembers,
  Performance: { now: reads("High Resolution Time 4 performance.now") },
  Crypto: cryptoMembers,
  SubtleCrypto: subtleCryptoMembers,
  MessagePort: { postMessage },
  BroadcastChannel: { postMessage: { ...postMessage, rest: "borrowed" } },
  Worker: { postMessage },
  DedicatedWorkerGlobalScope: { postMessage },
  CanvasImageData: { putImageData: reads("HTML 4.12.5.1.16 putImageData: copies pixels") },
  WebGLRenderingContextOverloads: each(overloadNames, webgl),
  WebGL2RenderingContextOverloads: each(overloadNames, webgl2),
  WebGLRenderingContextBase: each(vectors("1 2 3 4", "fv", "vertexAttrib"), webgl),
  WebGL2RenderingContextBase: each(webgl2Names, webgl2),
  GPUQueue: each("writeBuffer writeTexture", (name) =>
    reads(`WebGPU 19.2 GPUQueue.${name}: gets a copy of the bytes before it returns`),
  ),
  AudioBuffer: each("copyFromChannel copyToChannel", (name) => reads(`Web Audio 1.4.3 AudioBuffer.${name}`)),
  AnalyserNode: each(
    "getByteFrequencyData getByteTimeDomainData getFloatFrequencyData getFloatTimeDomainData",
    (name) => reads(`Web Audio 1.8.3 AnalyserNode.${name}: writes into its argument`),
  ),
};

const copiesParts = (name: string): Effect =>
  makes(`File API 3.1, 4.1 ${name}: processing parts copies their bytes`);

/** `new X(…)` of what the library declares as a variable with a construct signature. */
export const webConstructors: Table = {
  ...each("Blob File", copiesParts),
  ...each("TextEncoder TextDecoder", (name) => makes(`Encoding standard 7 new ${name}`)),
};
