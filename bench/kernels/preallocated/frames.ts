/** Fills `frame` with what begins at `start`, and with zeros where the signal has ended. */
export function readFrame(signal: Float32Array, start: number, frame: Float32Array): void {
  const end = Math.min(start + frame.length, signal.length);
  for (let i = start; i < end; i++) frame[i - start] = signal[i];
  if (end < start + frame.length) frame.fill(0, end - start);
}

export function meanSquare(frame: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) sum += frame[i] * frame[i];
  return sum / frame.length;
}
