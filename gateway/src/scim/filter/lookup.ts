import { LookupAttribute, type LookupKey } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ResourceKind } from "../../mapping/schema.ts";
import type { FilterAst } from "./ast.ts";

/**
 * The lookup that a filter comes to, if it is nothing but one `eq` on
 * userName, externalId or displayName: the question that every client asks
 * before it creates. Undefined: it has to be listed.
 */
export function asLookup(ast: FilterAst, kind: ResourceKind): LookupKey | undefined {
  if (ast.kind !== "compare" || ast.operator !== "eq" || typeof ast.value !== "string") return undefined;
  const { urn, name, element, sub } = ast.path;
  if (urn !== undefined || element !== undefined || sub !== undefined) return undefined;
  const attribute = lookups[kind].get(name) ?? lookups[kind].get(name.toLowerCase());
  return attribute === undefined ? undefined : { attribute, value: ast.value };
}

const byBoth: [string, LookupAttribute][] = [
  ["externalid", LookupAttribute.LOOKUP_ATTRIBUTE_EXTERNAL_ID],
  ["externalId", LookupAttribute.LOOKUP_ATTRIBUTE_EXTERNAL_ID],
  ["displayname", LookupAttribute.LOOKUP_ATTRIBUTE_DISPLAY_NAME],
  ["displayName", LookupAttribute.LOOKUP_ATTRIBUTE_DISPLAY_NAME],
];

const lookups: Record<ResourceKind, ReadonlyMap<string, LookupAttribute>> = {
  User: new Map([
    ["username", LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME],
    ["userName", LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME],
    ...byBoth,
  ]),
  Group: new Map(byBoth),
};
