import { expect } from "vitest";
import { ENTERPRISE } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7643-4.3-a", "every attribute comes back as it was sent", async ({ user, read }) => {
  const sent = {
    employeeNumber: "701984",
    costCenter: "4130",
    organization: "Universal",
    division: "Parks",
    department: "Tours",
  };
  expect((await read(await user({ [ENTERPRISE]: sent })))[ENTERPRISE]).toEqual(sent);
});

clause(
  ["7643-4.3-b", "7643-4.3-c"],
  "manager has the user's id and address; its name is not the client's to set",
  async ({ stack, scim, user, read }) => {
    const boss = await user({ displayName: "The Boss" });
    const anna = await user({ [ENTERPRISE]: { manager: { value: boss.id, displayName: "Somebody else" } } });
    const { manager } = (await read(anna))[ENTERPRISE] as { manager: Record<string, string> };
    expect(manager).toMatchObject({ value: boss.id });
    expect(manager["$ref"]).toMatch(new RegExp(`(${stack.processes.scim}|\\.\\.)/Users/${boss.id}$`));
    expect(["The Boss", undefined]).toContain(manager["displayName"]);
    const refused = await scim.patch(`/Users/${anna.id}`, {
      op: "replace",
      path: `${ENTERPRISE}:manager.displayName`,
      value: "X",
    });
    expect(refused).toMatchObject({ status: 400, body: { scimType: "mutability" } });
  },
);
