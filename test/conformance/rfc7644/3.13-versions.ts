import { expect } from "vitest";
import { scimClient } from "../../e2e/scim-client.ts";
import { clause } from "../case.ts";

clause(
  ["7644-3.13-a", "7644-3.13-b", "7644-3.13-c"],
  "/v2 and no version answer the same; /v1 and /v3 are refused",
  async ({ stack, account, user }) => {
    const { id } = await user();
    const under = (base: string) =>
      scimClient(`${stack.processes.http}${base}`, account.tokens.scim).get(`/Users/${id}`);
    for (const base of ["/scim/v2", "/scim", ""]) {
      const { status, body } = await under(base);
      expect(status, base).toBe(200);
      expect(body.meta.location).toBe(`${stack.processes.http}${base}/Users/${id}`);
    }
    for (const base of ["/scim/v1", "/scim/v3", "/v1"]) expect((await under(base)).status, base).toBe(404);
  },
);
