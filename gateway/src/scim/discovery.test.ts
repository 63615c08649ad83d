import { describe, expect, it } from "vitest";
import { resourceTypeById, resourceTypesList, schemaById, schemasList, serviceProviderConfig } from "./discovery.ts";

const base = "https://h/scim/v2";
const user = "urn:ietf:params:scim:schemas:core:2.0:User";
const group = "urn:ietf:params:scim:schemas:core:2.0:Group";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

interface Row {
  name: string;
  type: string;
  subAttributes?: Row[];
  canonicalValues?: string[];
}

function rows(urn: string): Row[] {
  return (schemaById(urn, base) as { attributes: Row[] }).attributes;
}

function row(urn: string, name: string, sub?: string): Row | undefined {
  const found = rows(urn).find((each) => each.name === name);
  return sub === undefined ? found : found?.subAttributes?.find((each) => each.name === sub);
}

describe("/Schemas", () => {
  it("lists every schema once, each also by its URN in any case", () => {
    const list = schemasList(base) as { totalResults: number; itemsPerPage: number; Resources: { id: string }[] };
    expect(list.Resources.map(({ id }) => id)).toEqual([user, enterprise, customFields, group]);
    expect(list).toMatchObject({ totalResults: 4, itemsPerPage: 4, startIndex: 1 });
    for (const resource of list.Resources) expect(schemaById(resource.id.toUpperCase(), base)).toEqual(resource);
    expect(schemaById("urn:x", base)).toBeUndefined();
  });

  it("has no nulls and every characteristic of every attribute", () => {
    expect(JSON.stringify(schemasList(base))).not.toContain("null");
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
      expect(["string", "boolean", "dateTime", "reference", "binary", "complex"]).toContain(each.type);
      each.subAttributes?.forEach(check);
    };
    for (const urn of [user, group, enterprise]) rows(urn).forEach(check);
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
    expect(resourceTypesList(base)).toMatchObject({ totalResults: 2, Resources: [{ id: "User" }, { id: "Group" }] });
    expect(resourceTypeById("user", base)).toEqual({
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
    expect(resourceTypeById("Device", base)).toBeUndefined();
  });
});

describe("/ServiceProviderConfig", () => {
  it("says what the server can", () => {
    expect(serviceProviderConfig(base)).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults: 500 },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: "index",
        defaultPageSize: 100,
        maxPageSize: 500,
      },
      authenticationSchemes: [{ type: "oauthbearertoken", primary: true }],
    });
  });
});
