import pg from "pg";
import type { Stack } from "../../deploy/local/stack.ts";
import { mappedUser, userName } from "./users.ts";

const CONNECTIONS = 16;
// Every so many users one is watched until its person is there.
const WATCHED = 50;
const BULK = 500;

/** Creates users `from` to `to`: in bulk, or where they are watched one by one, as a sync sends them. */
export async function createUsers(
  { scim, token }: Stack,
  from: number,
  to: number,
  watch?: (userName: string) => Promise<void>,
): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
    const response = await fetch(`${scim}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = await response.text();
    if (!response.ok || answer.includes('"status":"4')) throw new Error(`Seeding failed: ${answer.slice(0, 500)}`);
  };
  const watching: Promise<void>[] = [];
  const step = watch ? 1 : BULK;
  let next = from;
  const worker = async () => {
    for (let n = next; n < to; n = next) {
      next = Math.min(n + step, to);
      if (!watch) await post("/Bulk", bulk(n, next));
      else {
        await post("/Users", mappedUser(n));
        if (n % WATCHED === 0) watching.push(watch(userName(n)));
      }
    }
  };
  await Promise.all(Array.from({ length: watch ? CONNECTIONS : 4 }, worker));
  await Promise.all(watching);
}

/** The first user of a bulk request is the manager of the others. */
function bulk(from: number, to: number): unknown {
  const Operations = Array.from({ length: to - from }, (_, index) => ({
    method: "POST",
    path: "/Users",
    bulkId: `u${index}`,
    data: mappedUser(from + index, index === 0 ? undefined : "bulkId:u0"),
  }));
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], Operations };
}

/** Looks for people straight in the database, so that looking costs little and the services none of it. */
export async function findPeople({ databaseUrls, account }: Stack): Promise<{
  exists(email: string): Promise<boolean>;
  close(): Promise<void>;
}> {
  const client = new pg.Client({ connectionString: databaseUrls.directory });
  await client.connect();
  const statement = {
    name: "person_exists",
    text: "select from person where account_id = $1 and primary_email_key = $2",
  };
  return {
    exists: async (email) => (await client.query({ ...statement, values: [account, email] })).rowCount === 1,
    close: () => client.end(),
  };
}
