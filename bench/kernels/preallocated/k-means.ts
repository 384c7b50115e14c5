/** Clusters of points, by Lloyd's iteration, in scratch that is made once. */
export interface Clusters {
  centroids: Float64Array;
  labels: Uint8Array;
}

let nearness = new Float64Array(0);
let sums = new Float64Array(0);
let counts = new Uint32Array(0);

/** Fills `nearness` with the squared distances of the point at `at` to all centroids. */
function measure(points: Float64Array, at: number, centroids: Float64Array, dimensions: number): void {
  for (let k = 0; k < nearness.length; k++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += (points[at + d] - centroids[k * dimensions + d]) ** 2;
    nearness[k] = sum;
  }
}

function indexOfLeast(values: Float64Array): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[least]) least = i;
  return least;
}

/** Labels each point with its nearest centroid. */
function assign(points: Float64Array, centroids: Float64Array, dimensions: number, labels: Uint8Array): void {
  for (let i = 0; i < labels.length; i++) {
    measure(points, i * dimensions, centroids, dimensions);
    labels[i] = indexOfLeast(nearness);
  }
}

/** Moves each centroid to the mean of its cluster; one without points stays where it was. */
function moveToMeans(points: Float64Array, labels: Uint8Array, centroids: Float64Array, dimensions: number) {
  sums.fill(0);
  counts.fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    counts[label]++;
    for (let d = 0; d < dimensions; d++) sums[label * dimensions + d] += points[i * dimensions + d];
  }
  for (let i = 0; i < sums.length; i++) {
    const count = counts[Math.floor(i / dimensions)];
    if (count > 0) centroids[i] = sums[i] / count;
  }
}

export function cluster(points: Float64Array, start: Float64Array, dimensions: number): Clusters {
  if (sums.length !== start.length || nearness.length !== start.length / dimensions) {
    sums = new Float64Array(start.length);
    nearness = new Float64Array(start.length / dimensions);
    counts = new Uint32Array(start.length / dimensions);
  }
  const centroids = start.slice();
  const labels = new Uint8Array(points.length / dimensions);
  for (let round = 0; round < 5; round++) {
    assign(points, centroids, dimensions, labels);
    moveToMeans(points, labels, centroids, dimensions);
  }
  assign(points, centroids, dimensions, labels);
  return { centroids, labels };
}
