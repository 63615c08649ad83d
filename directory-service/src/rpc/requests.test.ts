import { type DeepPartial, ScimRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import pg from "pg";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, asOperator, asService, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { listStatement, purgeRequests } from "../storage/requests.ts";

let directory: Directory;
let pool: pg.Pool;

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
  pool = new pg.Pool({ connectionString: directory.url, max: 2 });
});
beforeEach(() => directory.sql("delete from scim_request"));
afterAll(async () => {
  await pool?.end();
  await directory?.stop();
});

const administrator = as("acme", "administrator");
// Not of the past: the service removes what is old.
const START = Date.parse("2100-03-01T12:00:00.123Z");
const USER = "019a0000-0000-7000-8000-000000000001";

/** A request that began `minute` minutes after START. */
const request = (minute: number, rest: DeepPartial<ScimRequest> = {}) => {
  const requestTime = new Date(START + minute * 60_000);
  const id = v7({ msecs: requestTime.getTime() + 40 });
  return ScimRequest.fromPartial({
    id,
    accountId: "acme",
    requestTime,
    method: "GET",
    path: "/Users",
    status: 200,
    ...rest,
  });
};
const record = (...requests: ScimRequest[]) => directory.connections.recordRequests({ requests }, asService);
const list = (asked: Partial<Parameters<typeof directory.connections.listRequests>[0]> = {}, options = administrator) =>
  directory.connections.listRequests(
    { pageSize: 0, pageToken: "", recordId: "", failed: false, startTime: undefined, endTime: undefined, ...asked },
    options,
  );
const pathsOf = async (asked: Parameters<typeof list>[0] = {}) => (await list(asked)).requests.map(({ path }) => path);

describe("RecordRequests", () => {
  it("keeps all that is known of a request", async () => {
    const given = request(0, {
      method: "PATCH",
      path: '/Users?filter=userName eq "***"',
      status: 400,
      scimType: "invalidFilter",
      detail: "No.",
      duration: { seconds: 2, nanos: 345_678_000 },
      traceId: "0af7651916cd43dd8448eb211c80319c",
      recordKind: 1,
      recordId: USER,
      tokenId: "token",
      userAgent: "Okta",
    });
    await record(given, request(1));
    const { requests, nextPageToken } = await list();
    expect(requests[1]).toEqual({ ...given, accountId: "" });
    expect(requests[0]).toMatchObject({ scimType: "", detail: "", recordKind: 0, recordId: "", tokenId: "" });
    expect(nextPageToken).toBe("");
  });

  it("drops requests of unknown accounts and leaves those alone that are there", async () => {
    const first = request(0);
    await record(first, first);
    await record({ ...first, path: "/again" }, request(1, { accountId: "nobody" }), request(2, { accountId: "" }));
    expect(await pathsOf()).toEqual(["/Users"]);
    expect((await directory.sql("select count(*)::int as n from scim_request"))[0]).toEqual({ n: 1 });
  });

  it.each<[string, DeepPartial<ScimRequest>]>([
    ["no id", { id: "" }],
    ["an id without a time", { id: "0191f0a5-0000-4000-8000-000000000001" }],
    ["no status", { status: 0 }],
    ["a status of another protocol", { status: 100_000 }],
    ["no time", { requestTime: undefined }],
    ["a time before all time", { requestTime: new Date(-62_135_596_800_000) }],
  ])("drops what has %s, and not what comes with it", async (_, fault) => {
    await record(request(0, { path: "/a" }), { ...request(1), ...fault } as ScimRequest, request(2, { path: "/b" }));
    expect(await pathsOf()).toEqual(["/b", "/a"]);
  });

  it("cuts what is too long and mends what the database cannot hold", async () => {
    await record(
      request(0, {
        path: `/${"😀".repeat(9_000)}`,
        detail: "a\u0000b",
        userAgent: "x".repeat(300),
        traceId: "y".repeat(1_000),
        duration: { seconds: Number.MAX_SAFE_INTEGER, nanos: 0 },
        recordKind: 7 as 1,
        recordId: "Ada",
      }),
      request(1, { duration: { seconds: -5, nanos: -1 }, recordKind: 7 as 1, recordId: USER }),
    );
    const [negative, long] = (await list()).requests;
    expect(long).toMatchObject({
      detail: "a\ufffdb",
      recordKind: 0,
      recordId: "",
      duration: { seconds: 86_400, nanos: 0 },
    });
    expect([long?.path.length, long?.userAgent.length, long?.traceId.length]).toEqual([1 + 2 * 8_191, 255, 64]);
    expect(negative).toMatchObject({ duration: { seconds: 0, nanos: 0 }, recordKind: 0, recordId: USER });
  });

  it("takes a thousand at once, and no more, from services alone", async () => {
    const thousand = Array.from({ length: 1_000 }, (_, n) => request(n));
    await record(...thousand);
    expect((await directory.sql("select count(*)::int as n from scim_request"))[0]).toEqual({ n: 1_000 });
    await record();
    expect(await reasonOf(record(...thousand, request(0)))).toBe("FIELD_INVALID");
    for (const options of [asOperator, administrator, as("acme", "scim")])
      expect(await reasonOf(directory.connections.recordRequests({ requests: [] }, options))).toBe("SCOPE_MISSING");
  });
});

describe("ListRequests", () => {
  it("gives the account's own, newest first, page by page, while new ones come", async () => {
    await record(...[3, 1, 4, 0, 2].map((minute) => request(minute, { path: `/${minute}` })));
    await record(request(9, { accountId: "other", path: "/theirs" }));
    const first = await list({ pageSize: 2 });
    await record(request(10, { path: "/new" }));
    const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
    const third = await list({ pageSize: 2, pageToken: second.nextPageToken });
    const pages = [first, second, third].map(({ requests }) => requests.map(({ path }) => path));
    expect(pages).toEqual([["/4", "/3"], ["/2", "/1"], ["/0"]]);
    expect(third.nextPageToken).toBe("");
    expect((await list({}, as("other", "owner"))).requests.map(({ path }) => path)).toEqual(["/theirs"]);
  });

  it("finds a record's, failed ones, and those of a time", async () => {
    await record(
      request(0, { path: "/0", recordId: USER, recordKind: 1 }),
      request(1, { path: "/1", recordId: USER, recordKind: 1, status: 404 }),
      request(2, { path: "/2", status: 399 }),
      request(3, { path: "/3", status: 400 }),
    );
    const at = (minute: number) => new Date(START + minute * 60_000);
    expect(await pathsOf({ recordId: USER })).toEqual(["/1", "/0"]);
    expect(await pathsOf({ failed: true })).toEqual(["/3", "/1"]);
    expect(await pathsOf({ failed: true, recordId: USER })).toEqual(["/1"]);
    expect(await pathsOf({ startTime: at(1), endTime: at(3) })).toEqual(["/2", "/1"]);
    expect(await pathsOf({ startTime: at(2), failed: true })).toEqual(["/3"]);
    expect(await pathsOf({ endTime: at(1) })).toEqual(["/0"]);
    expect(await pathsOf({ startTime: at(3), endTime: at(3) })).toEqual([]);
  });

  it.each(["Ada", USER.toUpperCase().replace("0", "A"), "\u0000"])(
    "finds nothing for %j, which is no id",
    async (recordId) => {
      await record(request(0, { recordId }));
      expect(await pathsOf({ recordId })).toEqual([]);
    },
  );

  it("binds page tokens to the account and the question", async () => {
    await record(request(0), request(1), request(0, { accountId: "other" }), request(1, { accountId: "other" }));
    const { nextPageToken: pageToken } = await list({ pageSize: 1 });
    const startTime = new Date(START);
    for (const other of [{ failed: true }, { startTime }, { endTime: startTime }, { recordId: USER }])
      expect(await reasonOf(list({ ...other, pageToken }))).toBe("PAGE_TOKEN_INVALID");
    expect(await reasonOf(list({ pageToken }, as("other", "administrator")))).toBe("PAGE_TOKEN_INVALID");
    expect(await reasonOf(list({ pageToken: "x" }))).toBe("PAGE_TOKEN_INVALID");
  });

  it("refuses a negative page and a time that is none", async () => {
    expect(await reasonOf(list({ pageSize: -1 }))).toBe("FIELD_INVALID");
    expect(await reasonOf(list({ startTime: new Date(8.64e15) }))).toBe("FIELD_INVALID");
    await expect(list({ startTime: new Date(START + 1), endTime: new Date(START) })).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      violations: [{ field: "end_time" }],
    });
  });

  it("is answered from an index, whatever it asks", async () => {
    await directory.sql(
      `insert into scim_request (account_id, id, request_time, method, path, status, duration_us, record_id)
       select 'acme', ('019a' || to_char(n, 'FM0000') || '-0000-7000-8000-' || to_char(n, 'FM000000000000'))::uuid, now(), 'GET', '/',
         case when n % 50 = 0 then 404 else 200 end, 1, gen_random_uuid() from generate_series(1, 9999) n`,
    );
    await directory.sql("analyze scim_request");
    const filter = { recordId: undefined, failed: false, startTime: undefined, endTime: undefined, before: undefined };
    const times = { startTime: new Date(START), endTime: new Date(START + 60_000) };
    expect(await planOf(filter)).toMatch(/Index Scan Backward using scim_request_pkey/);
    expect(await planOf({ ...filter, before: USER })).toMatch(/Index Scan Backward using scim_request_pkey/);
    expect(await planOf({ ...filter, ...times })).toMatch(
      /Index Scan Backward using scim_request_pkey.*Index Cond: \(\(account_id = .* \(id >= .* \(id < /s,
    );
    expect(await planOf({ ...filter, recordId: USER })).toMatch(/Index Scan Backward using scim_request_record/);
    expect(await planOf({ ...filter, failed: true })).toMatch(/Index Scan Backward using scim_request_failed/);
  });

  async function planOf(filter: Parameters<typeof listStatement>[1]): Promise<string> {
    const { statement, values } = listStatement("acme", filter, 101);
    const { rows } = await pool.query(`explain ${statement.text}`, values);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }
});

describe("purgeRequests", () => {
  it("removes what is older, in batches, in every account, and leaves the rest", async () => {
    await record(
      ...Array.from({ length: 5 }, (_, n) => request(-1 - n)),
      ...Array.from({ length: 2 }, (_, n) => request(-1 - n, { accountId: "other" })),
      request(0, { path: "/kept" }),
      request(1, { path: "/kept", accountId: "other" }),
    );
    expect(await purgeRequests(pool, new Date(START), { batchSize: 2 })).toBe(7);
    expect(await directory.sql("select path from scim_request")).toEqual([{ path: "/kept" }, { path: "/kept" }]);
    expect(await purgeRequests(pool, new Date(START), { batchSize: 2 })).toBe(0);
  });

  it("does not wait for rows that somebody else is removing", async () => {
    const [held, free] = [request(-2), request(-1)];
    await record(held, free);
    const other = await pool.connect();
    try {
      await other.query("begin");
      await other.query("delete from scim_request where id = $1", [held.id]);
      expect(await purgeRequests(pool, new Date(START))).toBe(1);
      await other.query("rollback");
    } finally {
      other.release();
    }
    expect(await directory.sql("select id from scim_request")).toEqual([{ id: held.id }]);
  });

  it("finds an account's outdated requests by the key", async () => {
    const { rows } = await pool.query("explain select id from scim_request where account_id = $1 and id < $2", [
      "a",
      USER,
    ]);
    expect(rows.map((row) => row["QUERY PLAN"]).join()).toContain("scim_request_pkey");
  });
});
