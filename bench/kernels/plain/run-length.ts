/** PackBits, the run-length code of TIFF pictures, row by row. */
import { concatenate } from "./concatenate.js";

/** How many bytes from `start` on are alike, 128 at most. */
function runAt(bytes: Uint8Array, start: number): number {
  let end = start + 1;
  while (end < bytes.length && end - start < 128 && bytes[end] === bytes[start]) end++;
  return end - start;
}

function packRow(row: Uint8Array): Uint8Array {
  const packed = new Uint8Array(row.length + Math.ceil(row.length / 128));
  let length = 0;
  for (let at = 0; at < row.length; ) {
    const run = runAt(row, at);
    if (run >= 3) {
      packed[length++] = 257 - run;
      packed[length++] = row[at];
      at += run;
      continue;
    }
    const from = at;
    while (at < row.length && at - from < 128 && runAt(row, at) < 3) at++;
    packed[length++] = at - from - 1;
    for (let i = from; i < at; i++) packed[length++] = row[i];
  }
  return packed.slice(0, length);
}

export function pack(picture: Uint8Array, width: number): Uint8Array {
  const rows: Uint8Array[] = [];
  for (let start = 0; start < picture.length; start += width) {
    rows.push(packRow(picture.subarray(start, start + width)));
  }
  return concatenate(rows);
}
