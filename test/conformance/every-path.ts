import type { ScimBody } from "../e2e/scim-client.ts";

/** A path and a value that a resource has under it. */
export interface PathValue {
  path: string;
  value: string | number | boolean;
}

/** Every path of a resource's answer that leads to a simple value: attributes, sub-attributes, extensions by their URN. */
export function everyPath(resource: ScimBody): PathValue[] {
  return Object.entries(resource).flatMap(([name, value]) =>
    name.startsWith("urn:") ? inside(value as object, `${name}:`) : pathsOf(name, value),
  );
}

function inside(object: object, prefix: string): PathValue[] {
  return Object.entries(object).flatMap(([name, value]) => pathsOf(`${prefix}${name}`, value));
}

function pathsOf(path: string, value: unknown): PathValue[] {
  if (Array.isArray(value)) return value.slice(0, 1).flatMap((element) => pathsOf(path, element));
  if (value !== null && typeof value === "object") return inside(value, `${path}.`);
  return [{ path, value: value as PathValue["value"] }];
}
