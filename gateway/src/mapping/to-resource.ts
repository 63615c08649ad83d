import type { Member, ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { GroupMembership, Manager, ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { enterprise } from "./enterprise.ts";
import { groupSchema } from "./group.ts";
import type { ResourceSchema } from "./schema.ts";
import { userSchema } from "./user.ts";

/** A SCIM resource as JSON.stringify takes it. Undefined values are no values. */
export type Resource = Record<string, unknown>;

/**
 * The SCIM form of a user. `baseUrl` has no slash at its end; `version` is the
 * entity tag (RFC 7644 section 3.14). Every read ends here, so objects that
 * already have the SCIM form are passed on and not copied: the answer must not
 * be changed, nor the message after it.
 */
export function userResource(user: ScimUser, baseUrl: string, version: string, schema = userSchema): Resource {
  const resource: Resource = { schemas: userSchemas.core, id: user.id };
  copy(userRows, user as unknown as Resource, resource);
  if (user.groups.length > 0) resource.groups = user.groups.map((group) => groupOfUser(group, baseUrl));
  if (user.enterprise !== undefined) addEnterprise(user.enterprise as Resource, resource, baseUrl);
  addExtensions(user.extensions, schema, resource);
  resource.meta = metaOf("User", user, `${baseUrl}/Users/${user.id}`, version);
  return resource;
}

/** The SCIM form of a group, under the same terms. */
export function groupResource(group: ScimGroup, baseUrl: string, version: string, schema = groupSchema): Resource {
  const resource: Resource = { schemas: groupSchemas.core, id: group.id };
  copy(groupRows, group as unknown as Resource, resource);
  if (group.members.length > 0) resource.members = group.members.map((member) => memberOf(member, baseUrl));
  addExtensions(group.extensions, schema, resource);
  resource.meta = metaOf("Group", group, `${baseUrl}/Groups/${group.id}`, version);
  return resource;
}

/** A row whose value in the message is its value in SCIM. */
interface PlainRow {
  readonly name: string;
  readonly field: string;
}

const userRows = plainRows(userSchema);
const groupRows = plainRows(groupSchema);
const enterpriseRows = enterprise.attributes
  .filter((row) => row.name !== "manager")
  .map((row) => ({ name: row.name, field: row.field as string }));

function plainRows(schema: ResourceSchema): readonly PlainRow[] {
  return [...schema.everyResource, ...schema.core.attributes]
    .filter((row) => row.field !== undefined && row.name !== "id" && !row.sub.has("$ref"))
    .map((row) => ({ name: row.name, field: row.field as string }));
}

function copy(rows: readonly PlainRow[], from: Resource, to: Resource): void {
  for (const row of rows) {
    const value = from[row.field];
    if (value === undefined || (typeof value === "object" && !hasContent(value as object))) continue;
    to[row.name] = value;
  }
}

function hasContent(value: object): boolean {
  if (Array.isArray(value)) return value.length > 0;
  for (const key in value) if ((value as Resource)[key] !== undefined) return true;
  return false;
}

function groupOfUser(group: GroupMembership, baseUrl: string): Resource {
  return { value: group.value, $ref: `${baseUrl}/Groups/${group.value}`, display: group.display, type: group.type };
}

function memberOf(member: Member, baseUrl: string): Resource {
  return member.type === MemberType.MEMBER_TYPE_GROUP
    ? {
        value: member.value,
        $ref: `${baseUrl}/Groups/${member.value}`,
        display: member.display || undefined,
        type: "Group",
      }
    : {
        value: member.value,
        $ref: `${baseUrl}/Users/${member.value}`,
        display: member.display || undefined,
        type: "User",
      };
}

function addEnterprise(from: Resource, resource: Resource, baseUrl: string): void {
  const to: Resource = {};
  copy(enterpriseRows, from, to);
  const manager = from.manager as Manager | undefined;
  if (manager?.value !== undefined) {
    const { value, displayName } = manager;
    to.manager = { value, $ref: `${baseUrl}/Users/${value}`, displayName };
  }
  if (!hasContent(to)) return;
  resource[enterprise.urn] = to;
  resource.schemas = userSchemas.withEnterprise;
}

/** The lists of URNs that `schemas` mostly is, shared by all answers. */
const userSchemas = { core: [userSchema.urn], withEnterprise: [userSchema.urn, enterprise.urn] };
const groupSchemas = { core: [groupSchema.urn] };

/** The extensions whose attributes the message keeps as they come. One that the account no longer defines is not shown. */
function addExtensions(from: Resource | undefined, { extensions }: ResourceSchema, resource: Resource): void {
  if (from === undefined) return;
  for (const { urn } of extensions) {
    const value = from[urn];
    if (typeof value !== "object" || value === null || !hasContent(value)) continue;
    resource[urn] = value;
    resource.schemas = [...(resource.schemas as string[]), urn];
  }
}

function metaOf(resourceType: string, record: ScimUser | ScimGroup, location: string, version: string): Resource {
  return {
    resourceType,
    created: record.createTime?.toISOString(),
    lastModified: record.updateTime?.toISOString(),
    location,
    version,
  };
}
