import type { ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { type Attributes, SCIM_USER } from "./attributes.ts";
import { withoutEmptyValues } from "./empty-values.ts";
import { dropNeedlessElements } from "./needless-elements.ts";

/** What a client says of a user: the message without the output-only fields and without what says nothing. */
export function scimUserAttributes(user: ScimUser | undefined): Attributes {
  if (!user) return {};
  const { id, version, createTime, updateTime, provisionTime, mapping, groups, enterprise, ...rest } = user;
  const manager = enterprise?.manager && { value: enterprise.manager.value };
  const attributes = withoutEmptyValues({ ...rest, enterprise: enterprise && { ...enterprise, manager } });
  dropNeedlessElements(SCIM_USER, attributes);
  return attributes;
}

/** What a client says of a group, apart from its members. */
export function scimGroupAttributes(group: ScimGroup | undefined): Attributes {
  if (!group) return {};
  const { id, version, createTime, updateTime, provisionTime, mapping, members, ...rest } = group;
  return withoutEmptyValues(rest);
}

/** What a record holds after PUT under the MERGE policy: given values win, lists as a whole, and the rest stays. */
export function mergeAttributes(current: Attributes, given: Attributes): Attributes {
  const merged = { ...current };
  for (const [key, value] of Object.entries(given)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? mergeAttributes(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
