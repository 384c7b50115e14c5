/** The least that `--fail-under` asks for. */

/** A share of all sites in percent, or a number of sites, that are freed or are no allocation any more. */
export interface LeastFreed {
  readonly unit: "percent" | "sites";
  readonly least: number;
}

/**
 * Reads `freed=80%` or `freed=120`.
 *
 * @returns `null` where the text is neither
 *
 * @example
 * parseLeastFreed("freed=80%"); // { unit: "percent", least: 80 }
 */
export function parseLeastFreed(text: string): LeastFreed | null {
  const [, number, percent] = /^freed=(\d+(?:\.\d+)?)(%?)$/.exec(text.replace(/\s/g, "")) ?? [];
  if (number === undefined) return null;
  const least = Number(number);
  if (percent === "%") return least <= 100 ? { unit: "percent", least } : null;
  return Number.isSafeInteger(least) ? { unit: "sites", least } : null;
}
