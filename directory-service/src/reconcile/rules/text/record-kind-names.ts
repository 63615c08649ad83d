import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";

/** The kinds of rule set as their text names them. */
export const KINDS_BY_NAME: Readonly<Record<string, ScimRecordKind>> = {
  scim_user: ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER,
  scim_group: ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP,
};

/** The name of a kind, which must be one of these. */
export function nameOfKind(kind: ScimRecordKind): string {
  const entry = Object.entries(KINDS_BY_NAME).find(([, value]) => value === kind);
  if (!entry) throw new Error(`rule sets have no kind ${kind}`);
  return entry[0];
}
