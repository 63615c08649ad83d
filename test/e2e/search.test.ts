import { beforeAll, describe, expect, it } from "vitest";
import { type Method, type ScimAnswer, type ScimClient, sendHttp } from "./scim-client.ts";
import { ENTERPRISE, GROUP, LIST_RESPONSE, SEARCH_REQUEST, USER } from "./scim-messages.ts";
import { createSearchRecords, names } from "./search-records.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
let account: Account;
let scim: ScimClient;

beforeAll(async () => {
  stack = await sharedTestStack();
  account = await stack.newAccount();
  ({ scim } = account);
  await createSearchRecords(scim);
  return () => stack.stop();
});

async function page(path: string): Promise<ScimAnswer> {
  const answer = await scim.get(path);
  expect(answer.status, `${path} → ${answer.text}`).toBe(200);
  expect(answer.body.schemas).toEqual([LIST_RESPONSE]);
  return answer;
}

async function search(path: string, body: object): Promise<ScimAnswer> {
  const answer = await scim.post(`${path}/.search`, { schemas: [SEARCH_REQUEST], ...body });
  expect(answer.status, `${path} ${JSON.stringify(body)} → ${answer.text}`).toBe(200);
  return answer;
}

async function refused(method: Method, path: string, body?: unknown) {
  const answer = await scim.send(method, path, body);
  return [answer.status, answer.body["scimType"], answer.body.detail];
}

describe("POST .search", () => {
  it("answers as GET does, and keeps the query out of the URL", async () => {
    const query = { filter: "title pr", sortBy: "userName", sortOrder: "descending", startIndex: 2, count: 1 };
    const { body } = await search("/Users", query);
    const parameters = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    expect(body).toEqual((await page(`/Users?${parameters.join("&")}`)).body);
    expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 1, startIndex: 2 });
  });

  it("has everything without a query, and knows names in any case", async () => {
    expect(names(await search("/Users", {}))).toBe("dagbecf");
    expect(names(await search("/Groups", { SORTBY: "displayName", Count: "2" }))).toBe("BR");
    const bare = await scim.send(
      "POST",
      "/Groups/.search",
      { filter: "members pr" },
      { "content-type": "application/json" },
    );
    expect(names(bare)).toBe("Y");
  });

  it("shows the attributes that are asked for", async () => {
    const { body } = await search("/Users", {
      filter: 'userName eq "dora"',
      attributes: ["USERNAME", `${ENTERPRISE}:costCenter`],
    });
    const [dora] = body.Resources;
    expect(dora).toEqual({
      schemas: [USER, ENTERPRISE],
      id: expect.any(String),
      userName: "dora",
      [ENTERPRISE]: { costCenter: "2" },
    });
    const { body: less } = await search("/Groups", { excludedAttributes: "members, meta" });
    for (const group of less.Resources) expect(Object.keys(group)).toEqual(["schemas", "id", "displayName"]);
  });

  it("pages by cursor", async () => {
    const first = await search("/Users", { cursor: "", count: 4, sortBy: "userName" });
    const { nextCursor } = first.body as { nextCursor?: string };
    const second = await search("/Users", { cursor: nextCursor, count: 4, sortBy: "userName" });
    expect([names(first), names(second)]).toEqual(["abcd", "efg"]);
    expect(second.body).toHaveProperty("previousCursor");
    expect(second.body).not.toHaveProperty("nextCursor");
    // The cursor of a search is one of the list, too.
    expect(names(await page(`/Users?sortBy=userName&count=4&cursor=${nextCursor}`))).toBe("efg");
  });

  it.each<[unknown, number, string | undefined]>([
    ["{", 400, "invalidSyntax"],
    [[], 400, "invalidSyntax"],
    [{ schemas: [USER] }, 400, "invalidSyntax"],
    [{ fliter: "title pr" }, 400, "invalidSyntax"],
    ['{"filter":"title pr","filter":"userName pr"}', 400, "invalidSyntax"],
    [{ attributes: ["id"], excludedAttributes: ["name"] }, 400, "invalidValue"],
    [{ attributes: [1] }, 400, "invalidValue"],
    [{ count: 1.5 }, 400, "invalidValue"],
    [{ cursor: "", count: 0 }, 400, "invalidCount"],
    [{ cursor: "x" }, 400, "invalidCursor"],
    [{ filter: 'usrName eq "x"' }, 400, "invalidFilter"],
    [{ sortBy: "usrName" }, 400, "invalidValue"],
    [{ filter: `title eq "${"x".repeat(4_096)}"` }, 400, "invalidFilter"],
    [`{"filter":"${" ".repeat(1024 * 1024)}"}`, 413, undefined],
  ])("refuses %j", async (body, status, scimType) => {
    for (const path of ["/Users/.search", "/.search"])
      expect((await refused("POST", path, body)).slice(0, 2), path).toEqual([status, scimType]);
  });

  it("takes JSON only, and no other method", async () => {
    const text = await scim.send("POST", "/Users/.search", "filter=title", { "content-type": "text/plain" });
    expect(text.status).toBe(415);
    for (const path of ["/.search", "/Users/.search", "/Groups/.search"]) {
      const { status, headers } = await scim.get(path);
      expect([path, status, headers["allow"]]).toEqual([path, 405, "POST"]);
    }
  });
});

describe("the root", () => {
  const everybody = "daYgbBecRf";

  it("lists users and groups together on every base path", async () => {
    const { http } = stack.processes;
    const headers = { authorization: `Bearer ${account.tokens.scim}` };
    for (const path of ["/scim/v2", "/scim/v2/", "/scim", "/scim/", "/"]) {
      const answer = await sendHttp("GET", `${http}${path}`, undefined, headers);
      expect([path, answer.status, names(answer)]).toEqual([path, 200, everybody]);
      const base = path.replace(/\/$/, "");
      expect(answer.body.Resources[2]?.meta.location).toMatch(`${http}${base}/Groups/`);
      expect(answer.headers["content-type"]).toMatch(/^application\/scim\+json/);
    }
    expect((await sendHttp("GET", `${http}/scim/v2`)).status).toBe(401);
  });

  it.each([
    ['meta.resourceType eq "User"', "dagbecf"],
    ['meta.resourceType eq "Group"', "YBR"],
    ['meta.resourceType ne "Group" and title pr', "dab"],
    ['displayName eq "yellow" or displayName eq "z"', "aY"],
    ['userName sw "a"', "a"],
    ['userName eq "anna" or displayName eq "Red"', "aR"],
    ["members pr", "Y"],
    ["not (userName pr)", "YBR"],
    ['userName ne "anna"', "dYgbBecRf"],
    ["userName eq null", "YBR"],
    ['emails[type pr or value eq "5@x"]', "g"],
    [`${ENTERPRISE}:costCenter eq "1"`, "b"],
    [`schemas eq "${GROUP}"`, "YBR"],
    ["meta.created pr", everybody],
  ])("with the filter %s has %s", async (filter, found) => {
    expect(names(await page(`/?filter=${encodeURIComponent(filter)}`))).toBe(found);
    expect(names(await search("", { filter }))).toBe(found);
  });

  it.each([
    ["displayName", "bBRgdYaecf"],
    ["displayName&sortOrder=descending", "ecfaYdgRBb"],
    ["userName", "abcdefgYBR"],
    ["userName&sortOrder=descending", "YBRgfedcba"],
    ["meta.resourceType", "YBRdagbecf"],
    ["meta.created&sortOrder=descending", [...everybody].reverse().join("")],
    ["id", everybody],
  ])("sorted by %s is %s", async (sort, order) => {
    expect(names(await page(`/?sortBy=${sort}`))).toBe(order);
  });

  it("pages by index and by cursor", async () => {
    const pages = [1, 5, 9].map((startIndex) => page(`/?startIndex=${startIndex}&count=4`));
    const answers = await Promise.all(pages);
    expect(answers.map(names)).toEqual(["daYg", "bBec", "Rf"]);
    expect(answers[1]?.body).toMatchObject({ totalResults: 10, itemsPerPage: 4, startIndex: 5 });

    const first = await search("", { cursor: "", count: 6, sortBy: "displayName" });
    const { nextCursor } = first.body as { nextCursor?: string };
    const second = await search("", { cursor: nextCursor, count: 6, sortBy: "displayName" });
    expect([names(first), names(second)]).toEqual(["bBRgdY", "aecf"]);
    const { previousCursor } = second.body as { previousCursor?: string };
    expect(names(await search("", { cursor: previousCursor, count: 6, sortBy: "displayName" }))).toBe("bBRgdY");
  });

  it("shows each resource as its own endpoint does", async () => {
    const { body } = await page("/");
    for (const resource of body.Resources)
      expect(resource).toEqual((await scim.get(`/${resource.meta.resourceType}s/${resource.id}`)).body);
    const { body: less } = await page("/?attributes=displayName,members.type");
    expect(less.Resources[2]).toMatchObject({ displayName: "Yellow", members: [{ type: "User" }] });
    expect(less.Resources[2]).not.toHaveProperty("meta");
  });

  it("refuses what neither kind has", async () => {
    expect(await refused("GET", '/?filter=colour eq "red"')).toEqual([
      400,
      "invalidFilter",
      "colour is not an attribute of User or Group.",
    ]);
    expect(await refused("GET", "/?sortBy=colour")).toEqual([
      400,
      "invalidValue",
      "sortBy: colour is not an attribute of User or Group.",
    ]);
    expect((await scim.post("/", {})).status).toBe(405);
  });
});

describe("GET with If-Match", () => {
  it("is 412 where the version is another", async () => {
    const { body } = await scim.get('/Users?filter=userName eq "anna"');
    const [anna] = body.Resources;
    const path = `/Users/${anna?.id}`;
    const ask = async (headers: Record<string, string>) => (await scim.send("GET", path, undefined, headers)).status;
    const { version = "" } = anna?.meta ?? {};
    expect(await ask({ "if-match": version })).toBe(200);
    expect(await ask({ "if-match": "*" })).toBe(200);
    expect(await ask({ "if-match": `W/"7", ${version}` })).toBe(200);
    expect(await ask({ "if-match": 'W/"7"' })).toBe(412);
    expect(await ask({ "if-match": 'W/"7"', "if-none-match": version })).toBe(412);
    expect(await ask({ "if-match": version, "if-none-match": version })).toBe(304);
    expect(await ask({ "if-none-match": 'W/"7"' })).toBe(200);
  });
});
