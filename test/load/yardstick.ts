import { createServer, type IncomingMessage } from "node:http";
import pg from "pg";

/**
 * What the benchmark measures against: a bare Node HTTP server that runs the
 * same SQL in one process, with nothing between. No authentication, no
 * validation, no schema, no second process. Its statements are given by the
 * environment, so that they are the product's own.
 */
export interface YardstickStatements {
  /** $1 account, $2 user name keys. */
  lookup: string;
  /** $1 account, $2 ids. */
  get: string;
}

const { YARDSTICK_DATABASE_URL, YARDSTICK_ACCOUNT = "", YARDSTICK_STATEMENTS = "{}" } = process.env;
const statements: YardstickStatements = JSON.parse(YARDSTICK_STATEMENTS);
const pool = new pg.Pool({ connectionString: YARDSTICK_DATABASE_URL, max: 10 });
// The database stops first when a run is broken off.
pool.on("error", () => process.exit(1));

const INSERT = `
with written as (
  insert into scim_user (account_id, id, user_name_key, active, attributes, create_time, update_time, provision_time)
  values ($1, gen_random_uuid(), $2, true, $3, now(), now(), now()) returning account_id, id, attributes
), marked as (
  insert into dirty_record (account_id, kind, record_id, causes) select account_id, 1, id, '{created}' from written
)
select id, attributes from written`;
const LOCK = "select attributes from scim_user where account_id = $1 and id = $2 for update";
const UPDATE = `
update scim_user set attributes = $3, version = version + 1, update_time = now(), provision_time = now()
where account_id = $1 and id = $2 returning id, attributes`;

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.writeHead(200, { "content-type": "application/scim+json" }).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, "127.0.0.1", () => {
  const bound = server.address();
  process.send?.({ ready: { port: bound && typeof bound === "object" ? bound.port : 0 } });
});
process.on("disconnect", () => process.exit());

async function answer(request: IncomingMessage): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const id = /\/Users\/(.+)$/.exec(pathname)?.[1];
  if (request.method === "POST") return insert(JSON.parse(await read(request)));
  if (request.method === "PATCH") return update(id, JSON.parse(await read(request)));
  if (id) return first(await pool.query({ name: "get", text: statements.get, values: [YARDSTICK_ACCOUNT, [id]] }));
  const name = /^userName eq "([^"]+)"$/.exec(searchParams.get("filter") ?? "")?.[1] ?? "";
  const values = [YARDSTICK_ACCOUNT, [name.toLowerCase()]];
  return { Resources: (await pool.query({ name: "lookup", text: statements.lookup, values })).rows };
}

async function insert(user: { userName: string }): Promise<unknown> {
  const values = [YARDSTICK_ACCOUNT, user.userName.toLowerCase(), JSON.stringify(user)];
  return first(await pool.query({ name: "insert", text: INSERT, values }));
}

async function update(id: string | undefined, change: { Operations: { value: object }[] }): Promise<unknown> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query({ name: "lock", text: LOCK, values: [YARDSTICK_ACCOUNT, id] });
    const attributes = JSON.stringify({ ...rows[0].attributes, ...change.Operations[0]?.value });
    const written = await client.query({ name: "update", text: UPDATE, values: [YARDSTICK_ACCOUNT, id, attributes] });
    await client.query("commit");
    return first(written);
  } finally {
    client.release();
  }
}

function first({ rows }: pg.QueryResult): unknown {
  return rows[0];
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
