/** Histogram equalisation of each tile of a picture. */
import { cumulative, histogram } from "./histogram.js";

export interface GreyPicture {
  width: number;
  height: number;
  data: Uint8Array;
}

function crop({ data, width }: GreyPicture, left: number, top: number, size: number): Uint8Array {
  const pixels = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) pixels[y * size + x] = data[(top + y) * width + left + x];
  }
  return pixels;
}

/** What each grey value becomes, so that all are about as frequent. */
function equalisation(pixels: Uint8Array): Uint8Array {
  const sums = cumulative(histogram(pixels));
  const table = new Uint8Array(256);
  for (let i = 0; i < 256; i++) table[i] = (255 * sums[i]) / pixels.length;
  return table;
}

export function equaliseTiles(picture: GreyPicture, size: number): GreyPicture {
  const { width, height } = picture;
  const data = new Uint8Array(width * height);
  for (let top = 0; top + size <= height; top += size) {
    for (let left = 0; left + size <= width; left += size) {
      const pixels = crop(picture, left, top, size);
      const table = equalisation(pixels);
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) data[(top + y) * width + left + x] = table[pixels[y * size + x]];
      }
    }
  }
  return { width, height, data };
}
