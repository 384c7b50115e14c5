/**
 * Effects of what browsers have for pictures and sound: canvas, `ImageData`, WebGL, WebGPU, WebCodecs, Web Audio.
 * None of it is executed here: each row rests on its specification, which copies before the call returns.
 */
import type { Effect } from "../ir/effect.js";
import { describes, each, gives, makes, reads, type Table } from "./rows.js";

const vectors = (sizes: string, kinds: string, prefix: string): string =>
  sizes
    .split(" ")
    .flatMap((size) => kinds.split(" ").map((kind) => `${prefix}${size}${kind}`))
    .join(" ");

const webgl = (name: string): Effect => reads(`WebGL 1.0 5.14: ${name} copies before it returns`);
const webgl2 = (name: string): Effect => reads(`WebGL 2.0 3.7: ${name} copies before it returns`);
const overloadNames = `bufferData bufferSubData compressedTexImage2D compressedTexSubImage2D readPixels texImage2D
  texSubImage2D ${vectors("1 2 3 4", "fv iv", "uniform")} ${vectors("2 3 4", "fv", "uniformMatrix")}`;
const webgl2Names = `clearBufferfv clearBufferiv clearBufferuiv compressedTexImage3D compressedTexSubImage3D drawBuffers
  getBufferSubData invalidateFramebuffer invalidateSubFramebuffer texImage3D texSubImage3D transformFeedbackVaryings
  ${vectors("1 2 3 4", "uiv", "uniform")} ${vectors("2x3 2x4 3x2 3x4 4x2 4x3", "fv", "uniformMatrix")}
  vertexAttribI4iv vertexAttribI4uiv`;
const multiDraw = `multiDrawArraysInstancedWEBGL multiDrawArraysWEBGL multiDrawElementsInstancedWEBGL
  multiDrawElementsWEBGL`;

const webAudio = (name: string): string => `Web Audio 1.1 ${name}`;
const frequencyResponse: Table = {
  getFrequencyResponse: reads(webAudio("getFrequencyResponse: writes into its arguments")),
};
const copiesTo = (name: string): Table => ({
  copyTo: reads(`WebCodecs ${name}.copyTo: done when it returns`),
});

export const graphicsMembers: Readonly<Record<string, Table>> = {
  CanvasImageData: {
    putImageData: reads("HTML 4.12.5.1.16 putImageData: copies pixels"),
    ...each("createImageData getImageData", (name) => makes(`HTML 4.12.5.1.16 ${name}: pixels of its own`)),
  },
  CanvasPathDrawingStyles: { setLineDash: reads("HTML 4.12.5.1.2 setLineDash: copies the list") },
  CanvasPath: { roundRect: reads("HTML 4.12.5.1.6 roundRect: reads the radii") },
  WebGLRenderingContextOverloads: each(overloadNames, webgl),
  WebGL2RenderingContextOverloads: each(overloadNames, webgl2),
  WebGLRenderingContextBase: each(vectors("1 2 3 4", "fv", "vertexAttrib"), webgl),
  WebGL2RenderingContextBase: {
    ...each(webgl2Names, webgl2),
    getUniformIndices: describes("WebGL 2.0 3.7.16 getUniformIndices"),
    getActiveUniforms: makes("WebGL 2.0 3.7.16 getActiveUniforms"),
  },
  WEBGL_multi_draw: each(multiDraw, (name) => reads(`WEBGL_multi_draw ${name}: draws before it returns`)),
  GPUQueue: {
    ...each("writeBuffer writeTexture", (name) =>
      reads(`WebGPU 19.2 GPUQueue.${name}: gets a copy of the bytes before it returns`),
    ),
    submit: reads("WebGPU 19.2 GPUQueue.submit: takes the command buffers out of the list"),
  },
  GPUBindingCommandsMixin: { setBindGroup: reads("WebGPU 14.1 setBindGroup: a copy of dynamicOffsetsData") },
  AudioBuffer: each("copyFromChannel copyToChannel", (name) => reads(webAudio(`1.4.3 AudioBuffer.${name}`))),
  AnalyserNode: each(
    "getByteFrequencyData getByteTimeDomainData getFloatFrequencyData getFloatTimeDomainData",
    (name) => reads(webAudio(`1.8.3 AnalyserNode.${name}: writes into its argument`)),
  ),
  AudioParam: {
    setValueCurveAtTime: gives(webAudio("1.6.3 setValueCurveAtTime: an internal copy of the curve"), {
      kind: "receiver",
    }),
  },
  BiquadFilterNode: frequencyResponse,
  IIRFilterNode: frequencyResponse,
  BaseAudioContext: {
    createPeriodicWave: makes(webAudio("1.1.2 createPeriodicWave: real and imag are copied")),
    createIIRFilter: makes(webAudio("1.1.2 createIIRFilter: converts both to sequences")),
  },
  AudioData: copiesTo("AudioData"),
  EncodedAudioChunk: copiesTo("EncodedAudioChunk"),
  EncodedVideoChunk: copiesTo("EncodedVideoChunk"),
};

export const graphicsConstructors: Table = {
  // `.data` is the array that was given. Pixels of its own are found nowhere else.
  ImageData: {
    ...gives("HTML 8.11.1 ImageData(data, …): data is its array", {
      kind: "fresh-object",
      from: "arguments",
    }),
    arguments: ["stored-in-result"],
  },
};
