import { Member, ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { isObject } from "../scim/json.ts";
import type { ValidatedResource } from "../scim/validate.ts";
import { enterprise } from "./enterprise.ts";

/** The message that creates a user. What the server alone writes keeps its default. */
export function toScimUser(resource: ValidatedResource): ScimUser {
  const user = ScimUser.create();
  fill(user as unknown as Fields, resource);
  return user;
}

/** The message that creates a group, with its members' ids. */
export function toScimGroup(resource: ValidatedResource): ScimGroup {
  const group = ScimGroup.create();
  fill(group as unknown as Fields, resource);
  group.members = group.members.map(({ value }) => Member.create({ value }));
  return group;
}

type Fields = Record<string, unknown>;

function fill(message: Fields, resource: ValidatedResource): void {
  for (const { section, attribute, value } of resource.assignments.values()) {
    if (value === null || attribute.field === undefined) continue;
    if (section.urn === enterprise.urn) nested(message, "enterprise")[attribute.field] = withoutNulls(value);
    else if (section.extension) nested(nested(message, "extensions"), section.urn)[attribute.field] = value;
    else message[attribute.field] = withoutNulls(value);
  }
}

function nested(message: Fields, key: string): Fields {
  const fields = (message[key] as Fields | undefined) ?? {};
  message[key] = fields;
  return fields;
}

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
