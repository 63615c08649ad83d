import { expect } from "vitest";
import { sendHttp } from "../../e2e/scim-client.ts";
import { clause } from "../case.ts";

clause("7644-7.3-a", "a token in the URL or in a body is no token", async ({ stack, account }) => {
  const { scim } = account.tokens;
  const url = `${stack.processes.scim}/Users`;
  for (const query of [`access_token=${scim}`, `token=${scim}`, `authorization=Bearer%20${scim}`])
    expect((await sendHttp("GET", `${url}?${query}`)).status).toBe(401);
  expect((await sendHttp("POST", url, { access_token: scim })).status).toBe(401);
});

clause("7644-7.5.2-a", "without a token nothing of a resource is told", async ({ stack, user, group }) => {
  const anna = await user({ displayName: "Anna" });
  const sales = await group("Sales", anna);
  for (const path of ["/Users", `/Users/${anna.id}`, "/Groups", `/Groups/${sales.id}`, "/", "/Users/unknown"]) {
    const { status, text } = await sendHttp("GET", `${stack.processes.scim}${path}`);
    expect({ path, status }).toEqual({ path, status: 401 });
    expect(text).not.toMatch(/Anna|Sales|user1/);
  }
});

clause("7644-7.6-a", "a password is accepted and kept nowhere", async ({ account, scim, user, read }) => {
  const anna = await user({ password: "correct horse battery staple" });
  await scim.patch(`/Users/${anna.id}`, { op: "replace", path: "password", value: "correct horse battery" });
  await account.settle();
  const kept = await Promise.all([read(anna), account.executions(anna.id), account.people()]);
  expect(JSON.stringify(kept)).not.toContain("correct horse");
});
