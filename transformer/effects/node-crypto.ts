/**
 * Effects of Node's `crypto`, where it is done when it returns. What is a stream too keeps its options; forms with a
 * callback have no row.
 */
import type { Effect } from "../ir/effect.js";
import { describes, each, gives, makes, reads, type Table } from "./rows.js";
import { cryptoMembers, subtleCryptoMembers } from "./web.js";

const node = (name: string): string => `Node API crypto.${name}`;
/** Keeps the options, which come after `given` arguments. */
const streaming = (name: string, given: number): Effect => ({
  ...makes(node(`${name}: copies keys and vectors, keeps its options`)),
  arguments: Array<"borrowed">(given).fill("borrowed"),
  rest: "escaped",
});
const withoutCallback = (row: Effect, index: number): Effect => ({ ...row, absent: [index] });
const updates = (type: string): Effect => gives(node(`${type}.update`), { kind: "receiver" });

const cryptoModule: Table = {
  ...each("getHashes getCiphers getCurves", (name) => describes(node(name))),
  ...each("timingSafeEqual randomUUID checkPrimeSync", (name) => reads(node(name))),
  randomInt: withoutCallback(reads(node("randomInt")), 2),
  randomFillSync: gives(node("randomFillSync: returns its argument"), { kind: "argument", index: 0 }),
  getRandomValues: cryptoMembers.getRandomValues as Effect,
  ...each("randomBytes pseudoRandomBytes", (name) => withoutCallback(makes(node(name)), 1)),
  ...each("createHash createSign createVerify", (name) => streaming(name, 1)),
  createHmac: streaming("createHmac", 2),
  ...each("createCipheriv createDecipheriv", (name) => streaming(name, 3)),
  ...each(
    "createSecretKey createPrivateKey createPublicKey createECDH createDiffieHellman getDiffieHellman",
    (name) => makes(node(`${name}: copies`)),
  ),
  ...each("hash pbkdf2Sync scryptSync generateKeySync generatePrimeSync", (name) => makes(node(name))),
  hkdfSync: gives(node("hkdfSync: new storage of its length"), { kind: "fresh-buffer", type: "ArrayBuffer" }),
  ...each("publicEncrypt publicDecrypt privateEncrypt privateDecrypt", (name) => makes(node(name))),
  sign: withoutCallback(makes(node("sign")), 3),
  verify: withoutCallback(reads(node("verify")), 4),
};

/** A tag and authenticated data, with the type of the mode. */
const authenticated = (verb: "Cipher" | "Decipher"): Record<string, Table> => {
  const table: Table = {
    setAAD: gives(node(`${verb.toLowerCase()}.setAAD`), { kind: "receiver" }),
    ...(verb === "Decipher"
      ? { setAuthTag: gives(node("decipher.setAuthTag: copies"), { kind: "receiver" as const }) }
      : { getAuthTag: makes(node("cipher.getAuthTag")) }),
  };
  return Object.fromEntries(
    ["CCM", "ChaCha20Poly1305", "GCM", "OCB"].map((mode) => [`crypto.${verb}${mode}`, table]),
  );
};

const exchange = (type: string): Table => ({
  ...each("computeSecret generateKeys", (name) => makes(node(`${type}.${name}`))),
  setPrivateKey: gives(node(`${type}.setPrivateKey: copies, returns itself`), { kind: "receiver" }),
});

export const nodeCryptoMembers: Readonly<Record<string, Table>> = {
  crypto: cryptoModule,
  "crypto.Hash": {
    update: updates("hash"),
    digest: makes(node("hash.digest")),
    copy: { ...makes(node("hash.copy")), rest: "escaped" },
  },
  "crypto.Hmac": { update: updates("hmac"), digest: makes(node("hmac.digest")) },
  ...Object.fromEntries(
    ["Cipheriv", "Decipheriv"].map((type) => [
      `crypto.${type}`,
      {
        ...each("update final", (name) => makes(node(`${type.slice(0, -2).toLowerCase()}.${name}`))),
        setAutoPadding: gives(node(`${type}.setAutoPadding`), { kind: "receiver" }),
      },
    ]),
  ),
  ...authenticated("Cipher"),
  ...authenticated("Decipher"),
  "crypto.Sign": { update: updates("sign"), sign: makes(node("sign.sign")) },
  "crypto.Verify": { update: updates("verify"), verify: reads(node("verify.verify")) },
  "crypto.ECDH": exchange("ecdh"),
  "crypto.DiffieHellman": {
    ...exchange("diffieHellman"),
    setPublicKey: gives(node("diffieHellman.setPublicKey: copies, returns itself"), { kind: "receiver" }),
  },
  "crypto.KeyObject": { export: makes(node("keyObject.export")), equals: reads(node("keyObject.equals")) },
  "crypto.webcrypto.Crypto": cryptoMembers,
  "crypto.webcrypto.SubtleCrypto": subtleCryptoMembers,
};
