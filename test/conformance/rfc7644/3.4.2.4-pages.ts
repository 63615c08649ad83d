import { expect } from "vitest";
import { clause, type Given } from "../case.ts";

async function seven({ user }: Given): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < 7; index++) ids.push((await user({ title: "Engineer" })).id);
  return ids;
}

clause("7644-3.4.2.4-a", "startIndex counts from 1, and less is 1", async (given) => {
  const ids = await seven(given);
  for (const startIndex of [1, 0, -1, -100]) {
    const { status, body } = await given.scim.get(`/Users?startIndex=${startIndex}&count=1`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ startIndex: 1, totalResults: 7, Resources: [{ id: ids[0] }] });
  }
  expect((await given.scim.get("/Users?startIndex=3&count=1")).body.Resources).toMatchObject([{ id: ids[2] }]);
});

clause("7644-3.4.2.4-b", "at most count resources", async (given) => {
  await seven(given);
  for (const count of [1, 3, 7, 100]) {
    const { body } = await given.scim.get(`/Users?count=${count}`);
    expect(body.Resources).toHaveLength(Math.min(count, 7));
    expect(body["itemsPerPage"]).toBe(Math.min(count, 7));
  }
});

clause("7644-3.4.2.4-c", "count 0 and less: totalResults alone", async (given) => {
  await seven(given);
  for (const query of ["count=0", "count=-1", "count=-100", 'count=0&filter=title eq "engineer"']) {
    const { status, body } = await given.scim.get(`/Users?${query}`);
    expect({ query, status, total: body.totalResults }).toEqual({ query, status: 200, total: 7 });
    expect(body.Resources ?? []).toEqual([]);
  }
});

clause(["7644-3.4.2.4-d", "7644-3.4.2.4-g"], "a page is as long as ServiceProviderConfig says", async (given) => {
  await seven(given);
  const { body: config } = await given.scim.get("/ServiceProviderConfig");
  expect(config["pagination"]).toMatchObject({ defaultPageSize: 100, maxPageSize: 500 });
  expect(config["filter"]).toMatchObject({ maxResults: 500 });
  expect((await given.scim.get("/Users")).body.Resources).toHaveLength(7);
  expect((await given.scim.get("/Users?count=100000")).body).toMatchObject({ totalResults: 7, itemsPerPage: 7 });
});

clause("7644-3.4.2.4-e", "beyond the end there are none, and no error", async (given) => {
  await seven(given);
  for (const startIndex of [8, 1_000, 2_147_483_647]) {
    const { status, body } = await given.scim.get(`/Users?startIndex=${startIndex}&count=5`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ totalResults: 7, itemsPerPage: 0 });
    expect(body.Resources ?? []).toEqual([]);
  }
});

clause("7644-3.4.2.4-f", "pages joined are everything once, in one order", async (given) => {
  const ids = await seven(given);
  for (const filter of ["", 'filter=title eq "engineer"&']) {
    const found: string[] = [];
    for (const startIndex of [1, 4, 7]) {
      const { body } = await given.scim.get(`/Users?${filter}startIndex=${startIndex}&count=3`);
      found.push(...body.Resources.map(({ id }) => id));
    }
    expect(found).toEqual(ids);
  }
});
