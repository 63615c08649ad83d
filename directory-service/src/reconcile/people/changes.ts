import type { FieldChange } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { PersonState } from "./person.ts";

/** The fields in which two states of a person differ, by contract name. Of a new person: those that have a value. */
export function changesOf(before: PersonState | undefined, after: PersonState): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const key of Object.keys(after) as (keyof PersonState)[]) {
    if (key === "id") continue;
    const [from, to] = [before ? before[key] : null, after[key]];
    if (before ? !same(from, to) : hasValue(to)) changes.push({ field: contractName(key), before: from, after: to });
  }
  return changes;
}

function same(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}

function hasValue(value: PersonState[keyof PersonState]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== "" && value !== false;
}

/** The contract's name of a field: "job_title" of "jobTitle". */
export function contractName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
