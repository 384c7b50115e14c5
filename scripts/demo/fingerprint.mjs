import { createHash } from "node:crypto";

/**
 * A hash of every number in a result, bit for bit (all NaNs count as one: which of their bit patterns a
 * computation gives depends on the engine's optimiser), and of the result's shape.
 *
 * @param {unknown} result
 * @returns {string}
 */
export function fingerprint(result) {
  const hash = createHash("sha256");
  add(hash, result);
  return hash.digest("hex");
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {unknown} value
 */
function add(hash, value) {
  if (typeof value === "number") addNumbers(hash, [value]);
  else if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength}:`);
    addNumbers(hash, /** @type {Float64Array} */ (value));
  } else if (Array.isArray(value)) {
    hash.update(`array ${value.length}:`);
    if (value.every((element) => typeof element === "number")) addNumbers(hash, value);
    else for (const element of value) add(hash, element);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, field] of Object.entries(value)) {
      hash.update(`${key}=`);
      add(hash, field);
    }
  } else hash.update(`${typeof value} ${String(value)};`);
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {ArrayLike<number>} numbers
 */
function addNumbers(hash, numbers) {
  const copy = new Float64Array(numbers.length);
  for (let i = 0; i < copy.length; i++) {
    const number = /** @type {number} */ (numbers[i]);
    copy[i] = Number.isNaN(number) ? Number.NaN : number;
  }
  hash.update(new Uint8Array(copy.buffer));
}
