import { expect } from "vitest";
import type { ScimClient } from "../../e2e/scim-client.ts";
import { ENTERPRISE, GROUP, USER } from "../../e2e/scim-messages.ts";
import { bulk } from "../bulk.ts";
import { clause } from "../case.ts";

interface Definition {
  [characteristic: string]: unknown;
  name: string;
  type: string;
  subAttributes?: Definition[];
}

async function definitions(scim: ScimClient, urn: string): Promise<Definition[]> {
  return (await scim.get(`/Schemas/${urn}`)).body["attributes"] as Definition[];
}

clause("7643-5-a", "every part of ServiceProviderConfig is there", async ({ scim }) => {
  const [boolean, number, text] = [expect.any(Boolean), expect.any(Number), expect.any(String)];
  const { body } = await scim.get("/ServiceProviderConfig");
  expect(body).toMatchObject({
    patch: { supported: boolean },
    bulk: { supported: boolean, maxOperations: number, maxPayloadSize: number },
    filter: { supported: boolean, maxResults: number },
    changePassword: { supported: boolean },
    sort: { supported: boolean },
    etag: { supported: boolean },
  });
  const schemes = body["authenticationSchemes"] as object[];
  expect(schemes.length).toBeGreaterThan(0);
  for (const scheme of schemes) {
    expect(scheme).toMatchObject({ type: text, name: text, description: text });
    expect(["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"]).toContain(
      (scheme as { type: string }).type,
    );
  }
});

clause("7643-5-b", "what it says is offered is, and what it says is not is not", async ({ scim, user }) => {
  const { body } = await scim.get("/ServiceProviderConfig");
  expect(body).toMatchObject({
    patch: { supported: true },
    bulk: { supported: true },
    filter: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    changePassword: { supported: false },
  });
  const { id } = await user({ userName: "b" });
  await user({ userName: "a" });
  expect((await scim.patch(`/Users/${id}`, { op: "add", path: "title", value: "X" })).status).toBe(200);
  expect((await bulk(scim, [{ method: "DELETE", path: `/Users/${id}` }])).statuses).toEqual(["204"]);
  expect((await scim.get("/Users?filter=title pr")).body.totalResults).toBe(0);
  expect((await scim.get("/Users?sortBy=userName")).body.Resources).toMatchObject([{ userName: "a" }]);
});

clause("7643-6-a", "types have name, endpoint, schema and their extensions", async ({ scim }) => {
  const { body } = await scim.get("/ResourceTypes");
  expect(body.Resources).toMatchObject([
    { id: "User", name: "User", endpoint: "/Users", schema: USER, schemaExtensions: expect.any(Array) },
    { id: "Group", name: "Group", endpoint: "/Groups", schema: GROUP },
  ]);
  for (const type of body.Resources) {
    expect(type.schemas).toEqual(["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]);
    for (const extension of (type["schemaExtensions"] ?? []) as object[])
      expect(extension).toEqual({ schema: expect.stringMatching(/^urn:/), required: expect.any(Boolean) });
  }
});

clause(["7643-7-a", "7643-7-b", "7643-7-d"], "every definition of every schema is complete", async ({ scim }) => {
  const { body } = await scim.get("/Schemas");
  for (const schema of body.Resources) {
    expect(schema.schemas).toEqual(["urn:ietf:params:scim:schemas:core:2.0:Schema"]);
    expect(schema.id).toMatch(/^urn:/);
    for (const attribute of schema["attributes"] as Definition[]) checkDefinition(attribute, schema.id);
  }
});

function checkDefinition(attribute: Definition, owner: string): void {
  const said = `${owner}:${attribute.name}`;
  expect(attribute, said).toMatchObject({
    name: expect.stringMatching(/^[$A-Za-z][-\w]*$/),
    multiValued: expect.any(Boolean),
  });
  expect(attribute, said).toMatchObject({ description: expect.any(String), required: expect.any(Boolean) });
  expect(["string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", "complex"], said).toContain(
    attribute.type,
  );
  expect(["readOnly", "readWrite", "immutable", "writeOnly"], said).toContain(attribute["mutability"]);
  expect(["always", "never", "default", "request"], said).toContain(attribute["returned"]);
  if (attribute.type !== "complex") expect(["none", "server", "global"], said).toContain(attribute["uniqueness"]);
  if (attribute.type === "string") expect(attribute["caseExact"], said).toBeTypeOf("boolean");
  if (attribute.type === "reference")
    expect(attribute["referenceTypes"], said).toEqual(expect.arrayContaining([expect.any(String)]));
  if (attribute.type !== "complex") expect(attribute, said).not.toHaveProperty("subAttributes");
  else for (const sub of attribute.subAttributes as Definition[]) checkDefinition(sub, said);
}

clause("7643-7-c", "User, Group and EnterpriseUser are as section 4 has them", async ({ scim }) => {
  const user = await definitions(scim, USER);
  const singular =
    "userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password";
  const lists = "emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates";
  expect(user.map(({ name }) => name)).toEqual(expect.arrayContaining(`${singular} ${lists}`.split(" ")));
  for (const { name, multiValued } of user)
    expect({ name, multiValued }).toEqual({ name, multiValued: lists.split(" ").includes(name) });
  const row = (list: Definition[], name: string) => list.find((attribute) => attribute.name === name);
  expect(row(user, "userName")).toMatchObject({
    required: true,
    caseExact: false,
    uniqueness: "server",
    type: "string",
  });
  expect(row(user, "password")).toMatchObject({ mutability: "writeOnly", returned: "never" });
  expect(row(user, "active")).toMatchObject({ type: "boolean" });
  expect(row(user, "groups")).toMatchObject({ mutability: "readOnly", type: "complex" });
  expect(row(user, "x509Certificates")?.subAttributes?.find(({ name }) => name === "value")).toMatchObject({
    type: "binary",
  });
  expect(row(user, "photos")?.subAttributes?.find(({ name }) => name === "value")).toMatchObject({ type: "reference" });
  expect(row(user, "emails")?.subAttributes?.find(({ name }) => name === "type")).toMatchObject({
    canonicalValues: ["work", "home", "other"],
  });
  const group = await definitions(scim, GROUP);
  expect(row(group, "displayName")).toMatchObject({ required: true, type: "string" });
  for (const name of ["value", "$ref", "type"])
    expect(row(group, "members")?.subAttributes?.find((sub) => sub.name === name)).toMatchObject({
      mutability: "immutable",
    });
  const enterprise = await definitions(scim, ENTERPRISE);
  for (const name of ["employeeNumber", "costCenter", "organization", "division", "department"])
    expect(row(enterprise, name)).toMatchObject({ type: "string", multiValued: false, required: false });
  expect(row(enterprise, "manager")?.subAttributes?.find(({ name }) => name === "displayName")).toMatchObject({
    mutability: "readOnly",
  });
});
