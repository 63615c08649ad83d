import { hash } from "node:crypto";
import type { JsonObject } from "../rules/variables.ts";

// What a member's rules see of a group, apart from its id and its organization.
const FIELDS = ["displayName", "externalId", "groupType"] as const;

/** A hash of each field that a group's members see, in a fixed order. */
export function memberViewOf(attributes: JsonObject): string[] {
  return FIELDS.map((field) => {
    const digest = hash("sha256", JSON.stringify(attributes[field] ?? ""));
    return String(BigInt.asIntN(64, BigInt(`0x${digest.slice(0, 16)}`)));
  });
}

/** The fields in which a group differs from what its members saw of it. None where they never did. */
export function changedFields(before: readonly string[] | null, after: readonly string[]): string[] {
  return before === null ? [] : FIELDS.filter((_, index) => before[index] !== after[index]);
}
