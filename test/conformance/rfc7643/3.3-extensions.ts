import { SchemaAttributeType } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { expect } from "vitest";
import { sendHttp } from "../../e2e/scim-client.ts";
import { ENTERPRISE, GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";
import { CUSTOM, defineExtension } from "../settings.ts";

const { SCHEMA_ATTRIBUTE_TYPE_STRING: string, SCHEMA_ATTRIBUTE_TYPE_COMPLEX: complex } = SchemaAttributeType;

clause("7643-3.2-a", "each type of /ResourceTypes answers at its endpoint", async ({ scim }) => {
  const { body } = await scim.get("/ResourceTypes");
  for (const type of body.Resources) expect((await scim.get(String(type["endpoint"]))).status).toBe(200);
});

clause(
  "7643-3.3-a",
  "an extension is kept under its URN, and an unknown one is refused",
  async ({ scim, user, read }) => {
    const anna = await user({ [ENTERPRISE]: { department: "R&D" } });
    expect((await read(anna))[ENTERPRISE]).toEqual({ department: "R&D" });
    const unknown = "urn:example:params:scim:schemas:extension:unknown:1.0:User";
    const refused = await scim.post("/Users", { schemas: [USER, unknown], userName: "x", [unknown]: { a: 1 } });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain(unknown);
    expect(
      (await scim.post("/Groups", { schemas: [GROUP], displayName: "x", [ENTERPRISE]: { department: "x" } })).status,
    ).toBe(400);
  },
);

clause(
  "7643-3.3-b",
  "the user's type has the enterprise user as an extension that is not required",
  async ({ scim }) => {
    const { body } = await scim.get("/ResourceTypes/User");
    expect(body["schemaExtensions"]).toContainEqual({ schema: ENTERPRISE, required: false });
    for (const { schema } of body["schemaExtensions"] as { schema: string }[])
      expect((await scim.get(`/Schemas/${schema}`)).status).toBe(200);
  },
);

clause(
  "7643-3.3-c",
  "an extension of the tenant's own is told, checked, kept, filtered and sorted by",
  async (given) => {
    const { account, scim, user, stack } = given;
    await defineExtension(account, {
      attributes: [
        { name: "badge", type: string, description: "The badge.", canonicalValues: ["red", "blue"] },
        {
          name: "desks",
          type: complex,
          multiValued: true,
          subAttributes: [
            { name: "value", type: string },
            { name: "type", type: string },
          ],
        },
      ],
    });
    const schema = (await scim.get(`/Schemas/${CUSTOM}`)).body;
    expect(schema).toMatchObject({
      id: CUSTOM,
      name: "Badge",
      attributes: [
        { name: "badge", type: "string" },
        { name: "desks", type: "complex" },
      ],
    });
    expect((await scim.get("/Schemas")).body.Resources.map(({ id }) => id)).toContain(CUSTOM);
    expect((await scim.get("/ResourceTypes/User")).body["schemaExtensions"]).toContainEqual({
      schema: CUSTOM,
      required: false,
    });
    expect((await sendHttp("GET", `${stack.processes.scim}/Schemas/${CUSTOM}`)).status).toBe(404);

    const one = await user({
      [CUSTOM]: {
        badge: "Red",
        desks: [
          { value: "1", type: "left" },
          { value: "2", type: "right" },
        ],
      },
    });
    const other = await user({ [CUSTOM]: { badge: "blue" } });
    expect(one.schemas).toEqual([USER, CUSTOM]);
    const found = async (query: string) =>
      (await scim.get(`/Users?${query}`)).body.Resources?.map(({ id }) => id) ?? [];
    expect(await found(`filter=${CUSTOM}:badge eq "RED"`)).toEqual([one.id]);
    expect(await found(`filter=${CUSTOM}:desks[value eq "1" and type eq "left"]`)).toEqual([one.id]);
    expect(await found(`filter=${CUSTOM}:desks[value eq "1" and type eq "right"]`)).toEqual([]);
    expect(await found(`sortBy=${CUSTOM}:badge`)).toEqual([other.id, one.id]);
    const { body } = await scim.patch(`/Users/${one.id}`, {
      op: "replace",
      path: `${CUSTOM}:desks[type eq "left"].value`,
      value: "9",
    });
    expect(body[CUSTOM]).toMatchObject({ badge: "Red", desks: [{ value: "9" }, { value: "2" }] });
    for (const wrong of [{ badge: 5 }, { color: "red" }, { desks: 5 }])
      expect((await scim.post("/Users", { schemas: [USER, CUSTOM], userName: "x", [CUSTOM]: wrong })).status).toBe(400);

    const { scim: stranger } = await stack.newAccount();
    expect((await stranger.get(`/Schemas/${CUSTOM}`)).status).toBe(404);
    expect(
      (await stranger.post("/Users", { schemas: [USER, CUSTOM], userName: "x", [CUSTOM]: { badge: "1" } })).status,
    ).toBe(400);
  },
);
