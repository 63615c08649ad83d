import { expect } from "vitest";
import type { ScimBody } from "../../e2e/scim-client.ts";
import { ENTERPRISE } from "../../e2e/scim-messages.ts";
import { clause, type Given } from "../case.ts";
import { everyPath } from "../every-path.ts";
import { fullUser } from "../full-user.ts";

/** A user and a group with all that they can have, beside others that have nothing of it. */
async function everything({ user, group, read }: Given): Promise<ScimBody[]> {
  const boss = await user();
  const manager = { manager: { value: boss.id } };
  const full = await user({ ...fullUser, active: false, [ENTERPRISE]: { ...fullUser[ENTERPRISE], ...manager } });
  const sales = await group("Sales", full);
  await group("Empty");
  return [await read(full), await read(sales)];
}

clause(
  ["7644-3.4.2.2-w", "7644-3.4.2.2-a", "7644-3.4.2.2-f"],
  "eq and pr on every attribute that an answer shows",
  async (given) => {
    for (const resource of await everything(given)) {
      const endpoint = `/${resource.meta.resourceType}s`;
      for (const { path, value } of everyPath(resource)) {
        for (const filter of [`${path} eq ${JSON.stringify(value)}`, `${path} pr`]) {
          const { status, body } = await given.scim.get(`${endpoint}?filter=${encodeURIComponent(filter)}`);
          expect({ filter, status, detail: body.detail }).toEqual({ filter, status: 200, detail: undefined });
          expect(
            body.Resources.map(({ id }) => id),
            filter,
          ).toContain(resource.id);
          if (path !== "schemas" && !path.startsWith("meta.") && filter.endsWith("pr") === false)
            expect(body.totalResults, filter).toBe(1);
        }
      }
    }
  },
);

clause("7644-3.4.2.3-h", "every attribute that an answer shows, in both directions", async (given) => {
  for (const resource of await everything(given)) {
    const endpoint = `/${resource.meta.resourceType}s`;
    const paths = everyPath(resource).map(({ path }) => path);
    for (const path of paths.filter((path) => !UNSORTABLE.test(path)))
      for (const sortOrder of ["ascending", "descending"]) {
        const { status, body } = await given.scim.get(`${endpoint}?sortBy=${path}&sortOrder=${sortOrder}`);
        expect({ path, status, detail: body.detail }).toEqual({ path, status: 200, detail: undefined });
        expect(body.Resources).toHaveLength(2);
      }
  }
});

// What is derived from something else, or is a list by its nature, has no order of its own.
const UNSORTABLE = /^(schemas|meta\.(resourceType|location|version))$|\$ref$|^(groups|members)\./;

clause(["7644-3.4.2.5-a", "7644-3.4.2.5-c"], "each attribute by itself", async (given) => {
  for (const resource of await everything(given)) {
    const one = `/${resource.meta.resourceType}s/${resource.id}`;
    for (const { path, value } of everyPath(resource)) {
      const { body } = await given.scim.get(`${one}?attributes=${encodeURIComponent(path)}`);
      const shown = everyPath(body).filter((entry) => entry.path !== "schemas" && entry.path !== "id");
      // The version of a user covers the groups only where they are shown.
      if (!["schemas", "id", "meta.version"].includes(path)) expect(shown, path).toEqual([{ path, value }]);
    }
  }
});
