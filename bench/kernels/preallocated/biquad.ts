/** A cascade of biquad filters over the frames of a signal, in scratch that is made once. */
import { meanSquare, readFrame } from "./frames.js";

export interface Section {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

let frame = new Float32Array(0);
let filtered = new Float32Array(0);
let states: Float64Array[] = [];

function filter(input: Float32Array, section: Section, state: Float64Array, output: Float32Array): void {
  const { b0, b1, b2, a1, a2 } = section;
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
}

/** How loud each frame is after all filters. */
export function loudness(signal: Float32Array, sections: Section[], frameLength: number): Float64Array {
  if (frame.length !== frameLength) {
    frame = new Float32Array(frameLength);
    filtered = new Float32Array(frameLength);
  }
  if (states.length !== sections.length) states = sections.map(() => new Float64Array(2));
  for (const state of states) state.fill(0);
  const result = new Float64Array(Math.ceil(signal.length / frameLength));
  for (let k = 0; k < result.length; k++) {
    readFrame(signal, k * frameLength, frame);
    for (let i = 0; i < sections.length; i++) {
      filter(frame, sections[i], states[i], filtered);
      [frame, filtered] = [filtered, frame];
    }
    result[k] = Math.sqrt(meanSquare(frame));
  }
  return result;
}
