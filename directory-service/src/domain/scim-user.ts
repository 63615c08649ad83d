import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Attributes } from "./attributes.ts";

/** A SCIM user as its client sees it, with the columns that it is looked up by. Deleted ones stay as tombstones. */
export const ScimUserEntity = defineEntity({
  name: "ScimUser",
  tableName: "scim_user",
  properties: {
    accountId: p.text().primary(),
    id: p.uuid().primary(),
    version: p.bigint("number"),
    userNameKey: p.text(),
    externalId: p.text().nullable(),
    displayNameKey: p.text().nullable(),
    organizationKey: p.text().nullable(),
    managerRef: p.text().nullable(),
    active: p.boolean().nullable(),
    attributes: p.json<Attributes>(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
    provisionTime: p.datetime(),
    deleteTime: p.datetime().nullable(),
  },
});

/** A row: a SCIM user. */
export type ScimUserEntity = InferEntity<typeof ScimUserEntity>;
