/** Texts to UTF-8 and Base64 and back, with a checksum. */
import { fromBase64, toBase64 } from "./base64.js";

export interface Sealed {
  body: string;
  checksum: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Adler-32. */
function checksumOf(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < bytes.length; i++) {
    a = (a + bytes[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

export function seal(text: string): Sealed {
  const bytes = encoder.encode(text);
  return { body: toBase64(bytes), checksum: checksumOf(bytes) };
}

export function open({ body, checksum }: Sealed): string {
  const bytes = fromBase64(body);
  if (checksumOf(bytes) !== checksum) throw new Error("The message was changed");
  return decoder.decode(bytes);
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
