/** Clusters of points, by Lloyd's iteration. */
export interface Clusters {
  centroids: Float64Array;
  labels: Uint8Array;
}

/** The squared distances of a point to all centroids. */
function distances(point: Float64Array, centroids: Float64Array): Float64Array {
  const dimensions = point.length;
  const result = new Float64Array(centroids.length / dimensions);
  for (let k = 0; k < result.length; k++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += (point[d] - centroids[k * dimensions + d]) ** 2;
    result[k] = sum;
  }
  return result;
}

function indexOfLeast(values: Float64Array): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[least]) least = i;
  return least;
}

/** Labels each point with its nearest centroid. */
function assign(points: Float64Array, centroids: Float64Array, dimensions: number): Uint8Array {
  const labels = new Uint8Array(points.length / dimensions);
  for (let i = 0; i < labels.length; i++) {
    const point = points.subarray(i * dimensions, (i + 1) * dimensions);
    labels[i] = indexOfLeast(distances(point, centroids));
  }
  return labels;
}

/** The mean of each cluster; a cluster without points stays where it was. */
function means(points: Float64Array, labels: Uint8Array, before: Float64Array, dimensions: number) {
  const sums = new Float64Array(before.length);
  const counts = new Uint32Array(before.length / dimensions);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    counts[label]++;
    for (let d = 0; d < dimensions; d++) sums[label * dimensions + d] += points[i * dimensions + d];
  }
  return sums.map((sum, i) => {
    const count = counts[Math.floor(i / dimensions)];
    return count === 0 ? before[i] : sum / count;
  });
}

export function cluster(points: Float64Array, start: Float64Array, dimensions: number): Clusters {
  let centroids = start.slice();
  for (let round = 0; round < 5; round++) {
    const labels = assign(points, centroids, dimensions);
    centroids = means(points, labels, centroids, dimensions);
  }
  return { centroids, labels: assign(points, centroids, dimensions) };
}
