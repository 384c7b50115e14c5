/** Texts to UTF-8 and Base64 and back, with a checksum, in scratch that grows as needed. */
import { readBase64, writeBase64 } from "./base64.js";

export interface Sealed {
  body: string;
  checksum: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const latin1 = new TextDecoder("latin1");
let bytes = new Uint8Array(0);
let codes = new Uint8Array(0);

/** Room for a text of so many UTF-16 units, and for its codes. */
function makeRoom(units: number): void {
  if (bytes.length >= 3 * units) return;
  bytes = new Uint8Array(3 * units);
  codes = new Uint8Array(4 * units);
}

/** Adler-32. */
function checksumOf(length: number): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < length; i++) {
    a = (a + bytes[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

export function seal(text: string): Sealed {
  makeRoom(text.length);
  const { written } = encoder.encodeInto(text, bytes);
  const end = writeBase64(bytes, written, codes);
  return { body: latin1.decode(codes.subarray(0, end)), checksum: checksumOf(written) };
}

export function open({ body, checksum }: Sealed): string {
  makeRoom(body.length);
  const length = readBase64(body, bytes);
  if (checksumOf(length) !== checksum) throw new Error("The message was changed");
  return decoder.decode(bytes.subarray(0, length));
}

/** The bodies of all messages, and how many arrive unchanged. */
export function exchange(messages: string[]): { bodies: string[]; unchanged: number } {
  const bodies: string[] = [];
  let unchanged = 0;
  for (const message of messages) {
    const sealed = seal(message);
    if (open(sealed) === message) unchanged++;
    bodies.push(sealed.body);
  }
  return { bodies, unchanged };
}
