import { describe, expect, it } from "vitest";
import { groupSchema } from "../mapping/group.ts";
import { minimalSchema } from "../mapping/minimal-profile.ts";
import { userSchema } from "../mapping/user.ts";
import { resourceTypeById, resourceTypesList, schemaById, schemasList, serviceProviderConfig } from "./discovery.ts";

const base = "https://h/scim/v2";
const served = {
  schemas: [userSchema, groupSchema],
  maxPageSize: 500,
  maxBulkOperations: 1_000,
  maxBulkBytes: 4_194_304,
};
const user = "urn:ietf:params:scim:schemas:core:2.0:User";
const group = "urn:ietf:params:scim:schemas:core:2.0:Group";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const service = ["ServiceProviderConfig", "ResourceType", "Schema"].map(
  (name) => `urn:ietf:params:scim:schemas:core:2.0:${name}`,
);
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

interface Row {
  name: string;
  type: string;
  multiValued: boolean;
  returned: string;
  subAttributes?: Row[];
  canonicalValues?: string[];
}

function rows(urn: string): Row[] {
  return (schemaById(served, base, urn) as { attributes: Row[] }).attributes;
}

function row(urn: string, name: string, sub?: string): Row | undefined {
  const found = rows(urn).find((each) => each.name === name);
  return sub === undefined ? found : found?.subAttributes?.find((each) => each.name === sub);
}

describe("/Schemas", () => {
  it("lists every schema once, each also by its URN in any case", () => {
    const list = schemasList(served, base) as {
      totalResults: number;
      itemsPerPage: number;
      Resources: { id: string }[];
    };
    expect(list.Resources.map(({ id }) => id)).toEqual([user, enterprise, customFields, group, ...service]);
    expect(list).toMatchObject({ totalResults: 7, itemsPerPage: 7, startIndex: 1 });
    for (const resource of list.Resources)
      expect(schemaById(served, base, resource.id.toUpperCase())).toEqual(resource);
    expect(schemaById(served, base, "urn:x")).toBeUndefined();
  });

  it("has no nulls and every characteristic of every attribute", () => {
    expect(JSON.stringify(schemasList(served, base))).not.toContain("null");
    const check = (each: Row): void => {
      expect(Object.keys(each)).toEqual(
        expect.arrayContaining([
          "name",
          "type",
          "multiValued",
          "description",
          "required",
          "caseExact",
          "mutability",
          "returned",
          "uniqueness",
        ]),
      );
      expect(["string", "boolean", "integer", "dateTime", "reference", "binary", "complex"]).toContain(each.type);
      each.subAttributes?.forEach(check);
    };
    for (const urn of [user, group, enterprise, ...service]) rows(urn).forEach(check);
  });

  it("says what clients look for", () => {
    expect(row(user, "userName")).toMatchObject({ required: true, uniqueness: "server", caseExact: false });
    expect(row(user, "password")).toMatchObject({ mutability: "writeOnly", returned: "never" });
    expect(row(user, "groups")).toMatchObject({ mutability: "readOnly", multiValued: true });
    expect(row(user, "groups", "$ref")).toMatchObject({ type: "reference", referenceTypes: ["Group"] });
    // Entra counts emails[type eq "work"].value as present only by this.
    expect(row(user, "emails", "type")?.canonicalValues).toEqual(["work", "home", "other"]);
    expect(row(user, "photos", "value")).toMatchObject({ type: "reference", referenceTypes: ["external"] });
    expect(row(user, "x509Certificates", "value")).toMatchObject({ type: "binary" });
    expect(row(group, "displayName")).toMatchObject({ required: true, uniqueness: "server" });
    expect(row(group, "groupType")).toMatchObject({ type: "string" });
    expect(row(group, "members", "value")).toMatchObject({ mutability: "immutable" });
    expect(row(enterprise, "manager", "displayName")).toMatchObject({ mutability: "readOnly" });
    expect(rows(enterprise).map(({ name }) => name)).toEqual(expect.arrayContaining(["site", "location", "supportID"]));
  });

  it("does not list what belongs to every resource", () => {
    for (const name of ["id", "externalId", "meta", "schemas"]) expect(row(user, name)).toBeUndefined();
  });
});

describe("/ResourceTypes", () => {
  it("lists users and groups, each also by its name", () => {
    expect(resourceTypesList(served, base)).toMatchObject({
      totalResults: 2,
      Resources: [{ id: "User" }, { id: "Group" }],
    });
    expect(resourceTypeById(served, base, "user")).toEqual({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
      id: "User",
      name: "User",
      endpoint: "/Users",
      description: "User account",
      schema: user,
      schemaExtensions: [
        { schema: enterprise, required: false },
        { schema: customFields, required: false },
      ],
      meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/User` },
    });
    expect(resourceTypeById(served, base, "Device")).toBeUndefined();
  });
});

describe("/ServiceProviderConfig", () => {
  it("says what the server can", () => {
    expect(serviceProviderConfig(served, base)).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 4_194_304 },
      filter: { supported: true, maxResults: 500 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: "index",
        defaultPageSize: 100,
        maxPageSize: 500,
        cursorTimeout: 86_400,
      },
      authenticationSchemes: [{ type: "oauthbearertoken", primary: true }],
    });
  });

  it("publishes the limits of the account", () => {
    const own = { ...served, maxPageSize: 50, maxBulkOperations: 10 };
    expect(serviceProviderConfig(own, base)).toMatchObject({
      bulk: { maxOperations: 10 },
      filter: { maxResults: 50 },
      pagination: { defaultPageSize: 50, maxPageSize: 50 },
    });
  });
});

describe("every document of discovery", () => {
  it.each([
    ["ServiceProviderConfig", serviceProviderConfig(served, base)],
    ["ResourceType", resourceTypeById(served, base, "User")],
    ["Schema", schemaById(served, base, user)],
  ])("has the attributes that the schema of %s has, in their types", (name, document) => {
    const { schemas, meta, ...rest } = document as Record<string, unknown>;
    expect(schemas).toEqual([`urn:ietf:params:scim:schemas:core:2.0:${name}`]);
    expect(meta).toMatchObject({ resourceType: name });
    expectOf(rows(`urn:ietf:params:scim:schemas:core:2.0:${name}`), rest, name);
  });
});

describe("the profile minimal", () => {
  const minimal = { ...served, schemas: [minimalSchema(userSchema)] };

  it("has users alone", () => {
    expect(resourceTypesList(minimal, base)).toMatchObject({ totalResults: 1, Resources: [{ id: "User" }] });
    expect(resourceTypeById(minimal, base, "Group")).toBeUndefined();
    expect(schemaById(minimal, base, group)).toBeUndefined();
  });

  it("says which attributes are never returned", () => {
    const { attributes } = schemaById(minimal, base, user) as { attributes: Row[] };
    const returned = Object.groupBy(attributes, (each) => each.returned);
    expect(Object.keys(returned)).toEqual(["never", "default"]);
    expect(returned["default"]?.map(({ name }) => name)).toEqual(["active"]);
  });
});

/** Each key is an attribute, and its value is of the attribute's type. */
function expectOf(attributes: Row[], object: object, where: string): void {
  for (const [key, value] of Object.entries(object)) {
    const definition = attributes.find(({ name }) => name === key);
    expect(definition, `${where}.${key}`).toBeDefined();
    const { multiValued, type, subAttributes = [] } = definition as Row;
    expect(Array.isArray(value), `${where}.${key}`).toBe(multiValued);
    for (const each of multiValued ? value : [value]) {
      if (type === "complex") expectOf(subAttributes, each, `${where}.${key}`);
      else expect(typeof each, `${where}.${key}`).toBe(jsonTypes[type] ?? "string");
    }
  }
}

const jsonTypes: Record<string, string> = { boolean: "boolean", integer: "number" };
