import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type {
  Brake,
  Connection,
  CreateConflictPolicy,
  PutPolicy,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ConnectionEntity } from "../domain/connection.ts";
import { effectiveBrake, type StoredBrake } from "../domain/connection-brake.ts";
import { effectiveLimits } from "../domain/connection-limits.ts";
import { accountNotFound } from "./accounts.ts";
import type { Run, Statement } from "./statement.ts";

/**
 * An account's connection, for the length of a transaction nobody else's to
 * change. Throws NOT_FOUND (ACCOUNT_NOT_FOUND) where there is none.
 */
export async function lockConnection(tx: SqlEntityManager, accountId: string): Promise<ConnectionEntity> {
  const connection = await tx.findOne(ConnectionEntity, { accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!connection) throw accountNotFound();
  return connection;
}

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

/** The brake's settings that are in force. An account without a connection, as none should be, has the defaults. */
export async function readBrake(run: Run, accountId: string): Promise<Brake> {
  const [row] = await run<{ brake: StoredBrake }>(READ_BRAKE, [accountId]);
  return effectiveBrake(row?.brake ?? {});
}

const READ_BRAKE: Statement = {
  name: "read_connection_brake",
  text: "select brake from connection where account_id = $1",
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
    profile: connection.profile,
    limits: effectiveLimits(connection.limits),
    brake: effectiveBrake(connection.brake),
  };
}
