import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Attribute } from "../mapping/attribute.ts";
import type { ResourceSchema } from "../mapping/schema.ts";
import { addChange, removeChange } from "./change.ts";
import { ScimError } from "./error.ts";
import type { DerivedFrom } from "./filter/derived.ts";
import { isEmpty, isObject, type JsonObject, property, refuseTwins } from "./json.ts";
import { removeChanges } from "./patch-remove.ts";
import { isImmutable } from "./patch-set.ts";
import { parsePath } from "./path.ts";
import { putChanges } from "./put.ts";
import { type ContractObject, readValue } from "./value.ts";

/**
 * The changes of a PATCH body that is a partial resource, as before RFC 7644:
 * attributes are merged as by PUT, but members are added, and those that carry
 * `"operation": "delete"` are removed, and what `meta.attributes` names is
 * cleared.
 */
export function partialChanges(body: JsonObject, from: DerivedFrom): Change[] {
  const { schema } = from;
  return [...clearedChanges(body, from), ...setChanges(body, schema)];
}

/** SCIM 1.1 section 3.3.2: `{"meta": {"attributes": ["title"]}}` clears these before the rest is set. */
function clearedChanges(body: JsonObject, from: DerivedFrom): Change[] {
  const meta = property(body, "meta");
  if (!isObject(meta)) return [];
  refuseTwins(Object.keys(meta));
  const names = property(meta, "attributes");
  if (isEmpty(names)) return [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string"))
    throw new ScimError(400, "invalidValue", "meta.attributes must be a list of names.");
  return names.flatMap((name) => removeChanges(parsePath(name, from.schema), undefined, from));
}

function setChanges(body: JsonObject, schema: ResourceSchema): Change[] {
  const members = schema.core.attributes.find(isImmutable);
  if (members === undefined) return putChanges(body, schema, "merge");
  const isMembers = (key: string) => key.toLowerCase() === members.name.toLowerCase();
  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !isMembers(key)));
  const listed = Object.keys(body)
    .filter(isMembers)
    .flatMap((key) => body[key] ?? []);
  return [...putChanges(rest, schema, "merge"), ...memberChanges(members, listed)];
}

function memberChanges(members: Attribute, list: readonly unknown[]): Change[] {
  const gone = read(members, list.filter(isDeletion));
  const added = read(
    members,
    list.filter((item) => !isDeletion(item)),
  );
  return [
    ...(gone.length > 0 ? [removeChange(members, {}, gone)] : []),
    ...(added.length > 0 ? [addChange(members, added)] : []),
  ];
}

function isDeletion(item: unknown): boolean {
  return isObject(item) && typeof item.operation === "string" && item.operation.toLowerCase() === "delete";
}

function read(members: Attribute, list: readonly unknown[]): ContractObject[] {
  const plain = list.map((item) => {
    if (!isObject(item)) return item;
    const { operation: _, ...member } = item;
    return member;
  });
  return (readValue(members, plain, members.name) as ContractObject[] | null) ?? [];
}
