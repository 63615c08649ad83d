import type {
  Connection,
  CreateConflictPolicy,
  PutPolicy,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { ConnectionEntity } from "../domain/connection.ts";
import { accountNotFound } from "./accounts.ts";
import type { Run, Statement } from "./statement.ts";

/** What an account's connection says about writes. */
export interface Policies {
  putPolicy: PutPolicy;
  createConflictPolicy: CreateConflictPolicy;
}

/** Throws NOT_FOUND (ACCOUNT_NOT_FOUND) where the token's account does not exist here. */
export async function readPolicies(run: Run, accountId: string): Promise<Policies> {
  const [row] = await run<Policies & Record<string, unknown>>(READ, [accountId]);
  if (!row) throw accountNotFound();
  return row;
}

const READ: Statement = {
  name: "read_connection_policies",
  text: `select put_policy as "putPolicy", create_conflict_policy as "createConflictPolicy" from connection where account_id = $1`,
};

/** An entity as a message. */
export function toConnection(connection: ConnectionEntity): Connection {
  return {
    version: connection.version,
    createTime: connection.createTime,
    updateTime: connection.updateTime,
    provider: connection.provider,
    putPolicy: connection.putPolicy,
    createConflictPolicy: connection.createConflictPolicy,
  };
}
