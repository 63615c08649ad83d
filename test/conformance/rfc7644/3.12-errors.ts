import { expect } from "vitest";
import type { Method } from "../../e2e/scim-client.ts";
import { ERROR, patchOp, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(
  ["7644-3.12-a", "7644-3.12-b"],
  "schemas, status as text, and a sentence that names what is wrong",
  async ({ scim, user }) => {
    const { id } = await user();
    for (const { status, body, text } of [
      await scim.get("/Users/unknown"),
      await scim.post("/Users", { schemas: [USER], userName: "x", favourite: "red" }),
      await scim.send("PUT", `/Users/${id}`, { schemas: [USER] }, { "if-match": 'W/"99"' }),
      await scim.get("/Nothing"),
    ]) {
      expect(
        Object.keys(JSON.parse(text)).filter((key) => !["schemas", "status", "scimType", "detail"].includes(key)),
      ).toEqual([]);
      expect(body).toMatchObject({ schemas: [ERROR], status: String(status) });
      expect(body.detail.length).toBeGreaterThan(10);
    }
    expect((await scim.post("/Users", { schemas: [USER], userName: "x", favourite: "red" })).body.detail).toContain(
      "favourite",
    );
  },
);

clause("7644-3.12-c", "each keyword of table 9 for its fault", async ({ scim, user }) => {
  const anna = await user({ emails: [{ value: "a@x", type: "work" }] });
  const path = `/Users/${anna.id}`;
  const faults: [keyword: string, Method, string, unknown?][] = [
    ["invalidFilter", "GET", "/Users?filter=nonsense"],
    ["uniqueness", "POST", "/Users", { schemas: [USER], userName: anna["userName"] }],
    ["mutability", "PATCH", path, patchOp({ op: "replace", path: "id", value: "x" })],
    ["invalidSyntax", "POST", "/Users", "{"],
    ["invalidSyntax", "PATCH", path, patchOp({ op: "nonsense", path: "title", value: "x" })],
    ["invalidPath", "PATCH", path, patchOp({ op: "replace", path: "favourite", value: "x" })],
    ["noTarget", "PATCH", path, patchOp({ op: "replace", path: 'emails[type eq "home"].value', value: "x" })],
    ["noTarget", "PATCH", path, patchOp({ op: "remove" })],
    ["invalidValue", "POST", "/Users", { schemas: [USER] }],
    ["invalidValue", "PATCH", path, patchOp({ op: "replace", path: "active", value: "perhaps" })],
  ];
  for (const [keyword, method, target, body] of faults) {
    const answer = await scim.send(method, target, body);
    expect({ target, body, keyword: answer.body["scimType"] }).toEqual({ target, body, keyword });
    expect(answer.status).toBe(keyword === "uniqueness" ? 409 : 400);
  }
});

clause(
  ["7644-3.12-d", "7644-3.12-e", "7644-3.12-f", "7644-3.12-g"],
  "404, 412, 413 and 501",
  async ({ scim, user }) => {
    const { id } = await user();
    expect((await scim.get("/Users/unknown")).status).toBe(404);
    expect((await scim.get("/Nothing")).status).toBe(404);
    expect((await scim.send("DELETE", `/Users/${id}`, undefined, { "if-match": 'W/"99"' })).status).toBe(412);
    expect((await scim.send("POST", "/Users", " ".repeat(1_048_577))).status).toBe(413);
    expect((await scim.get("/Me")).status).toBe(501);
  },
);
