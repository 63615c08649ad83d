import { isDeepStrictEqual } from "node:util";
import {
  type Connection,
  ConnectionProfile,
  ConnectionProvider,
  type ConnectionServiceService,
  CreateConflictPolicy,
  PutPolicy,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { type FieldViolation, fieldInvalid } from "@rollcall/runtime/status";
import { ConnectionEntity } from "../domain/connection.ts";
import { BRAKE_NAMES, type BrakeName, brakeViolations, storedBrake } from "../domain/connection-brake.ts";
import { LIMIT_NAMES, type LimitName, limitViolations, storedLimits } from "../domain/connection-limits.ts";
import { accountNotFound } from "../storage/accounts.ts";
import { lockConnection, toConnection } from "../storage/connections.ts";
import type { Context } from "./context.ts";
import { listRequests, recordRequests } from "./requests.ts";
import { maskedFields } from "./update-mask.ts";
import { checkVersion } from "./versions.ts";

/** Handlers of rollcall.directory.v1.ConnectionService. */
export function connectionHandlers(context: Context): Handlers<ConnectionServiceService> {
  const { db } = context;
  return {
    async getConnection(_, { caller: { accountId } }) {
      const connection = await db.em().findOne(ConnectionEntity, { accountId });
      if (!connection) throw accountNotFound();
      return toConnection(connection);
    },

    async updateConnection({ connection: given, updateMask }, { caller: { accountId } }) {
      if (!given) throw fieldInvalid([{ field: "connection", description: "must be given." }]);
      const fields = maskedFields(updateMask, FIELDS);
      checkFields(given, fields);
      return transaction(db, async (tx) => {
        const connection = await lockConnection(tx, accountId);
        checkVersion(connection.version, given.version === 0 ? [] : [given.version]);
        const next = changedSettings(connection, given, fields);
        const differs = Object.entries(next).some(
          ([key, value]) => !isDeepStrictEqual(connection[key as keyof ConnectionEntity], value),
        );
        if (differs) tx.assign(connection, { ...next, version: connection.version + 1, updateTime: new Date() });
        await tx.flush();
        return toConnection(connection);
      });
    },

    listRequests: (request, { caller }) => listRequests(context, caller.accountId, request),
    recordRequests: (request) => recordRequests(context, request),
  };
}

const CHOICES = {
  provider: { key: "provider", values: ConnectionProvider },
  profile: { key: "profile", values: ConnectionProfile },
  put_policy: { key: "putPolicy", values: PutPolicy },
  create_conflict_policy: { key: "createConflictPolicy", values: CreateConflictPolicy },
} as const;

type Choice = keyof typeof CHOICES;
type Field = Choice | "limits" | `limits.${LimitName}` | "brake" | `brake.${BrakeName}`;

const FIELDS: Field[] = [
  ...(Object.keys(CHOICES) as Choice[]),
  "limits",
  ...LIMIT_NAMES.map((name) => `limits.${name}` as const),
  "brake",
  ...BRAKE_NAMES.map((name) => `brake.${name}` as const),
];

function checkFields(given: Connection, fields: readonly Field[]): void {
  const violations = fields.filter(isChoice).flatMap((field): FieldViolation[] => {
    const { key, values } = CHOICES[field];
    if (given[key] !== 0 && Object.values<number>(values).includes(given[key])) return [];
    return [{ field: `connection.${field}`, description: "must be one of the contract's values." }];
  });
  violations.push(...limitViolations(given.limits, limitsOf(fields)));
  violations.push(...brakeViolations(given.brake, brakeOf(fields)));
  if (violations.length > 0) throw fieldInvalid(violations);
}

function changedSettings(connection: ConnectionEntity, given: Connection, fields: readonly Field[]) {
  const choices = fields.filter(isChoice).map((field) => [CHOICES[field].key, given[CHOICES[field].key]]);
  const limits = storedLimits(connection.limits, given.limits, limitsOf(fields));
  const brake = storedBrake(connection.brake, given.brake, brakeOf(fields));
  return { ...(Object.fromEntries(choices) as Partial<ConnectionEntity>), limits, brake };
}

function isChoice(field: Field): field is Choice {
  return field in CHOICES;
}

function limitsOf(fields: readonly Field[]): LimitName[] {
  return LIMIT_NAMES.filter((name) => fields.includes("limits") || fields.includes(`limits.${name}`));
}

function brakeOf(fields: readonly Field[]): BrakeName[] {
  return BRAKE_NAMES.filter((name) => fields.includes("brake") || fields.includes(`brake.${name}`));
}
