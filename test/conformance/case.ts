import { expect, it } from "vitest";
import type { ScimBody, ScimClient } from "../e2e/scim-client.ts";
import { GROUP, USER } from "../e2e/scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "../e2e/stack.ts";
import { clauses } from "./clauses.ts";

/** What a case has to work with: the running processes and an account of its own. */
export interface Given {
  stack: SharedTestStack;
  account: Account;
  scim: ScimClient;
  /** Creates a user, named user1@example.com and so on unless it is said otherwise, and answers its body. */
  user(attributes?: object): Promise<ScimBody>;
  /** Creates a group with the members. */
  group(displayName: string, ...members: ScimBody[]): Promise<ScimBody>;
  /** Reads a resource again. */
  read(resource: ScimBody): Promise<ScimBody>;
}

const byId = new Map(clauses.map((clause) => [clause.id, clause]));

let stack: SharedTestStack;

/** For `beforeAll` in a file with cases, which share the processes; each case has an account of its own. */
export async function openStack(): Promise<() => Promise<void>> {
  stack = await sharedTestStack();
  return () => stack.stop();
}

/**
 * A case of the conformance suite, named by its clause. `ids`: the clauses that
 * it covers. The title is a literal: docs/conformance.md is made from the source.
 */
export function clause(ids: string | string[], title: string, run: (given: Given) => Promise<void>): void {
  const [first] = [ids].flat().map((id) => {
    const known = byId.get(id);
    if (!known) throw new Error(`There is no clause ${id}.`);
    return known;
  });
  it(`RFC ${first?.rfc} §${first?.section} ${title}`, async () => run(given(await stack.newAccount())));
}

function given(account: Account): Given {
  const { scim } = account;
  let users = 0;

  async function create(endpoint: string, body: object): Promise<ScimBody> {
    const answer = await scim.post(endpoint, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  }

  return {
    stack,
    account,
    scim,
    user(attributes = {}) {
      users += 1;
      return create("/Users", { schemas: [USER], userName: `user${users}@example.com`, ...attributes });
    },
    group: (displayName, ...members) =>
      create("/Groups", { schemas: [GROUP], displayName, members: members.map(({ id }) => ({ value: id })) }),
    async read({ id, meta }) {
      const answer = await scim.get(`/${meta.resourceType}s/${id}`);
      expect(answer.status, answer.text).toBe(200);
      return answer.body;
    },
  };
}
