import { type Attribute, complex, reference, text } from "./attribute.ts";
import type { Section } from "./schema.ts";

/** Enterprise user (RFC 7643 section 4.3), with three attributes of the products that Rollcall is modelled on. */
export const enterprise: Section = {
  urn: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  aliases: [
    "urn:scim:schemas:extension:enterprise:1.0",
    "urn:scim:schemas:extension:enterprise:2.0",
    "urn:scim:schemas:extension:enterprise:2.0:User",
  ],
  name: "EnterpriseUser",
  description: "Enterprise user",
  extension: true,
  open: false,
  attributes: [
    text("employeeNumber", "Number that the organization gave the employee."),
    text("costCenter", "Cost center."),
    text("organization", "Name of the organization.", { maxLength: 255 }),
    text("division", "Division."),
    text("department", "Department."),
    complex("manager", "The user's manager.", [
      text("value", "Identifier of the SCIM user who is the manager.", { caseExact: true, maxLength: 255 }),
      reference("Address of the SCIM user who is the manager.", ["User"]),
      text("displayName", "The manager's display name.", {
        mutability: "readOnly",
        field: undefined,
      }),
    ]),
    text("site", "Name of the site."),
    text("location", "Where on the site the user sits, e.g. a room or desk."),
    text("supportID", "What the user tells the service desk.", { path: "support_id", field: "supportId" }),
  ].map(underEnterprise),
};

function underEnterprise(row: Attribute): Attribute {
  return { ...row, path: `enterprise.${row.path}` };
}
