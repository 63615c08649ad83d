import { expect } from "vitest";
import { clause } from "../case.ts";

clause("7644-3.4.1-a", "a user and a group are read by their ids", async ({ scim, user, group }) => {
  const anna = await user({ displayName: "Anna" });
  const sales = await group("Sales", anna);
  const found = await scim.get(`/Users/${anna.id}`);
  expect(found).toMatchObject({ status: 200, body: { id: anna.id, userName: anna["userName"], displayName: "Anna" } });
  expect(await scim.get(`/Groups/${sales.id}`)).toMatchObject({ status: 200, body: sales });
});

clause("7644-3.4.1-b", "an id of nobody, of another type or of no form is 404", async ({ scim, user }) => {
  const { id } = await user();
  const ids = ["0191f0a5-0000-7000-8000-000000000000", "unknown", `${id}x`, "%20", "a".repeat(500)];
  for (const path of [...ids.map((unknown) => `/Users/${unknown}`), `/Groups/${id}`])
    expect((await scim.get(path)).status, path).toBe(404);
});
