import { createCipheriv, createHmac, timingSafeEqual } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { Database } from "@rollcall/runtime/database";
import { StatusError } from "@rollcall/runtime/status";

/**
 * Makes and reads page tokens: unforgeable, good for one query of one account
 * only and for 24 hours, and sealed, since a place in a list can be somebody's
 * name, and tokens travel in URLs.
 */
export interface PageTokens {
  /** `scope` is what the token is bound to: account, kind of record, filter, order. */
  seal(scope: readonly string[], cursor: string): string;
  /**
   * The cursor. Throws INVALID_ARGUMENT: PAGE_TOKEN_INVALID for a token of
   * another scope or none of ours, PAGE_TOKEN_EXPIRED for an old one (RFC 9865
   * section 2.1 tells them apart).
   */
  open(scope: readonly string[], token: string): string;
}

const MAC_BYTES = 16;
const LIFETIME_MS = 24 * 3_600_000;

/**
 * Page tokens under a key that all replicas share. The MAC of what is sealed is
 * also the vector that it is encrypted with (the construction of RFC 5297), so
 * that no two contents are ever encrypted alike.
 */
export function createPageTokens(key: Buffer, { now = Date.now }: { now?: () => number } = {}): PageTokens {
  const encryptionKey = createHmac("sha256", key).update("page token encryption").digest();
  const macOf = (scope: readonly string[], content: string) =>
    createHmac("sha256", key)
      .update(JSON.stringify([...scope, content]))
      .digest()
      .subarray(0, MAC_BYTES);
  // In counter mode, encrypting and decrypting are one.
  const crypt = (mac: Buffer, bytes: Buffer) => createCipheriv("aes-256-ctr", encryptionKey, mac).update(bytes);
  return {
    seal(scope, cursor) {
      const content = `${now()} ${cursor}`;
      const mac = macOf(scope, content);
      return Buffer.concat([mac, crypt(mac, Buffer.from(content))]).toString("base64url");
    },
    open(scope, token) {
      const bytes = Buffer.from(token, "base64url");
      if (bytes.length <= MAC_BYTES || bytes.toString("base64url") !== token) throw invalid();
      const mac = bytes.subarray(0, MAC_BYTES);
      const content = crypt(mac, bytes.subarray(MAC_BYTES)).toString();
      if (!timingSafeEqual(mac, macOf(scope, content))) throw invalid();
      const space = content.indexOf(" ");
      if (now() - Number(content.slice(0, space)) > LIFETIME_MS) throw expired();
      return content.slice(space + 1);
    },
  };
}

function invalid(): StatusError {
  return new StatusError(
    status.INVALID_ARGUMENT,
    "PAGE_TOKEN_INVALID",
    "The page token is not one that this query gave.",
  );
}

function expired(): StatusError {
  return new StatusError(
    status.INVALID_ARGUMENT,
    "PAGE_TOKEN_EXPIRED",
    "The page token is more than 24 hours old. Start again without one.",
  );
}

/** The key that the database has held since its first migration. */
export async function readSigningKey(db: Database): Promise<Buffer> {
  const { rows } = await db.pool.query<{ key: Buffer }>("select key from signing_key where id = 1");
  const [row] = rows;
  if (!row) throw new Error("The database has no key to sign page tokens with.");
  return row.key;
}
