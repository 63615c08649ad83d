import { complex, reference, text } from "./attribute.ts";
import { customFields } from "./custom-fields.ts";
import { everyResource } from "./every-resource.ts";
import { type ResourceSchema, resourceSchema, type Section } from "./schema.ts";

const core: Section = {
  urn: "urn:ietf:params:scim:schemas:core:2.0:Group",
  aliases: [
    "urn:scim:schemas:core:1.0",
    "urn:scim:schemas:core:2.0",
    "urn:scim:schemas:core:2.0:Group",
    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
  ],
  name: "Group",
  description: "Group",
  extension: false,
  open: false,
  attributes: [
    text("displayName", "Name of the group.", { required: true, uniqueness: "server", trimmed: true, maxLength: 255 }),
    text("groupType", "What the client takes the group for, e.g. Organization or Team."),
    complex(
      "members",
      "Members of the group.",
      [
        text("value", "Identifier of the member.", { mutability: "immutable", required: true, caseExact: true }),
        reference("Address of the member.", ["User", "Group"], { mutability: "immutable" }),
        text("type", "What the member is.", {
          mutability: "immutable",
          field: undefined,
          canonicalValues: ["User", "Group"],
        }),
        text("display", "The member's userName or displayName.", {
          mutability: "readOnly",
          field: undefined,
        }),
      ],
      { multiValued: true, maxElements: 20_000 },
    ),
  ],
};

/** SCIM groups: RFC 7643 section 4.2, with groupType and custom fields. */
export const groupSchema: ResourceSchema = resourceSchema({
  kind: "Group",
  endpoint: "/Groups",
  description: "Group",
  everyResource,
  core,
  extensions: [customFields],
});
