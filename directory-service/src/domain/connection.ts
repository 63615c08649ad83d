import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { StoredBrake } from "./connection-brake.ts";
import type { StoredLimits } from "./connection-limits.ts";

/** An account's SCIM settings. The numbers are those of rollcall.directory.v1. */
export const ConnectionEntity = defineEntity({
  name: "Connection",
  tableName: "connection",
  properties: {
    accountId: p.text().primary(),
    version: p.bigint("number"),
    provider: p.smallint().$type<1 | 2 | 3 | 4 | 5>(),
    profile: p.smallint().$type<1 | 2>(),
    putPolicy: p.smallint().$type<1 | 2>(),
    createConflictPolicy: p.smallint().$type<1 | 2>(),
    limits: p.json<StoredLimits>(),
    brake: p.json<StoredBrake>(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
  },
});

/** A row: a connection. */
export type ConnectionEntity = InferEntity<typeof ConnectionEntity>;
