import { beforeAll, describe, expect, it } from "vitest";
import type { ScimBody } from "./scim-client.ts";
import { USER } from "./scim-messages.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

const USERS = 60;
const COUNT = 5;

/** The query of the next page, as clients make it from an answer; undefined: that was all. */
type Follow = (body: ScimBody, startIndex: number) => string | undefined;

const byIndex: Follow = ({ Resources, totalResults }, startIndex) =>
  Resources.length > 0 && startIndex + Resources.length <= totalResults
    ? `startIndex=${startIndex + Resources.length}`
    : undefined;
const byCursor: Follow = ({ nextCursor }) => (nextCursor ? `cursor=${nextCursor}` : undefined);

describe("a walk through the users of an account", () => {
  it.each([
    ["by index", "startIndex=1", byIndex, ""],
    ["by index and userName", "startIndex=1", byIndex, "&sortBy=userName"],
    ["by cursor", "cursor=", byCursor, ""],
    ["by cursor and userName", "cursor=", byCursor, "&sortBy=userName&sortOrder=descending"],
  ])("%s returns each that was there throughout once, whoever else comes and goes", async (_, first, follow, sort) => {
    const { scim } = await stack.newAccount();
    const create = async (userName: string) => (await scim.post("/Users", { schemas: [USER], userName })).body.id;
    const ids = await Promise.all(Array.from({ length: USERS }, (_user, n) => create(`${(n * 7) % 10}-user-${n}`)));
    const leaving = ids.filter((_id, n) => n % 4 === 1);
    const staying = new Set(ids.filter((id) => !leaving.includes(id)));
    const seen: string[] = [];
    let query: string | undefined = first;
    for (let page = 0; query !== undefined; page++) {
      const [answer] = await Promise.all([
        scim.get(`/Users?count=${COUNT}&${query}${sort}`),
        ...leaving.splice(0, 2).map((id) => scim.delete(`/Users/${id}`)),
        create(`${page % 10}-new-${page}`),
      ]);
      expect(answer.status).toBe(200);
      query = follow(answer.body, seen.length + 1);
      seen.push(...answer.body.Resources.map(({ id }) => id));
      if (page > USERS) break;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect([...staying].filter((id) => !seen.includes(id))).toEqual([]);
  });
});
