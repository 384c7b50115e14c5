/** Base64 (RFC 4648, section 4), into buffers of the caller. */
const alphabet = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const values = new Uint8Array(128);
for (let i = 0; i < alphabet.length; i++) values[alphabet[i]] = i;
const padding = 61;

/** Returns how many codes there are. */
export function writeBase64(bytes: Uint8Array, length: number, codes: Uint8Array): number {
  let at = 0;
  for (let i = 0; i < length; i += 3) {
    const second = i + 1 < length ? bytes[i + 1] : 0;
    const third = i + 2 < length ? bytes[i + 2] : 0;
    const group = (bytes[i] << 16) | (second << 8) | third;
    codes[at++] = alphabet[group >> 18];
    codes[at++] = alphabet[(group >> 12) & 63];
    codes[at++] = i + 1 < length ? alphabet[(group >> 6) & 63] : padding;
    codes[at++] = i + 2 < length ? alphabet[group & 63] : padding;
  }
  return at;
}

/** Returns how many bytes there are. */
export function readBase64(text: string, bytes: Uint8Array): number {
  const missing = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  let at = 0;
  for (let i = 0; i < text.length; i += 4) {
    let group = 0;
    for (let k = 0; k < 4; k++) group = (group << 6) | values[text.charCodeAt(i + k)];
    bytes[at++] = group >> 16;
    bytes[at++] = group >> 8;
    bytes[at++] = group;
  }
  return (text.length / 4) * 3 - missing;
}
