import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../start-error.ts";

/** A SCIM resource or list as JSON. */
export type Json = Record<string, unknown>;

/** A SCIM client that sends what Okta sends. */
export interface Okta {
  /** What Okta asks when an administrator saves the connection. */
  testConnection(): Promise<void>;
  /** Finds the user under one of its names, or creates it. Gives its id and whether it was new. */
  provisionUser(user: Json, otherNames?: string[]): Promise<{ id: string; created: boolean }>;
  /** Reads the user and puts it back with changes, as an app made with the wizard does. */
  updateUser(id: string, change: Json): Promise<void>;
  /** Deactivates or reactivates, as an app of the integration network does: PATCH without a path. */
  setActive(id: string, active: boolean): Promise<void>;
  /** Finds the group under one of its names, or creates it, then sets name and members. */
  pushGroup(name: string, members: string[], otherNames?: string[]): Promise<{ id: string; created: boolean }>;
  renameGroup(id: string, name: string): Promise<void>;
  changeMembers(id: string, name: string, change: { add: string[]; remove: string[] }): Promise<void>;
  /** How many users or groups there are. */
  count(resource: "Users" | "Groups"): Promise<number>;
  /** Requests sent so far, those refused for their rate included. */
  readonly requests: number;
}

const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";

/**
 * @param baseUrl - SCIM base URL
 * @param token - SCIM token
 */
export function createOkta(baseUrl: string, token: string): Okta {
  let requests = 0;

  async function send(method: string, path: string, body?: Json): Promise<Json> {
    for (;;) {
      requests += 1;
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          "User-Agent": "Okta SCIM Client 1.0.0",
          Accept: "application/scim+json",
          "Accept-Charset": "utf-8",
          ...(body ? { "Content-Type": "application/scim+json; charset=utf-8" } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }).catch((error: Error) => {
        const cause = error.cause instanceof Error ? error.cause.message : error.message;
        throw new StartError(`${baseUrl} does not answer (${cause}).`);
      });
      const text = await response.text();
      if (response.status === 429) {
        await sleep(1_000 * Number(response.headers.get("Retry-After") ?? 1));
        continue;
      }
      if (!response.ok) {
        throw new StartError(`${method} ${path.split("?")[0]} was answered with ${response.status}: ${detailOf(text)}`);
      }
      return text === "" ? {} : JSON.parse(text);
    }
  }

  async function find(resource: "Users" | "Groups", attribute: string, names: string[]): Promise<string | undefined> {
    for (const name of names) {
      const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(name)}`);
      const list = await send("GET", `/${resource}?filter=${filter}&startIndex=1&count=100`);
      const [found] = (list["Resources"] ?? []) as { id: string }[];
      if (found) {
        return found.id;
      }
    }
    return undefined;
  }

  // Okta repeats id and name with every change of the members.
  const patchGroup = (id: string, name: string, ...operations: Json[]) =>
    send("PATCH", `/Groups/${id}`, {
      schemas: [patchOp],
      Operations: [{ op: "replace", value: { id, displayName: name } }, ...operations],
    });

  return {
    async testConnection() {
      await send("GET", "/Users?startIndex=1&count=2");
      await send("GET", "/Groups?startIndex=1&count=100");
    },
    async provisionUser(user, otherNames = []) {
      const id = await find("Users", "userName", [String(user["userName"]), ...otherNames]);
      if (id === undefined) {
        const created = await send("POST", "/Users", { ...user, groups: [], active: true });
        return { id: String(created["id"]), created: true };
      }
      await this.updateUser(id, { ...user, active: true });
      return { id, created: false };
    },
    async updateUser(id, change) {
      const current = await send("GET", `/Users/${id}`);
      await send("PUT", `/Users/${id}`, { ...current, ...change });
    },
    async setActive(id, active) {
      await send("PATCH", `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: "replace", value: { active } }] });
    },
    async pushGroup(name, members, otherNames = []) {
      const found = await find("Groups", "displayName", [name, ...otherNames]);
      const body = { schemas: [groupSchema], displayName: name, members: [] };
      const id = found ?? String((await send("POST", "/Groups", body))["id"]);
      const value = members.map((member) => ({ value: member }));
      await patchGroup(id, name, { op: "replace", path: "members", value });
      return { id, created: found === undefined };
    },
    async renameGroup(id, name) {
      await patchGroup(id, name);
    },
    async changeMembers(id, name, { add, remove }) {
      const removals = remove.map((member) => ({ op: "remove", path: `members[value eq "${member}"]` }));
      const addition = { op: "add", path: "members", value: add.map((value) => ({ value })) };
      await patchGroup(id, name, ...removals, ...(add.length > 0 ? [addition] : []));
    },
    async count(resource) {
      return Number((await send("GET", `/${resource}?startIndex=1&count=1`))["totalResults"]);
    },
    get requests() {
      return requests;
    },
  };
}

function detailOf(text: string): string {
  try {
    return JSON.parse(text).detail;
  } catch {
    return text.slice(0, 200);
  }
}
