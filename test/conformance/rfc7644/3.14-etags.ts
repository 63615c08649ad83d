import { expect } from "vitest";
import { GROUP, patchOp, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(
  ["7644-3.14-a", "7644-3.14-b"],
  "ETag is meta.version on every answer of one resource",
  async ({ scim, user, group }) => {
    const anna = await user();
    const sales = await group("Sales", anna);
    const answers = [
      await scim.post("/Users", { schemas: [USER], userName: "ben" }),
      await scim.post("/Groups", { schemas: [GROUP], displayName: "R&D" }),
      await scim.get(`/Users/${anna.id}`),
      await scim.get(`/Groups/${sales.id}`),
      await scim.put(`/Users/${anna.id}`, { ...anna, title: "Engineer" }),
      await scim.patch(`/Users/${anna.id}`, { op: "add", path: "title", value: "Director" }),
      await scim.put(`/Groups/${sales.id}`, { ...sales, externalId: "1" }),
    ];
    for (const { headers, body } of answers) expect({ etag: headers["etag"] }).toEqual({ etag: body.meta.version });
    const patched = await scim.patch(`/Groups/${sales.id}`, { op: "add", path: "externalId", value: "2" });
    expect(patched.headers["etag"]).toBe((await scim.get(`/Groups/${sales.id}`)).body.meta.version);
    const listed = (await scim.get(`/Users?filter=id eq "${anna.id}"`)).body.Resources[0];
    expect(listed?.meta.version).toBe((await scim.get(`/Users/${anna.id}`)).headers["etag"]);
  },
);

clause("7644-3.14-c", "If-None-Match with the current tag is 304 without a body", async ({ scim, user, group }) => {
  const anna = await user();
  for (const resource of [anna, await group("Sales", anna)]) {
    const path = `/${resource.meta.resourceType}s/${resource.id}`;
    const { headers } = await scim.get(path);
    const etag = headers["etag"] ?? "";
    for (const tag of [etag, `"other", ${etag}`, "*"]) {
      const { status, text, headers: received } = await scim.send("GET", path, undefined, { "if-none-match": tag });
      expect({ tag, status, text, etag: received["etag"] }).toEqual({ tag, status: 304, text: "", etag });
      expect(received["content-location"]).toBe(resource.meta.location);
    }
    expect((await scim.send("GET", path, undefined, { "if-none-match": 'W/"99"' })).status).toBe(200);
    await scim.patch(path, { op: "add", path: "externalId", value: "1" });
    expect((await scim.send("GET", path, undefined, { "if-none-match": etag })).status).toBe(200);
  }
});

clause(
  "7644-3.14-d",
  "If-Match with another tag is 412, and nothing is written",
  async ({ scim, user, group, read }) => {
    const anna = await user();
    for (const resource of [anna, await group("Sales", anna)]) {
      const path = `/${resource.meta.resourceType}s/${resource.id}`;
      const before = await read(resource);
      const headers = { "if-match": 'W/"99"' };
      const patch = patchOp({ op: "add", path: "externalId", value: "1" });
      for (const answer of [
        await scim.send("PUT", path, { ...resource, externalId: "1" }, headers),
        await scim.send("PATCH", path, patch, headers),
        await scim.send("DELETE", path, undefined, headers),
      ])
        expect(answer.status).toBe(412);
      expect(await read(resource)).toEqual(before);
    }
  },
);

clause("7644-3.14-e", "If-Match with the current tag, one of a list, or any", async ({ scim, user, group, read }) => {
  for (const resource of [await user(), await group("Sales", await user())]) {
    const path = `/${resource.meta.resourceType}s/${resource.id}`;
    const ifMatch = async () => ({ "if-match": (await read(resource)).meta.version });
    const put = await scim.send("PUT", path, { ...resource, externalId: "1" }, await ifMatch());
    const patch = patchOp({ op: "add", path: "externalId", value: "2" });
    const one = await scim.send("PATCH", path, patch, { "if-match": `W/"99", ${(await ifMatch())["if-match"]}` });
    const any = await scim.send("PATCH", path, patch, { "if-match": "*" });
    const gone = await scim.send("DELETE", path, undefined, await ifMatch());
    expect([put.status, one.status, any.status, gone.status]).toEqual([200, one.status, one.status, 204]);
    expect([200, 204]).toContain(one.status);
  }
});

clause(
  ["7644-3.14-f", "7644-3.14-g"],
  "each change gives a new weak tag, no change keeps it",
  async ({ scim, user, group, read }) => {
    const anna = await user({ title: "1" });
    const sales = await group("Sales");
    const versions = [anna.meta.version];
    for (const title of ["2", "3", "2"])
      versions.push(
        (await scim.patch(`/Users/${anna.id}`, { op: "replace", path: "title", value: title })).body.meta.version,
      );
    expect(new Set(versions).size).toBe(4);
    for (const version of versions) expect(version).toMatch(/^W\/"[^"]+"$/);
    const same = await scim.patch(`/Users/${anna.id}`, { op: "replace", path: "title", value: "2" });
    expect(same.body.meta.version).toBe(versions[3]);
    expect((await scim.put(`/Users/${anna.id}`, await read(anna))).body.meta.version).toBe(versions[3]);
    await scim.patch(`/Groups/${sales.id}`, { op: "add", path: "members", value: [{ value: anna.id }] });
    expect((await read(sales)).meta.version).not.toBe(sales.meta.version);
  },
);

clause(
  "7644-3.14-h",
  "If-None-Match with the current tag, or any, keeps a write from happening",
  async ({ scim, user, group, read }) => {
    for (const resource of [await user(), await group("Sales")]) {
      const path = `/${resource.meta.resourceType}s/${resource.id}`;
      const patch = patchOp({ op: "add", path: "externalId", value: "1" });
      for (const tag of [resource.meta.version, "*"]) {
        const headers = { "if-none-match": tag };
        const answers = [
          await scim.send("PUT", path, { ...resource, externalId: "1" }, headers),
          await scim.send("PATCH", path, patch, headers),
          await scim.send("DELETE", path, undefined, headers),
        ];
        expect(answers.map(({ status }) => status)).toEqual([412, 412, 412]);
      }
      expect(await read(resource)).toEqual(resource);
      const other = await scim.send("PATCH", path, patch, { "if-none-match": 'W/"99"' });
      expect([200, 204]).toContain(other.status);
    }
  },
);
