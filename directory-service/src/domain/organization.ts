import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** What people belong to. `nameKey` is the folded name. */
export const OrganizationEntity = defineEntity({
  name: "Organization",
  tableName: "organization",
  properties: {
    accountId: p.text().primary(),
    id: p.uuid().primary(),
    version: p.bigint("number"),
    name: p.text(),
    nameKey: p.text(),
    disabled: p.boolean(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
  },
});

/** A row: an organization. */
export type OrganizationEntity = InferEntity<typeof OrganizationEntity>;
