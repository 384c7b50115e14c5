/** The normals of a mesh's vertices: the mean of those of the triangles around each. */
import { cross, length, scale, subtract, vector } from "./vector.js";

export interface Mesh {
  /** Three coordinates for each vertex. */
  positions: Float64Array;
  /** Three indices of vertices for each triangle. */
  triangles: Uint32Array;
}

function vertexAt(positions: Float64Array, index: number): Float64Array {
  return vector(positions[3 * index], positions[3 * index + 1], positions[3 * index + 2]);
}

/** As long as the triangle is large. */
function triangleNormal(positions: Float64Array, i: number, j: number, k: number): Float64Array {
  const origin = vertexAt(positions, i);
  const first = subtract(vertexAt(positions, j), origin);
  const second = subtract(vertexAt(positions, k), origin);
  return cross(first, second);
}

export function vertexNormals({ positions, triangles }: Mesh): Float64Array {
  const normals = new Float64Array(positions.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const normal = triangleNormal(positions, triangles[t], triangles[t + 1], triangles[t + 2]);
    for (let corner = 0; corner < 3; corner++) {
      const at = 3 * triangles[t + corner];
      for (let d = 0; d < 3; d++) normals[at + d] += normal[d];
    }
  }
  for (let i = 0; i < normals.length / 3; i++) {
    const sum = vertexAt(normals, i);
    normals.set(scale(sum, 1 / length(sum)), 3 * i);
  }
  return normals;
}
