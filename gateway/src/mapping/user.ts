import { attribute, complex, reference, text } from "./attribute.ts";
import { customFields } from "./custom-fields.ts";
import { enterprise } from "./enterprise.ts";
import { everyResource } from "./every-resource.ts";
import { multiValue, primaryRow, typeRow } from "./multi-value.ts";
import { type ResourceSchema, resourceSchema, type Section } from "./schema.ts";

const external = { referenceTypes: ["external"], maxLength: 65_536 };
const readOnly = { mutability: "readOnly" } as const;

const core: Section = {
  urn: "urn:ietf:params:scim:schemas:core:2.0:User",
  aliases: [
    "urn:scim:schemas:core:1.0",
    "urn:scim:schemas:core:2.0",
    "urn:scim:schemas:core:2.0:User",
    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User",
  ],
  name: "User",
  description: "User account",
  extension: false,
  open: false,
  attributes: [
    text("userName", "Name that the user is known by to the service, usually the primary e-mail address.", {
      required: true,
      uniqueness: "server",
      trimmed: true,
      maxLength: 255,
    }),
    complex("name", "The parts of the user's name.", [
      text("formatted", "The whole name as it is displayed."),
      text("familyName", "Family name."),
      text("givenName", "Given name."),
      text("middleName", "Middle names."),
      text("honorificPrefix", "Title before the name, e.g. Dr."),
      text("honorificSuffix", "Suffix after the name, e.g. III."),
    ]),
    text("displayName", "Name of the user as people are to read it.", { maxLength: 255 }),
    text("nickName", "Casual name of the user."),
    attribute("profileUrl", "reference", "Address of the user's online profile.", external),
    text("title", "Job title."),
    text("userType", "Relation of the user to the organization, e.g. Contractor."),
    text("preferredLanguage", "Preferred language, as in the Accept-Language header."),
    text("locale", "Locale for currency, dates and numbers, e.g. en-US."),
    text("timezone", "Time zone by its IANA name, e.g. Europe/Amsterdam."),
    attribute("active", "boolean", "Whether the user is active."),
    text("password", "Accepted and not kept.", {
      mutability: "writeOnly",
      returned: "never",
      field: undefined,
      filterable: false,
    }),
    multiValue("emails", "E-mail addresses.", { types: ["work", "home", "other"] }),
    multiValue("phoneNumbers", "Phone numbers, kept as they were sent.", {
      types: ["work", "home", "mobile", "fax", "pager", "other"],
    }),
    multiValue("ims", "Instant messaging addresses.", {
      types: ["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"],
    }),
    multiValue("photos", "Addresses of pictures.", {
      types: ["photo", "thumbnail"],
      value: attribute("value", "reference", "Address of the picture.", external),
    }),
    complex(
      "addresses",
      "Physical mailing addresses.",
      [
        text("formatted", "The whole address as it is displayed."),
        text("streetAddress", "Street, house number and what goes with them."),
        text("locality", "City."),
        text("region", "State or region."),
        text("postalCode", "Postal code."),
        text("country", "Country, as a two-letter code."),
        typeRow(["work", "home", "other"]),
        primaryRow(),
      ],
      { multiValued: true },
    ),
    complex(
      "groups",
      "Groups that the user belongs to. Changed through the groups.",
      [
        text("value", "Identifier of the group.", { ...readOnly, caseExact: true }),
        reference("Address of the group.", ["Group"], readOnly),
        text("display", "Name of the group.", readOnly),
        text("type", "Whether the membership is direct or through another group.", {
          ...readOnly,
          canonicalValues: ["direct", "indirect"],
        }),
      ],
      { ...readOnly, multiValued: true },
    ),
    multiValue("entitlements", "Things that the user is entitled to."),
    multiValue("roles", "Roles of the user."),
    multiValue("x509Certificates", "Certificates of the user.", {
      value: attribute("value", "binary", "The certificate, DER in base64.", {
        caseExact: true,
        maxLength: 16_384,
      }),
    }),
  ],
};

/** SCIM users: RFC 7643 sections 4.1 and 4.3, and custom fields. */
export const userSchema: ResourceSchema = resourceSchema({
  kind: "User",
  endpoint: "/Users",
  description: "User account",
  everyResource,
  core,
  extensions: [enterprise, customFields],
});
