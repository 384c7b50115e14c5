/** Executions of the functions of Node's `crypto`. */
import * as crypto from "node:crypto";
import { expect } from "vitest";
import { bytes, call, type Examples, each, value } from "./examples-language.js";
import { type Example, scribble } from "./trial.js";

const on = (module: object, ...args: (() => unknown)[]): Example => call(value(module), ...args);
const key = (): Uint8Array => bytes(16);
/** In storage of its own: small Buffers share a slab. */
const owned = (data: Uint8Array): Uint8Array => new Uint8Array(data);
const textBytes = (text: string): Buffer => Buffer.from(new TextEncoder().encode(text).buffer);

const rsa = crypto.generateKeyPairSync("rsa", { modulusLength: 1024 });
const pem = { type: "pkcs8", format: "pem" } as const;
const ec = crypto.generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const privatePem = (): Buffer => textBytes(ec.privateKey.export(pem) as string);
const publicPem = (): Buffer => textBytes(ec.publicKey.export({ type: "spki", format: "pem" }) as string);
const signature = (): Uint8Array => owned(crypto.sign("sha256", bytes(), ec.privateKey));
const prime = (): ArrayBuffer => crypto.generatePrimeSync(64, { safe: true });
const diffieHellman = (): crypto.DiffieHellman => {
  const made = crypto.getDiffieHellman("modp5") as crypto.DiffieHellman;
  made.generateKeys();
  return made;
};

/** Ciphers that authenticate, by mode. */
function authenticated(): Record<string, Examples> {
  const modes = {
    CCM: "aes-128-ccm",
    ChaCha20Poly1305: "chacha20-poly1305",
    GCM: "aes-128-gcm",
    OCB: "aes-128-ocb",
  };
  return Object.fromEntries(
    Object.entries(modes).flatMap(([mode, name]) => {
      const options = { authTagLength: 16 } as never;
      const secret = (): Uint8Array => bytes(mode === "ChaCha20Poly1305" ? 32 : 16);
      const cipher = (): crypto.CipherGCM =>
        crypto.createCipheriv(name, secret(), bytes(12), options) as crypto.CipherGCM;
      const decipher = (): crypto.DecipherGCM =>
        crypto.createDecipheriv(name, secret(), bytes(12), options) as crypto.DecipherGCM;
      const finished = (): crypto.CipherGCM => {
        const made = cipher();
        made.update(bytes());
        made.final();
        return made;
      };
      const plaintext = (): object => ({ plaintextLength: 16 });
      return [
        [`crypto.Cipher${mode}`, { setAAD: call(cipher, bytes, plaintext), getAuthTag: call(finished) }],
        [
          `crypto.Decipher${mode}`,
          {
            setAAD: call(
              () => (mode === "CCM" ? decipher().setAuthTag(bytes()) : decipher()),
              bytes,
              plaintext,
            ),
            setAuthTag: call(decipher, bytes),
          },
        ],
      ];
    }),
  );
}

export const nodeCryptoExamples: Readonly<Record<string, Examples>> = {
  crypto: {
    timingSafeEqual: on(crypto, bytes, bytes),
    ...each("getHashes getCiphers getCurves randomUUID", () => on(crypto)),
    randomInt: on(crypto, value(5)),
    ...each("randomFillSync getRandomValues", () => on(crypto, () => bytes())),
    ...each("createHash", () => on(crypto, value("sha256"))),
    createHmac: keyedMade(
      () => ["sha256", key()],
      (made: crypto.Hmac) => made.update("x").digest("hex"),
    ),
    ...each("createCipheriv createDecipheriv", () =>
      keyedMade(
        () => ["aes-128-ctr", key(), key()],
        (made: crypto.Cipheriv) => made.update("text", "utf8", "hex"),
      ),
    ),
    createSecretKey: keyedMade(
      () => [key()],
      (made: crypto.KeyObject) => made.export().toString("hex"),
    ),
    hash: on(crypto, value("sha256"), bytes),
    pbkdf2Sync: on(crypto, bytes, bytes, value(1), value(64), value("sha256")),
    scryptSync: on(crypto, bytes, bytes, value(64), () => ({ N: 16 })),
    checkPrimeSync: on(crypto, () => new Uint8Array([7])),
    ...each("randomBytes pseudoRandomBytes", () => on(crypto, value(32))),
    ...each("createSign createVerify", () => on(crypto, value("sha256"))),
    ...each("createPrivateKey createPublicKey", (name) => [
      keyed(
        name,
        () => [privatePem()],
        (made) => made.asymmetricKeyDetails?.namedCurve,
      ),
      keyed(
        name,
        () => [{ key: privatePem(), format: "pem" }],
        (made) => made.asymmetricKeyDetails?.namedCurve,
      ),
    ]),
    createECDH: on(crypto, value("prime256v1")),
    createDiffieHellman: on(crypto, prime, value(2)),
    getDiffieHellman: on(crypto, value("modp1")),
    generateKeySync: on(crypto, value("hmac"), () => ({ length: 64 })),
    generatePrimeSync: on(crypto, value(32), () => ({ safe: false })),
    ...each("publicEncrypt privateEncrypt", (name) =>
      on(crypto, value(name === "publicEncrypt" ? rsa.publicKey : rsa.privateKey), bytes),
    ),
    privateDecrypt: on(crypto, value(rsa.privateKey), () =>
      owned(crypto.publicEncrypt(rsa.publicKey, bytes())),
    ),
    publicDecrypt: on(crypto, value(rsa.publicKey), () =>
      owned(crypto.privateEncrypt(rsa.privateKey, bytes())),
    ),
    sign: on(crypto, value("sha256"), bytes, privatePem),
    verify: on(crypto, value("sha256"), bytes, () => ({ key: publicPem() }), signature),
    hkdfSync: on(crypto, value("sha256"), bytes, bytes, bytes, value(64)),
  },
  "crypto.Hash": {
    update: call(() => crypto.createHash("sha256"), bytes),
    digest: call(() => crypto.createHash("sha256")),
    copy: call(() => crypto.createHash("sha256")),
  },
  "crypto.Hmac": {
    update: call(() => crypto.createHmac("sha256", "k"), bytes),
    digest: call(() => crypto.createHmac("sha256", "k")),
  },
  "crypto.Cipheriv": {
    update: call(() => crypto.createCipheriv("aes-128-ctr", key(), key()), bytes),
    final: call(() => crypto.createCipheriv("aes-128-cbc", key(), key())),
    setAutoPadding: call(() => crypto.createCipheriv("aes-128-cbc", key(), key())),
  },
  "crypto.Decipheriv": {
    update: call(() => crypto.createDecipheriv("aes-128-ctr", key(), key()), bytes),
    final: call(() => crypto.createDecipheriv("aes-128-ctr", key(), key())),
    setAutoPadding: call(() => crypto.createDecipheriv("aes-128-ctr", key(), key())),
  },
  ...authenticated(),
  "crypto.Sign": {
    update: call(() => crypto.createSign("sha256"), bytes),
    sign: call(() => crypto.createSign("sha256").update("x"), privatePem),
  },
  "crypto.Verify": {
    update: call(() => crypto.createVerify("sha256"), bytes),
    verify: call(() => crypto.createVerify("sha256").update(bytes()), publicPem, signature),
  },
  "crypto.ECDH": {
    generateKeys: call(() => crypto.createECDH("prime256v1")),
    computeSecret: call(
      () => {
        const made = crypto.createECDH("prime256v1");
        made.generateKeys();
        return made;
      },
      () => owned(crypto.createECDH("prime256v1").generateKeys()),
    ),
    setPrivateKey: call(
      () => crypto.createECDH("prime256v1"),
      () => bytes(32),
    ),
  },
  "crypto.DiffieHellman": {
    generateKeys: call(diffieHellman),
    computeSecret: call(diffieHellman, () => owned(diffieHellman().getPublicKey())),
    ...each("setPrivateKey setPublicKey", () =>
      call(
        () => crypto.createDiffieHellman(diffieHellman().getPrime()),
        () => bytes(8),
      ),
    ),
  },
  "crypto.KeyObject": {
    export: call(
      () => crypto.createSecretKey(key()),
      () => ({ format: "buffer" }),
    ),
    equals: call(
      () => crypto.createSecretKey(key()),
      () => crypto.createSecretKey(key()),
    ),
  },
};

/** What is made from bytes by `name` behaves the same when these change. */
function keyed(name: string, args: () => unknown[], use: (made: crypto.KeyObject) => unknown): Example {
  return () => {
    const given = args();
    const make = (crypto as unknown as Record<string, (...args: unknown[]) => crypto.KeyObject>)[name];
    const expected = make && use(make(...args()));
    return {
      on: crypto,
      args: given,
      check: (made: crypto.KeyObject) => {
        scribble([...given, ...given.flatMap((each) => Object.values(each as object))]);
        expect(use(made)).toBe(expected);
      },
    };
  };
}

/** What is made from bytes behaves the same when these change. */
function keyedMade<T>(args: () => unknown[], use: (made: T) => string): Example {
  return () => {
    const given = args();
    const name =
      given.length === 1 ? "createSecretKey" : given.length === 2 ? "createHmac" : "createCipheriv";
    const make = (crypto as unknown as Record<string, (...args: unknown[]) => T>)[name];
    const expected = make && use(make(...args()));
    return {
      on: crypto,
      args: given,
      check: (made: T) => {
        scribble(given);
        expect(use(made)).toBe(expected);
      },
    };
  };
}
