import { hash } from "node:crypto";
import type { GroupMembership } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";

/** The entity tag of a version: weak, as two answers of one version may differ in projection. */
export function entityTag(version: number): string {
  return `W/"${version}"`;
}

/**
 * The entity tag of a user shown with groups, e.g. W/"3-9f86d081884c". A
 * membership is a change of the group and leaves the user's version alone, so
 * the tag covers the groups too. If-Match reads the version in it.
 */
export function entityTagWithGroups(version: number, groups: readonly GroupMembership[]): string {
  if (groups.length === 0) return entityTag(version);
  const shown = groups.map(({ value, display, type }) => JSON.stringify([value, display, type])).sort();
  return `W/"${version}-${hash("sha256", shown.join("\n"), "hex").slice(0, HASH_LENGTH)}"`;
}

// Short enough to read, long enough that nobody ever meets two alike.
const HASH_LENGTH = 12;
