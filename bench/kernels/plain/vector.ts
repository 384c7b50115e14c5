/** Vectors of three elements. */
export function vector(x: number, y: number, z: number): Float64Array {
  const result = new Float64Array(3);
  result[0] = x;
  result[1] = y;
  result[2] = z;
  return result;
}

export function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return vector(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

export function cross(a: Float64Array, b: Float64Array): Float64Array {
  return vector(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
}

export function scale(a: Float64Array, factor: number): Float64Array {
  return vector(a[0] * factor, a[1] * factor, a[2] * factor);
}

export function length(a: Float64Array): number {
  return Math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
}
