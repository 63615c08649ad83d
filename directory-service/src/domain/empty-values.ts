import type { Attributes } from "./attributes.ts";

/** Whether a value says "none": RFC 7643 section 2.5, and "" and {} as Entra and Xurrent's clients use them. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (typeof value !== "object" || value instanceof Date) return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

/** A copy of a document without empty values, at any depth. */
export function withoutEmptyValues(document: Attributes): Attributes {
  return (prune(document) as Attributes | undefined) ?? {};
}

function prune(value: unknown): unknown {
  if (Array.isArray(value)) {
    const elements = value.map(prune).filter((element) => element !== undefined);
    return elements.length > 0 ? elements : undefined;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .map(([key, inner]) => [key, prune(inner)] as const)
      .filter(([, inner]) => inner !== undefined);
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
  return isEmpty(value) ? undefined : value;
}
