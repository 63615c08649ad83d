import pg from "pg";
import { type ScimAnswer, sendHttp } from "../e2e/scim-client.ts";
import { GROUP, USER } from "../e2e/scim-messages.ts";
import type { FuzzRequest } from "./requests.ts";

/** Where an account is. */
export interface Target {
  /** SCIM base URL. */
  url: string;
  token: string;
  accountId: string;
  /** Of the directory's database. */
  databaseUrl: string;
}

/** An account that requests are thrown at, one at a time. */
export interface FuzzAccount {
  /** The request with the account's ids in place of the names in braces. */
  filled(request: FuzzRequest): FuzzRequest;
  send(request: FuzzRequest): Promise<ScimAnswer>;
  /** A checksum of all that SCIM writes in the account. */
  fingerprint(): Promise<string>;
  /** After a write: brings back who was deleted, and keeps the account small. */
  tidy(request: FuzzRequest, answer: ScimAnswer): Promise<void>;
  close(): Promise<void>;
}

/** Connects to an account and makes the users and groups that requests name. */
export async function openAccount({ url, token, accountId, databaseUrl }: Target): Promise<FuzzAccount> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const ids = new Map<string, string>();
  const created: string[] = [];
  let fresh = 0;
  let cursor = "none";

  const send: FuzzAccount["send"] = async ({ method, path, body, headers }) => {
    const answer = await sendHttp(method, `${url}${path}`, body, { authorization: `Bearer ${token}`, ...headers });
    const { nextCursor } = answer.body;
    if (typeof nextCursor === "string") cursor = nextCursor;
    return answer;
  };

  async function make(name: string): Promise<void> {
    const unique = `${name}-${fresh++}`;
    const [path, body] = users.includes(name)
      ? ["/Users", { ...user, userName: unique }]
      : ["/Groups", { schemas: [GROUP], displayName: unique, members: [{ value: ids.get("anna") }] }];
    const answer = await send({ method: "POST", path, body: JSON.stringify(body) });
    if (answer.status !== 201) throw new Error(`${name} cannot be created: ${answer.text}`);
    ids.set(name, answer.body.id);
  }

  async function makeMissing(): Promise<void> {
    for (const [name, id] of ids) {
      const path = `/${users.includes(name) ? "Users" : "Groups"}/${id}?attributes=id`;
      if ((await send({ method: "GET", path })).status === 404) await make(name);
    }
  }

  function fill(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      if (name === "fresh") return `fresh-${fresh++}`;
      if (name === "cursor") return encodeURIComponent(cursor);
      return ids.get(aliases[name] ?? name) ?? whole;
    });
  }

  for (const name of [...users, ...groups]) await make(name);

  return {
    send,
    filled: (request) => ({
      ...request,
      path: fill(request.path),
      ...(request.body !== undefined && { body: fill(request.body) }),
    }),
    async fingerprint() {
      const { rows } = await database.query(FINGERPRINT, [accountId]);
      return rows[0].fingerprint;
    },
    async tidy({ method, path }, { status, headers }) {
      if (method === "DELETE" || path.startsWith("/Bulk")) await makeMissing();
      if (status !== 201 || method !== "POST") return;
      const place = (headers["location"] ?? "").replace(/.*(?=\/(Users|Groups)\/)/, "");
      // One of the account's own users, who was inactive and has come back, stays.
      if (![...ids.values()].some((id) => place.endsWith(id))) created.push(place);
      const oldest = created.length > MOST_CREATED ? created.shift() : undefined;
      if (oldest) await send({ method: "DELETE", path: oldest });
    },
    close: () => database.end(),
  };
}

const users = ["anna", "ben", "cem"];
const groups = ["sales", "other"];
/** Names that recorded conversations have for the same. */
const aliases: Record<string, string | undefined> = { group: "sales", boss: "ben", user: "anna" };
const MOST_CREATED = 20;
const user = {
  schemas: [USER],
  displayName: "Anna Ōkami",
  active: true,
  name: { givenName: "Anna", familyName: "Ōkami" },
  emails: [
    { value: "anna@example.com", type: "work", primary: true },
    { value: "anna@example.org", type: "home" },
  ],
};

const FINGERPRINT = `
select md5(coalesce(string_agg(line, ' ' order by line), '')) as fingerprint from (
  select u::text as line from scim_user u where account_id = $1
  union all select g::text from scim_group g where account_id = $1
  union all select m::text from scim_group_member m where account_id = $1
) as lines`;
