import { describe, expect, it } from "vitest";
import { minimalSchema } from "../mapping/minimal-profile.ts";
import { DEFAULT_VIEW } from "./account-view.ts";
import { describeRoutes } from "./openapi.ts";
import { type Services, scimRoutes } from "./routes.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect in it.
type Json = any;

// No handler runs here.
const routes = scimRoutes({} as Services);
const document: Json = describeRoutes(routes, DEFAULT_VIEW, "https://h/scim/v2");
const operations: Json[] = Object.values(document.paths).flatMap((path) => Object.values(path as object));

describe("the OpenAPI document", () => {
  it("has every route once, under an id of its own", () => {
    expect(operations).toHaveLength(routes.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
    for (const { method, path } of routes)
      expect(document.paths[path.replace(/:\w+/g, "{id}")], path).toHaveProperty(method.toLowerCase());
  });

  it("refers to nothing that it does not have, and has nothing that it does not refer to", () => {
    const used = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, ref]) => ref),
    );
    const { securitySchemes, ...components } = document.components;
    const known = Object.entries(components).flatMap(([kind, parts]) =>
      Object.keys(parts as object).map((name) => `${kind}/${name}`),
    );
    expect([...used].sort()).toEqual(known.sort());
    expect(Object.keys(securitySchemes)).toEqual(["bearer"]);
  });

  it("says what each operation answers, when it succeeds and when it fails", () => {
    for (const { operationId, responses } of operations) {
      const isOffered = !operationId.endsWith("Me");
      expect(
        Object.keys(responses).some((status) => status.startsWith("2")),
        operationId,
      ).toBe(isOffered);
      for (const status of ["400", "401", "403", "429", "500", "503"])
        expect(responses, operationId).toHaveProperty(status);
    }
    const { paths } = document;
    expect(Object.keys(paths["/Users/{id}"].patch.responses)).toEqual([
      "200",
      "400",
      "401",
      "403",
      "404",
      "409",
      "412",
      "413",
      "415",
      "429",
      "500",
      "503",
    ]);
    expect(paths["/Users/{id}"].get.responses).toHaveProperty("304");
    expect(paths["/Groups/{id}"].patch.responses).toHaveProperty("204");
    expect(paths["/Me"].get.responses).toHaveProperty("501");
  });

  it("names the parameters that each operation takes", () => {
    const named = (path: string, method: string) =>
      document.paths[path][method].parameters.map(({ $ref, name }: Json) => $ref?.split("/").at(-1) ?? name);
    expect(named("/Users", "get")).toEqual([
      "filter",
      "sortBy",
      "sortOrder",
      "startIndex",
      "count",
      "cursor",
      "attributes",
      "excludedAttributes",
    ]);
    expect(named("/Users/{id}", "get")).toEqual([
      "id",
      "attributes",
      "excludedAttributes",
      "If-Match",
      "If-None-Match",
    ]);
    expect(named("/Users/{id}", "delete")).toEqual(["id", "If-Match", "If-None-Match"]);
  });

  it("asks for a token wherever one is needed", () => {
    for (const { tags, security } of operations)
      expect(security).toEqual(tags[0] === "Discovery" ? [{}, { bearer: [] }] : [{ bearer: [] }]);
  });

  it("has users as their attributes are defined", () => {
    const { properties } = document.components.schemas.User;
    expect(properties.id).toMatchObject({ type: "string", readOnly: true });
    expect(properties.schemas).not.toHaveProperty("readOnly");
    expect(properties.userName).toMatchObject({ type: "string", maxLength: 255 });
    expect(properties.password).toMatchObject({ writeOnly: true });
    expect(properties.emails).toMatchObject({
      type: "array",
      items: { properties: { primary: { type: "boolean" }, type: { examples: ["work", "home", "other"] } } },
    });
    expect(properties.groups).toMatchObject({ readOnly: true });
    expect(properties["urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"].additionalProperties).toBe(true);
    const [schema] = document.paths["/Users"].post.requestBody.content["application/scim+json"].schema.allOf.slice(1);
    expect(schema.required).toEqual(["userName"]);
  });

  it("is that of the account: what it lacks is missing, what is never returned is only written", () => {
    const schemas = { ...DEFAULT_VIEW.schemas, User: minimalSchema(DEFAULT_VIEW.schemas.User) };
    const minimal: Json = describeRoutes(routes, { ...DEFAULT_VIEW, profile: "minimal", schemas }, "https://h");
    expect(Object.keys(minimal.paths).filter((path) => path.includes("Group"))).toEqual([]);
    expect(minimal.components.schemas).not.toHaveProperty("Group");
    expect(minimal.tags.map(({ name }: Json) => name)).toEqual(["Users", "Resources", "Discovery"]);
    expect(minimal.components.schemas.User.properties.userName).toMatchObject({ writeOnly: true });
    expect(minimal.components.schemas.User.properties.active).not.toHaveProperty("writeOnly");
  });
});
