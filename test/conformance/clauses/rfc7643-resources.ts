import { type Clause, may, must, should } from "./clause.ts";

/** RFC 7643 sections 3 to 9: resources, schemas and how they look. */
export const resourceClauses: readonly Clause[] = [
  must(
    "7643-3-a",
    "`schemas` is in every resource and lists the base schema and the extensions that the resource has attributes of.",
  ),
  must("7643-3-e", "`schemas` has no URN twice, and its order means nothing."),
  must("7643-3-b", "Attributes of an extension are in an object under the extension's URN."),
  must("7643-3-c", "An object of JSON has no attribute twice."),
  must("7643-3-d", "The order of attributes in a body means nothing."),

  must("7643-3.1-a", "`id` is the server's, unique among its resources, and never changes."),
  must("7643-3.1-b", '`id` is not taken from the client and is never "bulkId".'),
  must("7643-3.1-c", "`id` is in every answer that shows a resource."),
  must("7643-3.1-d", "`externalId` is the client's, kept as sent and compared exactly."),
  must("7643-3.1-e", "`meta` is the server's: what clients send of it is ignored."),
  must("7643-3.1-f", "meta.resourceType is the name of the resource's type."),
  must("7643-3.1-g", "meta.created is when the resource was made, and stays."),
  must(
    "7643-3.1-h",
    "meta.lastModified is meta.created until the resource changes, and the time of its last change then.",
  ),
  must("7643-3.1-i", "meta.location is the address of the resource, as in Content-Location."),
  must("7643-3.1-j", "meta.version is the resource's version, as in ETag."),

  must("7643-3.2-a", "The types of resources that exist are those of /ResourceTypes."),
  must("7643-3.3-a", "An extension adds attributes to a type under a URN of its own."),
  must("7643-3.3-b", "/ResourceTypes says which extensions a type has, and which are required."),
  may("7643-3.3-c", "A tenant may define extensions."),

  must("7643-4.1-a", "userName is required, not empty, and unique without regard to case."),
  must("7643-4.1.1-a", "Every single-valued attribute of a user is kept and answered as it was sent."),
  must("7643-4.1.1-b", "`password` is never returned, in any form."),
  must("7643-4.1.1-c", "`active` is a boolean that says whether the user is."),
  must("7643-4.1.2-a", "Every multi-valued attribute of a user is kept and answered as it was sent."),
  must("7643-4.1.2-b", "`groups` of a user is readOnly and follows the groups' members at once."),
  must("7643-4.1.2-c", "`groups` says direct or indirect, with the group's id, address and name."),
  must("7643-4.1.2-d", "A certificate is base64."),

  must("7643-4.2-a", "displayName of a group is required."),
  must("7643-4.2-b", "A member has the id, the address and the type of a user or a group."),
  must("7643-4.2-c", "A member's sub-attributes are immutable; members are added and removed."),
  may("7643-4.2-d", "Groups may be members of groups."),

  must("7643-4.3-a", "Every attribute of the enterprise user is kept and answered as it was sent."),
  should("7643-4.3-b", "manager.value is the id of a user, with the address beside it."),
  must("7643-4.3-c", "manager.displayName is readOnly."),

  must(
    "7643-5-a",
    "ServiceProviderConfig has patch, bulk, filter, changePassword, sort, etag and authenticationSchemes, each with what the RFC requires of it.",
  ),
  must("7643-5-b", "What ServiceProviderConfig says is so."),
  must("7643-6-a", "A resource type has name, endpoint and schema, and each of schemaExtensions schema and required."),
  must("7643-7-a", "A schema has the URN as its id, and attributes."),
  must("7643-7-b", "An attribute's definition has every characteristic of section 7, with values of its lists."),
  must("7643-7-c", "The definitions say of User, Group and EnterpriseUser what section 4 says."),
  must("7643-7-d", "A complex attribute's definition has subAttributes, and a reference's has referenceTypes."),
  must(
    "7643-8-a",
    "A minimal user, a full user, an enterprise user and a group in the form of section 8 are accepted and answered.",
  ),
  must("7643-9-a", "Nothing that identifies a person is in the addresses of resources."),
];
