import { expect } from "vitest";
import { USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";
import { fullUser } from "../full-user.ts";

clause("7643-4.1-a", "userName is there, not blank, and nobody else's in any letter case", async ({ scim, user }) => {
  for (const userName of ["", "  ", null, 5])
    expect((await scim.post("/Users", { schemas: [USER], userName })).status, String(userName)).toBe(400);
  const anna = await user({ userName: "Anna@Example.com" });
  expect(anna["userName"]).toBe("Anna@Example.com");
  expect(await scim.post("/Users", { schemas: [USER], userName: "aNNA@eXAMPLE.COM" })).toMatchObject({
    status: 409,
    body: { scimType: "uniqueness" },
  });
});

clause(["7643-4.1.1-a", "7643-4.1.2-a"], "every attribute comes back as it was sent", async ({ user, read }) => {
  const { password: _, ...shown } = fullUser;
  const anna = await user(fullUser);
  expect(await read(anna)).toMatchObject(shown);
});

clause("7643-4.1.1-b", "password is never returned", async ({ user, read }) => {
  const anna = await user({ password: "t1meMa$heen" });
  for (const body of [anna, await read(anna)]) {
    expect(body).not.toHaveProperty("password");
    expect(JSON.stringify(body)).not.toContain("t1meMa");
  }
});

clause("7643-4.1.1-c", "active is what the client says, in reads and in filters", async ({ scim, user }) => {
  const [on, off] = [await user({ active: true }), await user({ active: false })];
  expect([on["active"], off["active"]]).toEqual([true, false]);
  expect((await scim.get("/Users?filter=active eq false")).body.Resources).toMatchObject([{ id: off.id }]);
});

clause(
  ["7643-4.1.2-b", "7643-4.1.2-c"],
  "groups follows members at once, direct and through groups",
  async ({ scim, user, group, read, stack }) => {
    const anna = await user();
    const groups = async () =>
      ((await read(anna))["groups"] ?? []) as { value: string; display: string; type: string }[];
    const inner = await group("Inner", anna);
    const ref = `${stack.processes.scim}/Groups/${inner.id}`;
    expect(await groups()).toEqual([{ value: inner.id, $ref: ref, display: "Inner", type: "direct" }]);
    const outer = await group("Outer", inner);
    expect((await groups()).map(({ value, type }) => [value, type]).sort()).toEqual(
      [
        [inner.id, "direct"],
        [outer.id, "indirect"],
      ].sort(),
    );
    await scim.patch(`/Groups/${inner.id}`, { op: "replace", path: "displayName", value: "Core" });
    expect((await groups()).map(({ display }) => display).sort()).toEqual(["Core", "Outer"]);
    await scim.patch(`/Groups/${outer.id}`, { op: "remove", path: `members[value eq "${inner.id}"]` });
    expect((await groups()).map(({ value }) => value)).toEqual([inner.id]);
    await scim.delete(`/Groups/${inner.id}`);
    expect(await groups()).toEqual([]);
    const refused = await scim.patch(`/Users/${anna.id}`, { op: "add", path: "groups", value: [{ value: outer.id }] });
    expect(refused).toMatchObject({ status: 400, body: { scimType: "mutability" } });
  },
);

clause("7643-4.1.2-d", "a certificate that is not base64 is refused by its name", async ({ scim, user }) => {
  await user({ x509Certificates: [{ value: "MIIDQw==" }] });
  const { status, body } = await scim.post("/Users", {
    schemas: [USER],
    userName: "x",
    x509Certificates: [{ value: "#" }],
  });
  expect(status).toBe(400);
  expect(body.detail).toContain("x509Certificates");
});
