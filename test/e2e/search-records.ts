import type { ScimAnswer, ScimClient } from "./scim-client.ts";
import { ENTERPRISE, GROUP, USER } from "./scim-messages.ts";

/** Seven users and three groups, created in turns, none in the order of its name. */
export async function createSearchRecords(scim: ScimClient): Promise<void> {
  const user = (userName: string, more: object = {}) => scim.post("/Users", { schemas: [USER], userName, ...more });
  const group = (displayName: string, members: object[] = []) =>
    scim.post("/Groups", { schemas: [GROUP], displayName, members });
  const { body: dora } = await user("dora", { displayName: "W", title: "Boss", [ENTERPRISE]: { costCenter: "2" } });
  await user("anna", { displayName: "Z", title: "clerk", emails: [{ value: "2@x" }, { value: "9@x", primary: true }] });
  await group("Yellow", [{ value: dora.id }]);
  await user("gert", { displayName: "V", emails: [{ value: "5@x" }] });
  await user("ben", {
    displayName: "A",
    title: "Assistant",
    name: { familyName: "B" },
    [ENTERPRISE]: { costCenter: "1" },
  });
  await group("Blue");
  await user("emil", { externalId: "b", emails: [{ value: "1@x" }] });
  await user("carl", { externalId: "B", name: { familyName: "A" } });
  await group("Red");
  await user("fred", { externalId: "a", active: true });
}

/** The first letters of the names on a page. */
export function names({ body }: ScimAnswer): string {
  return body.Resources.map((record) => String(record["userName"] ?? record["displayName"])[0]).join("");
}
