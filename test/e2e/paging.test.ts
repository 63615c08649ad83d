import { beforeAll, describe, expect, it } from "vitest";
import type { Method, ScimAnswer, ScimClient } from "./scim-client.ts";
import { ENTERPRISE, LIST_RESPONSE } from "./scim-messages.ts";
import { createSearchRecords, names } from "./search-records.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
let scim: ScimClient;

beforeAll(async () => {
  stack = await sharedTestStack();
  ({ scim } = await stack.newAccount());
  await createSearchRecords(scim);
  return () => stack.stop();
});

async function page(path: string): Promise<ScimAnswer> {
  const answer = await scim.get(path);
  expect(answer.status, `${path} → ${answer.text}`).toBe(200);
  expect(answer.body.schemas).toEqual([LIST_RESPONSE]);
  return answer;
}

async function refused(method: Method, path: string, body?: unknown) {
  const answer = await scim.send(method, path, body);
  return [answer.status, answer.body["scimType"], answer.body.detail];
}

describe("sorting", () => {
  it.each([
    ["userName", "abcdefg"],
    ["userName&sortOrder=descending", "gfedcba"],
    ["USERNAME&sortorder=Ascending", "abcdefg"],
    ["title", "bdagecf"],
    ["title&sortOrder=descending", "gecfadb"],
    ["externalId", "cfedagb"],
    ["name.familyName", "cbdagef"],
    ["emails", "egadbcf"],
    ["emails.value&sortOrder=descending", "dbcfage"],
    ["active", "fdagbec"],
    ["costCenter", "bdagecf"],
    [`${ENTERPRISE}:costCenter&sortOrder=descending`, "agecfdb"],
    ["groups", "dagbecf"],
    ["meta.created&sortOrder=descending", "fcebgad"],
    ["meta.lastModified", "dagbecf"],
    ["meta.location", "dagbecf"],
    ["meta.version", "dagbecf"],
    ["meta.resourceType", "dagbecf"],
    ["id", "dagbecf"],
    ["schemas&count=3", "dag"],
  ])("by %s is %s", async (sort, order) => {
    expect(names(await page(`/Users?sortBy=${sort}`))).toBe(order);
  });

  it("goes on over pages and goes with a filter and a lookup", async () => {
    const pages = [1, 4, 7].map((startIndex) => page(`/Users?sortBy=userName&startIndex=${startIndex}&count=3`));
    expect((await Promise.all(pages)).map(names)).toEqual(["abc", "def", "g"]);
    expect(names(await page("/Users?sortBy=userName&sortOrder=descending&filter=title pr"))).toBe("dba");
    expect(names(await page('/Users?filter=userName eq "ANNA"&sortBy=displayName'))).toBe("a");
    expect(names(await page("/Users?sortOrder=sideways"))).toBe("dagbecf");
  });

  it("refuses what cannot be sorted by", async () => {
    const refusal = (query: string) => refused("GET", `/Users?${query}`);
    const detail = "sortBy: usrName is not an attribute of User. Did you mean userName?";
    expect(await refusal("sortBy=usrName")).toEqual([400, "invalidValue", detail]);
    expect(await refusal("sortBy=name")).toEqual([400, "invalidValue", expect.stringContaining("name.formatted")]);
    expect(await refusal("sortBy=password")).toEqual([400, "invalidValue", "sortBy: password cannot be sorted by."]);
    expect(await refusal("sortBy=userName&sortOrder=up")).toEqual([
      400,
      "invalidValue",
      "sortOrder must be ascending or descending.",
    ]);
  });
});

describe("pages by index", () => {
  it.each([
    ["", 7, 7, 1],
    ["startIndex=0&count=2", 7, 2, 1],
    ["startIndex=-5&count=2", 7, 2, 1],
    ["startIndex=7&count=2", 7, 1, 7],
    ["startIndex=8", 7, 0, 8],
    ["startIndex=99999999999", 7, 0, 2147483647],
    ["count=0", 7, 0, 1],
    ["count=-1", 7, 0, 1],
    ["count=501", 7, 7, 1],
    ["startIndex=&count=", 7, 7, 1],
    ['filter=userName eq "anna"&startIndex=2', 1, 0, 2],
    ['filter=userName eq "anna"&count=0', 1, 0, 1],
    ["filter=title pr&count=2", 3, 2, 1],
  ])("%s", async (query, totalResults, itemsPerPage, startIndex) => {
    const { body } = await page(`/Users?${query}`);
    expect(body).toMatchObject({ totalResults, itemsPerPage, startIndex });
    expect(body.Resources).toHaveLength(itemsPerPage);
    expect(body).not.toHaveProperty("nextCursor");
  });
});

describe("pages by cursor", () => {
  it.each([
    ["in the order of creation", "", "dagbecf"],
    ["sorted", "sortBy=userName&", "abcdefg"],
    ["sorted backwards by what some lack", "sortBy=title&sortOrder=descending&", "gecfadb"],
    ["filtered", "filter=not (title pr)&", "gecf"],
    ["of a lookup", 'filter=userName eq "anna"&', "a"],
  ])("go to the end and back again: %s", async (_, query, all) => {
    const seen: string[] = [];
    const totals = new Set<number>();
    let answer = await page(`/Users?${query}cursor&count=2`);
    expect(answer.body).not.toHaveProperty("previousCursor");
    for (;;) {
      seen.push(names(answer));
      totals.add(answer.body.totalResults);
      expect(answer.body).not.toHaveProperty("startIndex");
      const next = answer.body["nextCursor"];
      if (next === undefined) break;
      // RFC 9865 section 2: only unreserved characters of RFC 3986.
      expect(next).toMatch(/^[\w.~-]+$/);
      answer = await page(`/Users?${query}cursor=${next}&count=2`);
    }
    expect([seen.join(""), ...totals]).toEqual([all, all.length]);

    const back = [names(answer)];
    while (answer.body["previousCursor"] !== undefined) {
      answer = await page(`/Users?${query}cursor=${answer.body["previousCursor"]}&count=2`);
      back.unshift(names(answer));
    }
    expect(back.join("")).toBe(all);
  });

  it("are bound to filter, order, endpoint and account", async () => {
    const { body } = await page("/Users?sortBy=userName&cursor&count=2");
    const cursor = body["nextCursor"];
    const invalid = [400, "invalidCursor", expect.stringContaining("cursor")];
    for (const path of [
      `/Users?cursor=${cursor}`,
      `/Users?sortBy=title&cursor=${cursor}`,
      `/Users?sortBy=userName&sortOrder=descending&cursor=${cursor}`,
      `/Users?sortBy=userName&filter=title pr&cursor=${cursor}`,
      `/Groups?cursor=${cursor}`,
      `/?sortBy=userName&cursor=${cursor}`,
      "/Users?cursor=nonsense",
      `/Users?sortBy=userName&cursor=${String(cursor).slice(0, -2)}AA`,
    ])
      expect(await refused("GET", path), path).toEqual(invalid);
    const other = await stack.newAccount();
    const answer = await other.scim.get(`/Users?sortBy=userName&cursor=${cursor}`);
    expect([answer.status, answer.body["scimType"]]).toEqual([400, "invalidCursor"]);
  });

  it("refuse counts that are no positive number, and startIndex beside them", async () => {
    for (const count of ["0", "-1", "two", "1.5"])
      expect((await refused("GET", `/Users?cursor&count=${count}`)).slice(0, 2)).toEqual([400, "invalidCount"]);
    expect(await refused("GET", "/Users?cursor&startIndex=1")).toEqual([
      400,
      "invalidValue",
      "cursor and startIndex are two ways of paging: send one of them.",
    ]);
    expect((await page("/Users?cursor&count=501")).body.Resources).toHaveLength(7);
  });
});
