import { expect } from "vitest";
import { USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7644-3.1-a", "bodies are JSON objects in UTF-8, in both directions", async ({ scim }) => {
  const displayName = "Ōkami 大神 🐺 \u202eabc";
  const body = Buffer.from(JSON.stringify({ schemas: [USER], userName: "anna", displayName }), "utf8");
  const { status, text, body: created } = await scim.send("POST", "/Users", body);
  expect(status).toBe(201);
  expect(created["displayName"]).toBe(displayName);
  expect(JSON.parse(text)).toBeTypeOf("object");
});

clause("7644-3.1-b", "a body that is not JSON, not UTF-8 or not an object is refused", async ({ scim }) => {
  for (const body of [
    "{",
    "",
    "[]",
    '"text"',
    "null",
    "{'a': 1}",
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  ]) {
    const answer = await scim.send("POST", "/Users", body);
    expect(answer.status, String(body)).toBe(400);
    expect(answer.body).toMatchObject({ scimType: "invalidSyntax" });
  }
});

clause("7644-3.1-c", "a query parameter that nobody knows changes nothing", async ({ scim, user }) => {
  const { id } = await user();
  expect((await scim.get("/Users?aadOptscim062020&favourite=red")).body.totalResults).toBe(1);
  expect((await scim.get(`/Users/${id}?favourite=red`)).status).toBe(200);
});
