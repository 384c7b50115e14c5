/** Histogram equalisation of each tile of a picture, in scratch that is made once. */
import { accumulate, histogram } from "./histogram.js";

export interface GreyPicture {
  width: number;
  height: number;
  data: Uint8Array;
}

let pixels = new Uint8Array(0);
const counts = new Uint32Array(256);
const table = new Uint8Array(256);

function crop({ data, width }: GreyPicture, left: number, top: number, size: number): void {
  if (pixels.length !== size * size) pixels = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) pixels[y * size + x] = data[(top + y) * width + left + x];
  }
}

/** Leaves in `table` what each grey value becomes, so that all are about as frequent. */
function setEqualisation(): void {
  histogram(pixels, counts);
  accumulate(counts);
  for (let i = 0; i < 256; i++) table[i] = (255 * counts[i]) / pixels.length;
}

export function equaliseTiles(picture: GreyPicture, size: number): GreyPicture {
  const { width, height } = picture;
  const data = new Uint8Array(width * height);
  for (let top = 0; top + size <= height; top += size) {
    for (let left = 0; left + size <= width; left += size) {
      crop(picture, left, top, size);
      setEqualisation();
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) data[(top + y) * width + left + x] = table[pixels[y * size + x]];
      }
    }
  }
  return { width, height, data };
}
