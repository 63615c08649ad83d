import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { fieldInvalid } from "@rollcall/runtime/status";

/** Throws FIELD_INVALID unless it is one of the two kinds. */
export function checkKind(kind: ScimRecordKind): void {
  if (kind !== ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER && kind !== ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP)
    throw fieldInvalid([{ field: "kind", description: "must be SCIM_USER or SCIM_GROUP." }]);
}
