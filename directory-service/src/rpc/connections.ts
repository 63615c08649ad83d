import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import {
  type Connection,
  ConnectionProvider,
  type ConnectionServiceService,
  CreateConflictPolicy,
  PutPolicy,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid } from "@rollcall/runtime/status";
import { ConnectionEntity } from "../domain/connection.ts";
import { accountNotFound } from "../storage/accounts.ts";
import { toConnection } from "../storage/connections.ts";
import type { Context } from "./context.ts";
import { maskedFields } from "./update-mask.ts";
import { checkVersion } from "./versions.ts";

/** Handlers of rollcall.directory.v1.ConnectionService. */
export function connectionHandlers({ db }: Context): Handlers<ConnectionServiceService> {
  return {
    async getConnection(_, { caller }) {
      return toConnection(await findConnection(db.em(), caller.accountId));
    },

    async updateConnection({ connection: given, updateMask }, { caller: { accountId } }) {
      if (!given) throw fieldInvalid([{ field: "connection", description: "must be given." }]);
      const next = changedFields(given, updateMask);
      return transaction(db, async (tx) => {
        const connection = await findConnection(tx, accountId, LockMode.PESSIMISTIC_WRITE);
        checkVersion(connection.version, given.version === 0 ? [] : [given.version]);
        const differs = Object.entries(next).some(
          ([key, value]) => connection[key as keyof ConnectionEntity] !== value,
        );
        if (differs) tx.assign(connection, { ...next, version: connection.version + 1, updateTime: new Date() });
        await tx.flush();
        return toConnection(connection);
      });
    },
  };
}

const FIELDS = {
  provider: { key: "provider", values: ConnectionProvider },
  put_policy: { key: "putPolicy", values: PutPolicy },
  create_conflict_policy: { key: "createConflictPolicy", values: CreateConflictPolicy },
} as const;

type Settings = Partial<Pick<ConnectionEntity, "provider" | "putPolicy" | "createConflictPolicy">>;

function changedFields(given: Connection, updateMask: string[] | undefined): Settings {
  const fields = maskedFields(updateMask, Object.keys(FIELDS) as (keyof typeof FIELDS)[]);
  const unknown = fields.filter((field) => !isKnown(given[FIELDS[field].key], FIELDS[field].values));
  if (unknown.length > 0)
    throw fieldInvalid(
      unknown.map((field) => ({ field: `connection.${field}`, description: "must be one of the contract's values." })),
    );
  return Object.fromEntries(fields.map((field) => [FIELDS[field].key, given[FIELDS[field].key]]));
}

function isKnown(value: number, values: Record<string, number>): boolean {
  return value !== 0 && Object.values(values).includes(value);
}

async function findConnection(em: SqlEntityManager, accountId: string, lockMode?: LockMode): Promise<ConnectionEntity> {
  const connection = await em.findOne(ConnectionEntity, { accountId }, lockMode === undefined ? {} : { lockMode });
  if (!connection) throw accountNotFound();
  return connection;
}
