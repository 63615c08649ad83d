import { charactersIn, isLongerThan } from "../../domain/characters.ts";
import type { AccountState } from "../account.ts";
import type { Json } from "../rules/variables.ts";
import type { PersonState } from "./person.ts";

/** A value that a field cannot take. The message is a sentence that names the field. */
export class FieldError extends Error {
  override name = "FieldError";
}

/** What a field's coercion may look at and report to. */
export interface FieldContext {
  account: AccountState;
  /** The person as it was; a new person has no contacts and addresses. */
  person: PersonState;
  warnings: string[];
}

/** Text without the blanks around it, undefined where nothing is left. Throws FieldError over the limit, in characters. */
export function limitedText(field: string, value: Json | undefined, limit: number): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "object") throw new FieldError(`${field} needs a text.`);
  const trimmed = String(value).trim();
  if (trimmed === "") return undefined;
  if (isLongerThan(limit, trimmed))
    throw new FieldError(`${field} has ${charactersIn(trimmed)} characters; the limit is ${limit}.`);
  return trimmed;
}
