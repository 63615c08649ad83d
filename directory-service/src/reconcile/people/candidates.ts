import { isRecordId } from "../../domain/record-id.ts";
import type { Json } from "../rules/variables.ts";
import { FieldError } from "./field-value.ts";

/** One of the values that a reference field may take: the first that resolves is taken. */
export interface Candidate {
  by: "name" | "id" | "scim_user";
  value: string;
}

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

/** The keys of one kind that can be looked up. What is no UUID is no id; clients may write theirs in capitals. */
export function keysOf(candidates: Candidate[], kind: Candidate["by"]): string[] {
  const values = candidates.filter(({ by }) => by === kind).map(({ value }) => value);
  const keys = kind === "name" ? values : values.map((value) => value.toLowerCase()).filter(isRecordId);
  return [...new Set(keys)];
}

function notACandidate(field: string): FieldError {
  return new FieldError(`${field} needs candidates made by byName, byId or byScimUser.`);
}
