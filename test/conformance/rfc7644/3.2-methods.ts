import { expect } from "vitest";
import type { Method } from "../../e2e/scim-client.ts";
import { USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7644-3.2-a", "each method does its work on a user and a group", async ({ scim, user, group }) => {
  for (const resource of [await user(), await group("Sales")]) {
    const path = `/${resource.meta.resourceType}s/${resource.id}`;
    expect((await scim.get(path)).status).toBe(200);
    expect((await scim.put(path, { ...resource, externalId: "1" })).body["externalId"]).toBe("1");
    expect([200, 204]).toContain((await scim.patch(path, { op: "replace", path: "externalId", value: "2" })).status);
    expect((await scim.get(path)).body["externalId"]).toBe("2");
    expect((await scim.delete(path)).status).toBe(204);
    expect((await scim.get(path)).status).toBe(404);
  }
});

clause(
  "7644-3.2-b",
  "a method that an endpoint does not have is 405 and Allow names the others",
  async ({ scim, user }) => {
    const { id } = await user();
    const others: Record<string, Method[]> = {
      "/Users": ["PUT", "PATCH", "DELETE"],
      "/Groups": ["PUT", "PATCH", "DELETE"],
      [`/Users/${id}`]: ["POST"],
      "/Bulk": ["GET", "PUT", "PATCH", "DELETE"],
      "/.search": ["GET", "PUT", "PATCH", "DELETE"],
      "/Users/.search": ["PUT", "PATCH", "DELETE"],
      "/Schemas": ["POST", "PUT", "PATCH", "DELETE"],
    };
    for (const [path, methods] of Object.entries(others))
      for (const method of methods) {
        const body = method === "GET" || method === "DELETE" ? undefined : { schemas: [USER] };
        const { status, headers } = await scim.send(method, path, body);
        expect({ path, method, status, allow: headers["allow"] !== undefined }).toEqual({
          path,
          method,
          status: 405,
          allow: true,
        });
        expect(headers["allow"]?.split(/, */)).not.toContain(method);
      }
  },
);
