import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** An account's SCIM settings. The numbers are those of rollcall.directory.v1. */
export const ConnectionEntity = defineEntity({
  name: "Connection",
  tableName: "connection",
  properties: {
    accountId: p.text().primary(),
    version: p.bigint("number"),
    provider: p.smallint().$type<1 | 2 | 3 | 4 | 5>(),
    putPolicy: p.smallint().$type<1 | 2>(),
    createConflictPolicy: p.smallint().$type<1 | 2>(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
  },
});

/** A row: a connection. */
export type ConnectionEntity = InferEntity<typeof ConnectionEntity>;
