import { expect } from "vitest";
import type { Method } from "../../e2e/scim-client.ts";
import { sendHttp } from "../../e2e/scim-client.ts";
import { ENTERPRISE, GROUP, LIST_RESPONSE, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

const endpoints = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];

clause("7644-4-a", "the configuration", async ({ scim, stack }) => {
  const { status, body } = await scim.get("/ServiceProviderConfig");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    meta: { resourceType: "ServiceProviderConfig", location: `${stack.processes.scim}/ServiceProviderConfig` },
  });
});

clause(["7644-4-b", "7644-4-c", "7644-4-d"], "schemas and types, as lists and one by one", async ({ scim }) => {
  for (const [endpoint, ids] of [
    ["/Schemas", [USER, GROUP, ENTERPRISE]],
    ["/ResourceTypes", ["User", "Group"]],
  ] as const) {
    const { status, body } = await scim.get(endpoint);
    expect(status).toBe(200);
    expect(body.schemas).toEqual([LIST_RESPONSE]);
    expect(body.Resources).toHaveLength(body.totalResults);
    expect(body.Resources.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids]));
    for (const resource of body.Resources)
      expect(await scim.get(`${endpoint}/${resource.id}`)).toMatchObject({ status: 200, body: resource });
    expect((await scim.get(`${endpoint}/unknown`)).status).toBe(404);
  }
});

clause("7644-4-e", "order, pages and projection change nothing", async ({ scim }) => {
  for (const endpoint of endpoints) {
    const whole = (await scim.get(endpoint)).body;
    for (const query of [
      "sortBy=id&sortOrder=descending",
      "startIndex=2&count=1",
      "count=0",
      "attributes=id",
      "excludedAttributes=name",
    ])
      expect(await scim.get(`${endpoint}?${query}`)).toMatchObject({ status: 200, body: whole });
  }
});

clause("7644-4-f", "a filter is 403", async ({ scim }) => {
  for (const endpoint of [...endpoints, `/Schemas/${USER}`, "/ResourceTypes/User"])
    expect((await scim.get(`${endpoint}?filter=id pr`)).status, endpoint).toBe(403);
});

clause("7644-4-g", "nothing can be written", async ({ scim }) => {
  for (const endpoint of [...endpoints, `/Schemas/${USER}`, "/ResourceTypes/User"])
    for (const method of ["POST", "PUT", "PATCH", "DELETE"] satisfies Method[])
      expect((await scim.send(method, endpoint, method === "DELETE" ? undefined : {})).status).toBe(405);
});

clause("7644-4-h", "no token is needed", async ({ stack }) => {
  for (const endpoint of [...endpoints, `/Schemas/${USER}`, "/ResourceTypes/User"])
    expect((await sendHttp("GET", `${stack.processes.scim}${endpoint}`)).status, endpoint).toBe(200);
});
