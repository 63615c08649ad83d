import { beforeAll, describe, expect, it } from "vitest";
import { converse } from "./conversation.ts";
import {
  annaAsOktaSends,
  assignment,
  deactivation,
  EMPTY_LIST,
  groupDeletion,
  groupPush,
  pushNow,
  unmatchedGroup,
} from "./okta-conversations.ts";
import { scimClient } from "./scim-client.ts";
import { LIST_RESPONSE, USER } from "./scim-messages.ts";
import { startTestStack, type TestStack } from "./stack.ts";

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  return () => stack.stop();
});

describe("Okta", () => {
  it("tests the connection and finds integers in the lists", async () => {
    const { scim } = await stack.newAccount();
    for (const path of ["/Users?startIndex=1&count=2", "/Groups?startIndex=1&count=100"]) {
      const { status, body } = await scim.get(path);
      expect(status).toBe(200);
      expect(body).toMatchObject({ schemas: [LIST_RESPONSE], ...EMPTY_LIST });
    }
  });

  it("assigns a user, who becomes a person once", async () => {
    await converse(await stack.newAccount(), assignment);
  });

  it("updates a profile by reading, changing and putting the whole user", async () => {
    const account = await stack.newAccount();
    const { body: created } = await account.scim.post("/Users", annaAsOktaSends);
    const { body: read } = await account.scim.get(`/Users/${created.id}`);
    const changed = { ...read, title: "Director", displayName: "Anna Maria Ōkami", groups: [] };
    const { status, body } = await account.scim.put(`/Users/${created.id}`, changed);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: created.id, title: "Director", displayName: "Anna Maria Ōkami", active: true });
    expect(body["emails"]).toEqual(read["emails"]);
    await account.settle();
    expect(await account.people()).toMatchObject([{ name: "Anna Maria Ōkami", jobTitle: "Director", disabled: false }]);

    await account.scim.put(`/Users/${created.id}`, { ...body, active: false });
    await account.settle();
    expect(await account.people()).toMatchObject([{ name: "Anna Maria Ōkami", jobTitle: "Director", disabled: true }]);
  });

  it("deactivates and reactivates a user, who stays the same person with all data", async () => {
    await converse(await stack.newAccount(), deactivation);
  });

  it("pushes a group into a predefined organization", async () => {
    const account = await stack.newAccount();
    await account.createOrganization("Sales");
    await converse(account, groupPush);
  });

  it("pushes a group before its organization exists, which resolves by itself", async () => {
    await converse(await stack.newAccount(), unmatchedGroup);
  });

  it("pushes now, which replaces the members, and empties the group in either form", async () => {
    await converse(await stack.newAccount(), pushNow);
  });

  it("deletes a group and keeps the organization and its people", async () => {
    const account = await stack.newAccount();
    await account.createOrganization("Sales");
    await converse(account, groupDeletion);
  });

  it("imports users page by page, each of them once and in a stable order", async () => {
    const { scim } = await stack.newAccount();
    const names = Array.from({ length: 7 }, (_, index) => `user${index}@example.com`);
    for (const userName of names) await scim.post("/Users", { schemas: [USER], userName, active: userName > "user3" });
    const pages = await Promise.all([1, 4, 7, 10].map((start) => scim.get(`/Users?startIndex=${start}&count=3`)));
    expect(pages.map(({ body }) => body)).toMatchObject([
      { totalResults: 7, itemsPerPage: 3, startIndex: 1 },
      { totalResults: 7, itemsPerPage: 3, startIndex: 4 },
      { totalResults: 7, itemsPerPage: 1, startIndex: 7 },
      { totalResults: 7, itemsPerPage: 0, startIndex: 10 },
    ]);
    const found = pages.flatMap(({ body }) => body.Resources ?? []);
    expect(found.map((user) => user["userName"])).toEqual(names);
    expect(found.every((user) => typeof user["active"] === "boolean")).toBe(true);
  });

  it("is told in SCIM form that an id is unknown, UUID or not", async () => {
    const { scim } = await stack.newAccount();
    const unknown = ["010101001010101011001010101011", "00919288221112222", "0191f0a5-0000-7000-8000-000000000000"];
    for (const id of unknown) {
      for (const resource of ["Users", "Groups"]) {
        const { status, body } = await scim.get(`/${resource}/${id}`);
        expect({ status, said: body["status"] }).toEqual({ status: 404, said: "404" });
      }
    }
  });

  it("is told in SCIM form that its token is not one", async () => {
    const { status, body } = await scimClient(stack.processes.scim, "non-token").get("/Users?startIndex=1&count=1");
    expect(status).toBe(401);
    expect(body).toMatchObject({ status: "401", detail: expect.stringMatching(/\S/) });
  });
});
