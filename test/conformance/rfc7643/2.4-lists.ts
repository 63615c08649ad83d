import { expect } from "vitest";
import { USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7643-2.4-a", "two primary values are refused, or one of them gives way", async ({ scim }) => {
  const emails = [
    { value: "a@x", primary: true },
    { value: "b@x", primary: true },
  ];
  const { status, body } = await scim.post("/Users", { schemas: [USER], userName: "x", emails });
  const primaries = ((body["emails"] ?? []) as { primary?: boolean }[]).filter(({ primary }) => primary);
  expect(status === 400 ? 1 : primaries.length).toBe(1);
});

clause("7643-2.4-b", "a pair of type and value is kept once", async ({ scim, user }) => {
  const twice = [
    { value: "a@x", type: "work" },
    { value: "a@x", type: "work" },
    { value: "a@x", type: "home" },
  ];
  const anna = await user({ emails: twice });
  expect(anna["emails"]).toEqual(twice.slice(1));
  const { body } = await scim.patch(`/Users/${anna.id}`, { op: "add", path: "emails", value: twice });
  expect(body["emails"]).toEqual(twice.slice(1));
});

clause("7643-2.4-c", "canonical types and others", async ({ user }) => {
  const phoneNumbers = ["work", "mobile", "fax", "satellite"].map((type, index) => ({ value: `${index}`, type }));
  expect((await user({ phoneNumbers }))["phoneNumbers"]).toEqual(phoneNumbers);
});

clause("7643-2.4-d", "every value that was sent is kept, and no other", async ({ user, read }) => {
  const emails = ["c", "a", "b"].map((name) => ({ value: `${name}@x`, type: "work", display: name }));
  const anna = await user({ emails });
  expect((await read(anna))["emails"]).toEqual(expect.arrayContaining(emails));
  expect((await read(anna))["emails"]).toHaveLength(3);
});
