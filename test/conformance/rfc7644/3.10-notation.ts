import { expect } from "vitest";
import { ENTERPRISE, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(
  ["7644-3.10-a", "7644-3.10-b", "7644-3.10-c", "7644-3.10-d"],
  "the same names in filters, paths, projections and orders",
  async ({ scim, user }) => {
    const anna = await user({ name: { givenName: "Anna" }, [ENTERPRISE]: { department: "R&D" } });
    const names = [
      "name.givenName",
      "NAME.GIVENNAME",
      `${USER}:name.givenName`,
      `${USER.toUpperCase()}:Name.GivenName`,
    ];
    for (const name of names) {
      expect((await scim.get(`/Users?filter=${name} eq "anna"`)).body.totalResults, name).toBe(1);
      expect((await scim.get(`/Users/${anna.id}?attributes=${name}`)).body["name"], name).toEqual({
        givenName: "Anna",
      });
      expect((await scim.get(`/Users?sortBy=${name}`)).status, name).toBe(200);
      const { status } = await scim.patch(`/Users/${anna.id}`, { op: "replace", path: name, value: "Anna" });
      expect({ name, status }).toEqual({ name, status: 200 });
    }
    for (const name of [`${ENTERPRISE}:department`, `${ENTERPRISE.toLowerCase()}:DEPARTMENT`]) {
      const path = encodeURIComponent(name);
      expect((await scim.get(`/Users?filter=${path}%20eq%20%22r%26d%22`)).body.totalResults, name).toBe(1);
      expect((await scim.get(`/Users/${anna.id}?attributes=${path}`)).body[ENTERPRISE], name).toEqual({
        department: "R&D",
      });
      const { body } = await scim.patch(`/Users/${anna.id}`, { op: "replace", path: name, value: "R&D" });
      expect(body[ENTERPRISE], name).toEqual({ department: "R&D" });
    }
  },
);
