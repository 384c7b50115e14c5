/**
 * `freeEach`: what compiled code calls where a container dies that owns the buffers in it.
 *
 * Idea: a container may hold the same buffer twice; it is freed once.
 *
 * Invariants:
 * - S2: no element is freed twice by one call.
 * - S4: reads nothing but the container's iterator, which for an Array, a Map or a Set runs none of the user's code.
 *
 * Example:
 * ```ts
 * freeEach(rows); // frees rows[0], rows[1], …
 * freeEach(planes, (plane) => unsafeFree(plane.data));
 * ```
 */
import { unsafeFree } from "./free.js";

export function freeEach<T>(
  container: Iterable<T> | null | undefined,
  free: (element: T) => void = unsafeFree,
): void {
  if (container) for (const element of new Set(container)) free(element);
}
