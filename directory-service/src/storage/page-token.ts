import { createHmac, timingSafeEqual } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { Database } from "@rollcall/runtime/database";
import { StatusError } from "@rollcall/runtime/status";

/** Makes and reads page tokens: opaque to callers, unforgeable, and good for one query of one account only. */
export interface PageTokens {
  /** `scope` is what the token is bound to: account, kind of record, filter. */
  seal(scope: readonly string[], cursor: string): string;
  /** The cursor. Throws INVALID_ARGUMENT (PAGE_TOKEN_INVALID) for a token of another scope or none of ours. */
  open(scope: readonly string[], token: string): string;
}

const MAC_BYTES = 16;

/** Page tokens under a key that all replicas share. */
export function createPageTokens(key: Buffer): PageTokens {
  const macOf = (scope: readonly string[], cursor: string) =>
    createHmac("sha256", key)
      .update(JSON.stringify([...scope, cursor]))
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    seal: (scope, cursor) => Buffer.concat([macOf(scope, cursor), Buffer.from(cursor)]).toString("base64url"),
    open(scope, token) {
      const bytes = Buffer.from(token, "base64url");
      const cursor = bytes.subarray(MAC_BYTES).toString();
      if (bytes.length <= MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(scope, cursor)))
        throw new StatusError(
          status.INVALID_ARGUMENT,
          "PAGE_TOKEN_INVALID",
          "The page token is not one that this query gave.",
        );
      return cursor;
    },
  };
}

/** The key that the database has held since its first migration. */
export async function readSigningKey(db: Database): Promise<Buffer> {
  const { rows } = await db.pool.query<{ key: Buffer }>("select key from signing_key where id = 1");
  const [row] = rows;
  if (!row) throw new Error("The database has no key to sign page tokens with.");
  return row.key;
}
