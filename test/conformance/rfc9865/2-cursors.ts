import { expect } from "vitest";
import type { ScimBody } from "../../e2e/scim-client.ts";
import { clause, type Given } from "../case.ts";

const cursorOf = (body: ScimBody, name = "nextCursor") => body[name] as string | undefined;
const names = (body: ScimBody) => (body.Resources ?? []).map((user) => user["userName"]);

async function seven({ user }: Given): Promise<unknown[]> {
  const made: unknown[] = [];
  for (let index = 0; index < 7; index++)
    made.push((await user({ title: index < 5 ? "Engineer" : "Director" }))["userName"]);
  return made;
}

async function page({ scim }: Given, query: string): Promise<ScimBody> {
  const { status, body, text } = await scim.get(`/Users?${query}`);
  expect(status, text).toBe(200);
  return body;
}

/** The names of each page, from the first to the last. */
async function walk(given: Given, query: string): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const body: ScimBody = await page(given, `${query}&cursor=${cursor}`);
    pages.push(names(body));
    cursor = cursorOf(body);
    expect(pages.length).toBeLessThan(20);
  }
  return pages;
}

clause(
  ["9865-2-a", "9865-2-b", "9865-2-c", "9865-2-e", "9865-2-h"],
  "cursor by cursor from the empty one to the last page",
  async (given) => {
    const made = await seven(given);
    for (const [count, pages] of [
      [3, 3],
      [7, 1],
      [1, 7],
    ] as const) {
      const found = await walk(given, `count=${count}`);
      expect(found.flat()).toEqual(made);
      expect(found).toHaveLength(pages);
      for (const one of found) expect(one.length).toBeLessThanOrEqual(count);
    }
    expect(names(await page(given, "cursor&count=2"))).toEqual(made.slice(0, 2));
    expect((await walk(given, 'filter=title eq "engineer"&count=2')).flat()).toEqual(made.slice(0, 5));
    const nobody = await page(given, 'filter=title eq "nobody"&cursor=&count=2');
    expect(nobody).toMatchObject({ totalResults: 0 });
    expect(nobody).not.toHaveProperty("nextCursor");
  },
);

clause("9865-2-d", "previousCursor goes back page by page to the first, which has none", async (given) => {
  const made = await seven(given);
  const first = await page(given, "cursor=&count=3");
  expect(first).not.toHaveProperty("previousCursor");
  const second = await page(given, `cursor=${cursorOf(first)}&count=3`);
  const third = await page(given, `cursor=${cursorOf(second)}&count=3`);
  expect(names(third)).toEqual(made.slice(6));
  const back = await page(given, `cursor=${cursorOf(third, "previousCursor")}&count=3`);
  expect(names(back)).toEqual(made.slice(3, 6));
  const start = await page(given, `cursor=${cursorOf(back, "previousCursor")}&count=3`);
  expect(names(start)).toEqual(made.slice(0, 3));
  expect(start).not.toHaveProperty("previousCursor");
  expect(names(await page(given, `cursor=${cursorOf(start)}&count=3`))).toEqual(made.slice(3, 6));
});

clause(["9865-2-f", "9865-5-b"], "cursors are opaque text that a URL can hold", async (given) => {
  await seven(given);
  const query = 'filter=userName ge "user1"&sortBy=userName&count=2&cursor=';
  const first = cursorOf(await page(given, query)) ?? "";
  expect(first).toMatch(/^[A-Za-z0-9._~-]+$/);
  for (const text of [first, Buffer.from(first, "base64url").toString("latin1")])
    expect(text).not.toMatch(/user\d|userName/);
});

clause("9865-2-g", "totalResults counts all, on every page", async (given) => {
  await seven(given);
  const first = await page(given, "cursor=&count=3");
  const second = await page(given, `cursor=${cursorOf(first)}&count=3`);
  expect([first.totalResults, second.totalResults]).toEqual([7, 7]);
  expect(await page(given, 'cursor=&count=3&filter=title eq "engineer"')).toMatchObject({
    totalResults: 5,
    itemsPerPage: 3,
  });
});

clause("9865-2-i", "removals and additions on the way skip nobody and repeat nobody", async (given) => {
  const { scim, user } = given;
  const made = await seven(given);
  const first = await page(given, "cursor=&count=3");
  for (const resource of first.Resources) await scim.delete(`/Users/${resource.id}`);
  await user({ userName: "late" });
  const second = await page(given, `cursor=${cursorOf(first)}&count=3`);
  expect(names(second)).toEqual(made.slice(3, 6));
  const third = await page(given, `cursor=${cursorOf(second)}&count=3`);
  expect(names(third)[0]).toBe(made[6]);
});

clause(
  ["9865-2.1-a", "9865-2.1-d"],
  "a cursor that is made up, changed or of another query is 400 invalidCursor",
  async (given) => {
    await seven(given);
    const cursor = cursorOf(await page(given, "cursor=&count=3&sortBy=userName")) ?? "";
    const changed = `${cursor.slice(0, -2)}${cursor.endsWith("AA") ? "BB" : "AA"}`;
    for (const query of [
      "cursor=nonsense",
      `cursor=${changed}&count=3&sortBy=userName`,
      `cursor=${cursor}&count=3&sortBy=title`,
      `cursor=${cursor}&count=3&sortBy=userName&sortOrder=descending`,
      `cursor=${cursor}&count=3&sortBy=userName&filter=title pr`,
      `cursor=${"x".repeat(5_000)}`,
    ]) {
      const { status, body } = await given.scim.get(`/Users?${query}`);
      expect({ query, status, scimType: body["scimType"] }).toEqual({ query, status: 400, scimType: "invalidCursor" });
      expect(body.detail).toContain("cursor");
    }
    const groups = await given.scim.get(`/Groups?cursor=${cursor}&count=3`);
    expect(groups).toMatchObject({ status: 400, body: { scimType: "invalidCursor" } });
  },
);

clause("9865-2.1-c", "a count that is none is 400 invalidCount", async (given) => {
  await seven(given);
  for (const count of ["many", "1.5", "1e1"]) {
    const { status, body } = await given.scim.get(`/Users?cursor=&count=${count}`);
    expect({ count, status, scimType: body["scimType"] }).toEqual({ count, status: 400, scimType: "invalidCount" });
    expect(body.detail).toContain("count");
  }
});

clause("9865-2.2-a", "pages keep to the order that is asked for", async (given) => {
  const made = await seven(given);
  expect((await walk(given, "count=3&sortBy=userName&sortOrder=descending")).flat()).toEqual(made.toReversed());
  const byTitle = await walk(given, "count=2&sortBy=title");
  expect(byTitle.flat()).toEqual([...made.slice(5), ...made.slice(0, 5)]);
});

clause(["9865-2.3-a", "9865-2.3-b"], "without either parameter the answer is the index's", async (given) => {
  const made = await seven(given);
  const { body: config } = await given.scim.get("/ServiceProviderConfig");
  expect(config["pagination"]).toMatchObject({ defaultPaginationMethod: "index" });
  const body = await page(given, "count=3");
  expect(body).toMatchObject({ totalResults: 7, startIndex: 1, itemsPerPage: 3 });
  expect(names(body)).toEqual(made.slice(0, 3));
});
