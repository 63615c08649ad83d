import { expect } from "vitest";
import type { Method } from "../../e2e/scim-client.ts";
import { patchOp, USER } from "../../e2e/scim-messages.ts";
import { clause, type Given } from "../case.ts";

/** The body of each operation that answers with a user, asked for with the query. */
async function answers({ scim, user }: Given, query: string): Promise<Record<string, unknown>[]> {
  const attributes = { displayName: "Anna", title: "Engineer", nickName: "Änni" };
  const anna = await user(attributes);
  const one = `/Users/${anna.id}?${query}`;
  const requests: [Method, string, object?][] = [
    ["GET", one],
    ["PUT", one, { ...anna, title: "Engineer" }],
    ["PATCH", one, patchOp({ op: "replace", path: "title", value: "Engineer" })],
    ["POST", `/Users?${query}`, { schemas: [USER], userName: `${anna.id}@example.com`, ...attributes }],
  ];
  const bodies: Record<string, unknown>[] = [];
  for (const [method, path, body] of requests) bodies.push((await scim.send(method, path, body)).body);
  const list = (await scim.get(`/Users?count=1&${query}`)).body.Resources[0];
  return [...bodies, list as Record<string, unknown>];
}

clause(["7644-3.9-a", "7644-3.9-c"], "attributes narrows GET, PUT, PATCH, POST and lists", async (given) => {
  for (const body of await answers(given, "attributes=title,%20DISPLAYNAME"))
    expect(body).toEqual({ schemas: [USER], id: expect.any(String), title: "Engineer", displayName: "Anna" });
});

clause("7644-3.9-b", "excludedAttributes takes from GET, PUT, PATCH, POST and lists", async (given) => {
  for (const body of await answers(given, "excludedAttributes=id,schemas,title,meta.version")) {
    expect(body).toMatchObject({ schemas: [USER], id: expect.any(String), displayName: "Anna", nickName: "Änni" });
    expect(body).not.toHaveProperty("title");
    expect(body).not.toHaveProperty("meta.version");
  }
});
