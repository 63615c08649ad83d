import type { Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { expect } from "vitest";
import type { Method, SentHeaders } from "./scim-client.ts";
import type { Account } from "./stack.ts";

/**
 * One step of a conversation. In paths and bodies "{anna}" stands for the SCIM
 * id that an earlier step kept under the name "anna".
 */
export interface Step {
  /** What happens, in the words of whoever makes it happen. */
  when: string;
  /** The request. A step without one only looks. */
  send?: [method: Method, path: string, body?: unknown];
  headers?: SentHeaders;
  /** The status, or those that are all right. */
  status?: number | number[];
  /** What the answer's body must contain, as toMatchObject has it. */
  body?: object;
  /** Attributes that the answer's body must not have; a list is a path. */
  absent?: (string | string[])[];
  /** Keeps the answer's id under this name. */
  keep?: string;
  /** Keeps other texts of the answer's body under these names, each by its path. */
  remember?: Record<string, string[]>;
  /** Something that an internal system does, after the request. */
  act?: (account: Account) => Promise<unknown>;
  /** After reconcile: the people of SCIM users, by kept name. */
  people?: Record<string, ExpectedPerson>;
  /** After reconcile: how many people the account has. */
  peopleCount?: number;
  /** After reconcile: the names of all organizations but the account's own. */
  organizations?: string[];
  /** After reconcile: the mapping of SCIM groups, by kept name. */
  groups?: Record<string, "matched" | "unmatched">;
}

/** Fields of a person, with its references by name instead of by id. */
export interface ExpectedPerson extends Partial<Omit<Person, "contacts" | "addresses">> {
  contacts?: object[];
  addresses?: object[];
  /** Name of the organization; "own" is the account's own. */
  organization?: string;
  /** Kept name of the manager's SCIM user; "" is nobody. */
  manager?: string;
  /** Kept name of the SCIM user, deleted since, whose person it was before. */
  samePersonAs?: string;
}

/**
 * Has a conversation with an account and checks, beside what each step says,
 * that the person of a kept SCIM user is always the same person.
 */
export async function converse(account: Account, steps: Step[]): Promise<void> {
  const scimIds = new Map<string, string>();
  const personIds = new Map<string, string>();
  for (const step of steps) {
    await take(account, step, scimIds);
    await step.act?.(account);
    await look(account, step, scimIds, personIds);
  }
}

async function take(account: Account, step: Step, scimIds: Map<string, string>): Promise<void> {
  if (!step.send) return;
  const [method, path, body] = fill(step.send, scimIds);
  const answer = await account.scim.send(method, path, body, step.headers);
  const said = `${step.when}: ${answer.status} ${answer.text}`;
  if (step.status !== undefined) expect([step.status].flat(), said).toContain(answer.status);
  if (step.body) expect(answer.body, said).toMatchObject(fill(step.body, scimIds));
  for (const attribute of step.absent ?? []) expect(answer.body, said).not.toHaveProperty([attribute].flat());
  if (step.keep) {
    expect(answer.body.id, said).toEqual(expect.any(String));
    const known = scimIds.get(step.keep);
    if (known) expect(answer.body.id, said).toBe(known);
    scimIds.set(step.keep, answer.body.id);
  }
  for (const [name, path] of Object.entries(step.remember ?? {})) {
    expect(answer.body, said).toHaveProperty(path, expect.any(String));
    scimIds.set(
      name,
      path.reduce((value: unknown, key) => (value as Record<string, unknown>)[key], answer.body) as string,
    );
  }
}

async function look(
  account: Account,
  step: Step,
  scimIds: Map<string, string>,
  personIds: Map<string, string>,
): Promise<void> {
  const { when, people, peopleCount, organizations, groups } = step;
  if (!people && peopleCount === undefined && !organizations && !groups) return;
  await account.settle();
  for (const [name, { samePersonAs, ...expected }] of Object.entries(people ?? {})) {
    const id = await personIdOf(account, name, scimIds, personIds);
    if (samePersonAs) expect(id, `${when}: the person of ${name}`).toBe(personIds.get(samePersonAs));
    const person = await withNames(account, await account.person(id), personIds);
    expect(person, `${when}: the person of ${name}`).toMatchObject(expected);
  }
  if (peopleCount !== undefined) expect(await account.people(), when).toHaveLength(peopleCount);
  if (organizations) {
    const [, ...others] = await account.organizations();
    expect(others.map(({ name }) => name).sort(), when).toEqual(organizations.toSorted());
  }
  for (const [name, state] of Object.entries(groups ?? {})) {
    const { outcome, organizationId } = await account.mapping("Groups", scimIds.get(name) ?? "");
    expect({ linked: organizationId !== "", unmatched: outcome === UNMATCHED }, `${when}: ${name}`).toEqual({
      linked: state === "matched",
      unmatched: state === "unmatched",
    });
  }
}

const UNMATCHED = ExecutionOutcome.EXECUTION_OUTCOME_UNMATCHED;

/** The person's id by the link; of a deleted SCIM user, as it was before. */
async function personIdOf(
  account: Account,
  name: string,
  scimIds: Map<string, string>,
  personIds: Map<string, string>,
): Promise<string> {
  const scimId = scimIds.get(name) ?? "";
  const known = personIds.get(name);
  const { status } = await account.scim.get(`/Users/${scimId}`);
  if (status === 404 && known) return known;
  const { personId, error } = await account.mapping("Users", scimId);
  expect(personId, `${name} has a person ${error}`).not.toBe("");
  if (known) expect(personId, `${name} keeps the person`).toBe(known);
  personIds.set(name, personId);
  return personId;
}

async function withNames(account: Account, person: Person, personIds: Map<string, string>): Promise<ExpectedPerson> {
  const [own, ...others] = await account.organizations();
  const organization = others.find(({ id }) => id === person.organizationId)?.name;
  const [manager] = [...personIds].find(([, id]) => id === person.managerId) ?? [person.managerId];
  return { ...person, organization: own?.id === person.organizationId ? "own" : organization, manager };
}

function fill<T>(value: T, scimIds: Map<string, string>): T {
  if (typeof value === "string")
    return value.replace(/\{(\w+)\}/g, (whole, name: string) => scimIds.get(name) ?? whole) as T;
  if (Array.isArray(value)) return value.map((element) => fill(element, scimIds)) as T;
  // Matchers such as expect.any(String) are objects of a class: they stay.
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, scimIds)])) as T;
}
