import type { Json } from "../rules/variables.ts";
import { FieldError } from "./field-value.ts";

/** One of the values that a reference field may take: the first that resolves is taken. */
export interface Candidate {
  by: "name" | "id" | "scim_user";
  value: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The candidates in an expression's value, blank ones left out. Throws FieldError. */
export function candidatesIn(field: string, value: Json | undefined): Candidate[] {
  if (value === null || value === undefined || value === "") return [];
  if (!Array.isArray(value)) throw new FieldError(`${field} needs a list of candidates.`);
  return value.flatMap((item) => {
    if (item === null || item === "") return [];
    if (typeof item !== "object" || Array.isArray(item)) throw notACandidate(field);
    const { by, value: key } = item;
    if ((by !== "name" && by !== "id" && by !== "scim_user") || typeof key !== "string") throw notACandidate(field);
    return key === "" ? [] : [{ by, value: key }];
  });
}

/** The keys of one kind that can be looked up. What is no UUID is no id. */
export function keysOf(candidates: Candidate[], kind: Candidate["by"]): string[] {
  const keys = candidates.filter(({ by, value }) => by === kind && (kind === "name" || UUID.test(value)));
  return [...new Set(keys.map(({ value }) => (kind === "name" ? value : value.toLowerCase())))];
}

function notACandidate(field: string): FieldError {
  return new FieldError(`${field} needs candidates made by byName, byId or byScimUser.`);
}
