import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** Records and changes of an account and kind, counted by the database in slots. */
export const ScimRecordCountEntity = defineEntity({
  name: "ScimRecordCount",
  tableName: "scim_record_count",
  properties: {
    accountId: p.text().primary(),
    kind: p.smallint().primary(),
    slot: p.smallint().primary(),
    records: p.bigint("number"),
    changes: p.bigint("number"),
  },
});

/** A row: a slot of counts. */
export type ScimRecordCountEntity = InferEntity<typeof ScimRecordCountEntity>;

/** Where the mapping of a SCIM user stands. `outcome` is rollcall.directory.v1.ExecutionOutcome. */
export const ScimUserMappingEntity = defineEntity({
  name: "ScimUserMapping",
  tableName: "scim_user_mapping",
  properties: {
    accountId: p.text().primary(),
    scimUserId: p.uuid().primary(),
    personId: p.uuid().nullable(),
    outcome: p.smallint().nullable(),
    error: p.text().nullable(),
    executionId: p.uuid().nullable(),
    processTime: p.datetime().nullable(),
  },
});

/** A row: a user's mapping state. */
export type ScimUserMappingEntity = InferEntity<typeof ScimUserMappingEntity>;

/** Where the mapping of a SCIM group stands. */
export const ScimGroupMappingEntity = defineEntity({
  name: "ScimGroupMapping",
  tableName: "scim_group_mapping",
  properties: {
    accountId: p.text().primary(),
    scimGroupId: p.uuid().primary(),
    organizationId: p.uuid().nullable(),
    outcome: p.smallint().nullable(),
    error: p.text().nullable(),
    executionId: p.uuid().nullable(),
    processTime: p.datetime().nullable(),
  },
});

/** A row: a group's mapping state. */
export type ScimGroupMappingEntity = InferEntity<typeof ScimGroupMappingEntity>;

/** A SCIM record that waits to be mapped. `kind` is rollcall.directory.v1.ScimRecordKind. */
export const DirtyRecordEntity = defineEntity({
  name: "DirtyRecord",
  tableName: "dirty_record",
  properties: {
    accountId: p.text().primary(),
    kind: p.smallint().primary(),
    recordId: p.uuid().primary(),
    generation: p.bigint("number"),
    causes: p.array(),
    traceparent: p.text().nullable(),
    markTime: p.datetime(),
  },
});

/** A row: a mark. */
export type DirtyRecordEntity = InferEntity<typeof DirtyRecordEntity>;
