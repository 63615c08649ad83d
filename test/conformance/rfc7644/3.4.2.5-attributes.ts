import { expect } from "vitest";
import { ENTERPRISE, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

const anna = {
  userName: "anna@example.com",
  displayName: "Anna",
  name: { familyName: "Ōkami", givenName: "Anna" },
  emails: [{ value: "anna@example.com", type: "work" }],
  [ENTERPRISE]: { department: "R&D", employeeNumber: "4711" },
};

clause("7644-3.4.2.5-a", "attributes replaces the default set and keeps id and schemas", async ({ scim, user }) => {
  const { id } = await user(anna);
  const [only] = (await scim.get("/Users?attributes=displayName,emails")).body.Resources;
  expect(Object.keys(only ?? {}).sort()).toEqual(["displayName", "emails", "id", "schemas"]);
  expect(only).toMatchObject({ id, displayName: "Anna", emails: [{ value: "anna@example.com", type: "work" }] });
});

clause("7644-3.4.2.5-b", "excludedAttributes takes away, but neither id nor schemas", async ({ scim, user }) => {
  const { id } = await user(anna);
  const [rest] = (await scim.get("/Users?excludedAttributes=id,schemas,displayName,emails")).body.Resources;
  expect(rest).toMatchObject({
    id,
    schemas: [USER, ENTERPRISE],
    userName: "anna@example.com",
    name: { givenName: "Anna" },
  });
  expect(rest).not.toHaveProperty("displayName");
  expect(rest).not.toHaveProperty("emails");
});

clause("7644-3.4.2.5-c", "sub-attributes, and attributes of an extension", async ({ scim, user }) => {
  await user(anna);
  const named = encodeURIComponent(`name.givenName,emails.value,${ENTERPRISE}:department`);
  const [only] = (await scim.get(`/Users?attributes=${named}`)).body.Resources;
  expect(only?.["name"]).toEqual({ givenName: "Anna" });
  expect(only?.["emails"]).toEqual([{ value: "anna@example.com" }]);
  expect(only?.[ENTERPRISE]).toEqual({ department: "R&D" });
  const [rest] = (await scim.get(`/Users?excludedAttributes=${named}`)).body.Resources;
  expect(rest?.["name"]).toEqual({ familyName: "Ōkami" });
  expect(rest?.["emails"]).toEqual([{ type: "work" }]);
  expect(rest?.[ENTERPRISE]).toEqual({ employeeNumber: "4711" });
});
