import { createHash } from "node:crypto";
import { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";

/** Tells filters apart. */
export function filterDigest(filter: Filter | undefined): string {
  return filter ? digest(Filter.encode(filter).finish()) : "";
}

/** Tells orders apart. */
export function sortDigest(sort: Sort | undefined): string {
  return sort ? digest(Sort.encode(sort).finish()) : "";
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url");
}
