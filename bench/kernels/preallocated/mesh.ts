/** The normals of a mesh's vertices, with vectors that are made once. */
import { cross, length, scale, subtract } from "./vector.js";

export interface Mesh {
  /** Three coordinates for each vertex. */
  positions: Float64Array;
  /** Three indices of vertices for each triangle. */
  triangles: Uint32Array;
}

const origin = new Float64Array(3);
const first = new Float64Array(3);
const second = new Float64Array(3);
const normal = new Float64Array(3);

function readVertex(positions: Float64Array, index: number, result: Float64Array): void {
  result[0] = positions[3 * index];
  result[1] = positions[3 * index + 1];
  result[2] = positions[3 * index + 2];
}

/** Leaves the normal of a triangle in `normal`, as long as the triangle is large. */
function setTriangleNormal(positions: Float64Array, i: number, j: number, k: number): void {
  readVertex(positions, i, origin);
  readVertex(positions, j, first);
  readVertex(positions, k, second);
  subtract(first, origin, first);
  subtract(second, origin, second);
  cross(first, second, normal);
}

export function vertexNormals({ positions, triangles }: Mesh): Float64Array {
  const normals = new Float64Array(positions.length);
  for (let t = 0; t < triangles.length; t += 3) {
    setTriangleNormal(positions, triangles[t], triangles[t + 1], triangles[t + 2]);
    for (let corner = 0; corner < 3; corner++) {
      const at = 3 * triangles[t + corner];
      for (let d = 0; d < 3; d++) normals[at + d] += normal[d];
    }
  }
  for (let i = 0; i < normals.length / 3; i++) {
    readVertex(normals, i, normal);
    scale(normal, 1 / length(normal), normal);
    for (let d = 0; d < 3; d++) normals[3 * i + d] = normal[d];
  }
  return normals;
}
