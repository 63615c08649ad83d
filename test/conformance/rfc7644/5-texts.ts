import { expect } from "vitest";
import { GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(
  ["7644-5-a", "7644-7.8-a"],
  "names in another case or composition are the same name, in writes and in filters",
  async ({ scim, user, group }) => {
    const composed = "zo\u00eb@example.com";
    const decomposed = "ZOE\u0308@example.com";
    const zoe = await user({ userName: composed });
    const sales = await group("Caf\u00e9");
    expect((await scim.post("/Users", { schemas: [USER], userName: decomposed })).status).toBe(409);
    expect((await scim.post("/Groups", { schemas: [GROUP], displayName: "CAFE\u0301" })).status).toBe(409);
    for (const operator of ["eq", "sw", "co"])
      expect(
        (await scim.get(`/Users?filter=userName ${operator} "${decomposed}"`)).body.Resources,
        operator,
      ).toMatchObject([{ id: zoe.id }]);
    expect((await scim.get('/Groups?filter=displayName eq "cafe\u0301"')).body.Resources).toMatchObject([
      { id: sales.id },
    ]);
    expect((await scim.get(`/Users/${zoe.id}`)).body["userName"]).toBe(composed);
  },
);
