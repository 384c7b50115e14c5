/** A cascade of biquad filters over the frames of a signal. */
import { frameAt, meanSquare } from "./frames.js";

export interface Section {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

function filter(input: Float32Array, section: Section, state: Float64Array): Float32Array {
  const { b0, b1, b2, a1, a2 } = section;
  const output = new Float32Array(input.length);
  let z1 = state[0];
  let z2 = state[1];
  for (let i = 0; i < input.length; i++) {
    const x = input[i];
    const y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b2 * x - a2 * y;
    output[i] = y;
  }
  state[0] = z1;
  state[1] = z2;
  return output;
}

/** How loud each frame is after all filters. */
export function loudness(signal: Float32Array, sections: Section[], frameLength: number): Float64Array {
  const states = sections.map(() => new Float64Array(2));
  const result = new Float64Array(Math.ceil(signal.length / frameLength));
  for (let k = 0; k < result.length; k++) {
    let frame = frameAt(signal, k * frameLength, frameLength);
    for (let i = 0; i < sections.length; i++) frame = filter(frame, sections[i], states[i]);
    result[k] = Math.sqrt(meanSquare(frame));
  }
  return result;
}
