import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const PREFIX = "rct_";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_BYTES = 32;
// The fewest base62 digits that hold 256 bits, and 32 bits.
const RANDOM_DIGITS = 43;
const CHECKSUM_DIGITS = 6;
const CHECKSUM_START = PREFIX.length + RANDOM_DIGITS;

const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_DIGITS + CHECKSUM_DIGITS}}$`);

/**
 * A fresh token: `rct_`, 256 random bits in 43 base62 characters, then the
 * CRC-32 of all that in 6. Prefix and checksum let secret scanners find leaked
 * tokens and let a server refuse a mistyped one without asking anybody.
 */
export function generateToken(): string {
  const random = BigInt(`0x${randomBytes(RANDOM_BYTES).toString("hex")}`);
  const body = PREFIX + base62(random, RANDOM_DIGITS);
  return body + base62(BigInt(crc32(body)), CHECKSUM_DIGITS);
}

/** Whether a string has a token's form and checksum. Says nothing of whether the token exists. */
export function isWellFormedToken(text: string): boolean {
  return FORM.test(text) && checksumIn(text) === crc32(text.slice(0, CHECKSUM_START));
}

/** SHA-256 of a token: what one service passes to another in its place. 32 bytes. */
export function digestOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/**
 * SHA-256 of a digest: what the database and every verifier keep. It finds a
 * token, but whoever reads it can neither call with it nor derive the digest.
 */
export function fingerprintOf(digest: Uint8Array): Buffer {
  return hash("sha256", digest, "buffer");
}

/** The last four characters, by which an owner tells tokens apart. */
export function lastFour(secret: string): string {
  return secret.slice(-4);
}

function base62(value: bigint, digits: number): string {
  let text = "";
  for (let rest = value; text.length < digits; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text;
  return text;
}

function checksumIn(text: string): number {
  let value = 0;
  for (let index = CHECKSUM_START; index < text.length; index++) value = value * 62 + digitOf(text.charCodeAt(index));
  return value;
}

/** The value of an ASCII letter or digit in ALPHABET's order. */
function digitOf(code: number): number {
  if (code <= 57) return code - 48;
  return code <= 90 ? code - 55 : code - 61;
}
