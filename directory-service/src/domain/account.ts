import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** A tenant. `organizationId` is its own organization, which people fall back to. */
export const AccountEntity = defineEntity({
  name: "Account",
  tableName: "account",
  properties: {
    accountId: p.text().primary(),
    version: p.bigint("number"),
    displayName: p.text(),
    /** rollcall.directory.v1.AccountEnvironment. */
    environment: p.smallint().$type<1 | 2>(),
    productionAccountId: p.text().nullable(),
    organizationId: p.uuid(),
    locale: p.text(),
    timeZone: p.text(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
  },
});

/** A row: an account. */
export type AccountEntity = InferEntity<typeof AccountEntity>;
