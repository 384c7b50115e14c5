/** PackBits, the run-length code of TIFF pictures, into scratch that grows as needed. */
let packed = new Uint8Array(0);

/** How many bytes from `start` to `end` are alike, 128 at most. */
function runAt(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && at - start < 128 && bytes[at] === bytes[start]) at++;
  return at - start;
}

/** Packs a row into `packed` from `length` on, and returns where it ends there. */
function packRow(bytes: Uint8Array, start: number, end: number, length: number): number {
  let at = start;
  while (at < end) {
    const run = runAt(bytes, at, end);
    if (run >= 3) {
      packed[length++] = 257 - run;
      packed[length++] = bytes[at];
      at += run;
      continue;
    }
    const from = at;
    while (at < end && at - from < 128 && runAt(bytes, at, end) < 3) at++;
    packed[length++] = at - from - 1;
    for (let i = from; i < at; i++) packed[length++] = bytes[i];
  }
  return length;
}

export function pack(picture: Uint8Array, width: number): Uint8Array {
  const most = Math.ceil(picture.length / width) * (width + Math.ceil(width / 128));
  if (packed.length < most) packed = new Uint8Array(most);
  let length = 0;
  for (let start = 0; start < picture.length; start += width) {
    length = packRow(picture, start, Math.min(start + width, picture.length), length);
  }
  return packed.slice(0, length);
}
