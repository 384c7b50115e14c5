/** The frame that begins at `start`, with zeros where the signal has ended. */
export function frameAt(signal: Float32Array, start: number, length: number): Float32Array {
  const frame = new Float32Array(length);
  const end = Math.min(start + length, signal.length);
  for (let i = start; i < end; i++) frame[i - start] = signal[i];
  return frame;
}

export function meanSquare(frame: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) sum += frame[i] * frame[i];
  return sum / frame.length;
}
