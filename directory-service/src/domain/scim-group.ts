import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Attributes } from "./attributes.ts";

/** A SCIM group as its client sees it, without its members. Deleted ones stay as tombstones. */
export const ScimGroupEntity = defineEntity({
  name: "ScimGroup",
  tableName: "scim_group",
  properties: {
    accountId: p.text().primary(),
    id: p.uuid().primary(),
    version: p.bigint("number"),
    displayNameKey: p.text(),
    externalId: p.text().nullable(),
    attributes: p.json<Attributes>(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
    provisionTime: p.datetime(),
    deleteTime: p.datetime().nullable(),
  },
});

/** A row: a SCIM group. */
export type ScimGroupEntity = InferEntity<typeof ScimGroupEntity>;

/** One member of a SCIM group. `memberType` is rollcall.directory.v1.MemberType. */
export const ScimGroupMemberEntity = defineEntity({
  name: "ScimGroupMember",
  tableName: "scim_group_member",
  properties: {
    accountId: p.text().primary(),
    groupId: p.uuid().primary(),
    memberId: p.uuid().primary(),
    memberType: p.smallint().$type<1 | 2>(),
    createTime: p.datetime(),
  },
});

/** A row: a membership. */
export type ScimGroupMemberEntity = InferEntity<typeof ScimGroupMemberEntity>;
