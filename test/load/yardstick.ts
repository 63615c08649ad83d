import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { prepared } from "@rollcall/runtime/database";
import pg from "pg";
import {
  insertScimUser,
  readScimUser,
  SCIM_USER_GET,
  SCIM_USER_LOOKUP,
  writeScimUser,
} from "../../directory-service/src/storage/scim-users.ts";
import type { Run } from "../../directory-service/src/storage/statement.ts";

/**
 * What the benchmark measures against: a bare Node HTTP server that runs the
 * product's own SQL in one process, with nothing between. No authentication,
 * no validation, no schema, no second process, and nobody maps what it writes.
 */
const { YARDSTICK_DATABASE_URL, YARDSTICK_ACCOUNT = "" } = process.env;
const pool = new pg.Pool({ connectionString: YARDSTICK_DATABASE_URL, max: 10 });
// The database stops first when a run is broken off.
pool.on("error", () => process.exit(1));
const run = ((statement, values) => prepared(pool, statement, values)) as Run;

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
  const id = /\/Users\/(.+)$/.exec(pathname)?.[1] ?? "";
  if (request.method === "POST") return insert(JSON.parse(await read(request)));
  if (request.method === "PATCH") return update(id, JSON.parse(await read(request)));
  if (id) return (await pool.query({ name: "get", text: SCIM_USER_GET, values: [YARDSTICK_ACCOUNT, [id]] })).rows[0];
  const name = /^userName eq "([^"]+)"$/.exec(searchParams.get("filter") ?? "")?.[1] ?? "";
  const values = [YARDSTICK_ACCOUNT, [name.toLowerCase()]];
  return { Resources: (await pool.query({ name: "lookup", text: SCIM_USER_LOOKUP, values })).rows };
}

async function insert(attributes: Record<string, unknown>): Promise<unknown> {
  const id = randomUUID();
  await insertScimUser(run, YARDSTICK_ACCOUNT, id, attributes, origin());
  return { id, ...attributes };
}

async function update(id: string, change: { Operations: { value: object }[] }): Promise<unknown> {
  const row = await readScimUser(run, YARDSTICK_ACCOUNT, id, { lock: false });
  const attributes = { ...row.attributes, ...change.Operations[0]?.value };
  await writeScimUser(run, YARDSTICK_ACCOUNT, row, attributes, "updated", origin());
  return { id, ...attributes };
}

function origin() {
  return { now: new Date(), traceparent: undefined };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
