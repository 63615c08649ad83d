import { expect } from "vitest";
import { ENTERPRISE } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

const everything = {
  title: "Engineer",
  name: { familyName: "Ōkami" },
  emails: [{ value: "a@x" }],
  [ENTERPRISE]: { department: "R&D" },
};

clause(
  ["7643-2.5-a", "7643-2.5-b", "7643-2.5-c"],
  "null, [] and nothing are the same, in POST, PUT and PATCH",
  async ({ scim, user }) => {
    const nothing = {
      title: null,
      name: { familyName: null },
      emails: [],
      phoneNumbers: null,
      [ENTERPRISE]: { department: null },
    };
    const absent = ["title", "name", "emails", "phoneNumbers", ENTERPRISE];
    const created = await user(nothing);
    const one = await user(everything);
    const put = (await scim.put(`/Users/${one.id}`, { ...one, ...nothing })).body;
    const other = await user(everything);
    const patched = (await scim.patch(`/Users/${other.id}`, { op: "replace", value: nothing })).body;
    for (const body of [created, put, patched]) {
      for (const name of absent) expect(body).not.toHaveProperty([name]);
      expect(body.schemas).toHaveLength(1);
    }
    for (const filter of ["title pr", "emails pr", "name.familyName pr", `${ENTERPRISE}:department pr`])
      expect((await scim.get(`/Users?filter=${filter}`)).body.totalResults, filter).toBe(0);
  },
);
