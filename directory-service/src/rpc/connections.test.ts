import { Connection, type DeepPartial } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";

let directory: Directory;

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());

const administrator = as("acme", "administrator");
const read = (options = administrator) => directory.connections.getConnection({}, options);
const update = (connection: DeepPartial<Connection>, ...updateMask: string[]) =>
  directory.connections.updateConnection({ connection: Connection.fromPartial(connection), updateMask }, administrator);
const DEFAULT_LIMITS = { requestsPerSecond: 500, requestBurst: 1_000, maxPageSize: 500, maxBulkOperations: 1_000 };

const DEFAULT_BRAKE = { maxPeople: 25, maxPercent: 20, disabled: false };

describe("a connection", () => {
  it("begins with everything allowed and says its limits", async () => {
    expect(await read()).toMatchObject({ version: 1, provider: 5, profile: 1, limits: DEFAULT_LIMITS });
  });

  it("changes what the mask names, counts, and counts nothing where nothing differs", async () => {
    const { version } = await read();
    const changed = await update({ profile: 2, provider: 2 }, "profile");
    expect(changed).toMatchObject({ version: version + 1, profile: 2, provider: 5, putPolicy: 1 });
    expect(await update({ profile: 2 }, "profile")).toMatchObject({ version: version + 1 });
    expect(await reasonOf(update({ profile: 1, version }, "profile"))).toBe("VERSION_MISMATCH");
    expect(await read()).toEqual(changed);
    expect(await read(as("other", "scim"))).toMatchObject({ version: 1, profile: 1 });
  });

  it("sets one limit and leaves the others", async () => {
    await update({ limits: { requestsPerSecond: 20, maxPageSize: 50 } }, "limits");
    expect(await update({ limits: { requestBurst: 30, maxPageSize: 7 } }, "limits.request_burst")).toMatchObject({
      limits: { requestsPerSecond: 20, requestBurst: 30, maxPageSize: 50, maxBulkOperations: 1_000 },
    });
  });

  it("takes 0 and an absent limit for the default, and stores only what differs from it", async () => {
    await update({ limits: { requestsPerSecond: 20, maxPageSize: 50, maxBulkOperations: 1_000 } }, "limits");
    expect(await directory.sql("select limits from connection where account_id = 'acme'")).toEqual([
      { limits: { requestsPerSecond: 20, maxPageSize: 50 } },
    ]);
    const { limits, version } = await update({ limits: { requestsPerSecond: 0 } }, "limits.requests_per_second");
    expect(limits).toEqual({ ...DEFAULT_LIMITS, maxPageSize: 50 });
    expect(await update({ limits: DEFAULT_LIMITS }, "limits")).toMatchObject({ limits: DEFAULT_LIMITS });
    expect(await update({}, "limits")).toMatchObject({ limits: DEFAULT_LIMITS, version: version + 1 });
  });

  it("has a brake, whose settings are changed one by one or all at once; 0 is the default", async () => {
    expect(await read(as("other", "administrator"))).toMatchObject({ brake: DEFAULT_BRAKE });
    const all = { maxPeople: 1_000_000, maxPercent: 100, disabled: true };
    expect(await update({ brake: all }, "brake")).toMatchObject({ brake: all });
    const { version } = await update({ brake: { maxPercent: 7, maxPeople: 3 } }, "brake.max_percent");
    expect(await read()).toMatchObject({ brake: { ...all, maxPercent: 7 } });
    await update({ brake: { maxPeople: 25 } }, "brake.max_people");
    expect(await directory.sql("select brake from connection where account_id = 'acme'")).toEqual([
      { brake: { maxPercent: 7, disabled: true } },
    ]);
    expect(await update({}, "brake.disabled")).toMatchObject({ brake: { ...DEFAULT_BRAKE, maxPercent: 7 } });
    expect(await update({}, "brake")).toMatchObject({ brake: DEFAULT_BRAKE, version: version + 3 });
    expect(await update({ brake: DEFAULT_BRAKE }, "brake")).toMatchObject({ version: version + 3 });
  });

  it("leaves limits and brake alone where the mask names neither", async () => {
    await update({ limits: { maxPageSize: 9 }, brake: { maxPeople: 3 } }, "limits", "brake");
    const changed = await update({ putPolicy: 2, limits: { maxPageSize: 8 }, brake: { maxPeople: 4 } }, "put_policy");
    expect(changed).toMatchObject({ limits: { maxPageSize: 9 }, brake: { maxPeople: 3 } });
    await update({ putPolicy: 1 }, "put_policy", "limits", "brake");
  });

  it("names every field that is out of bounds, and changes nothing then", async () => {
    const before = await read();
    const limits = { requestsPerSecond: 10_001, requestBurst: 20_001, maxPageSize: 501, maxBulkOperations: -1 };
    await expect(
      update(
        { limits, profile: 3 as 2, putPolicy: 2, brake: { maxPeople: 1_000_001, maxPercent: 101 } },
        "limits",
        "profile",
        "put_policy",
        "brake",
      ),
    ).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      violations: [
        { field: "connection.profile" },
        { field: "connection.limits.requests_per_second", description: expect.stringContaining("1 to 10000") },
        { field: "connection.limits.request_burst", description: expect.stringContaining("1 to 20000") },
        { field: "connection.limits.max_page_size", description: expect.stringContaining("1 to 500") },
        { field: "connection.limits.max_bulk_operations", description: expect.stringContaining("1 to 1000") },
        { field: "connection.brake.max_people", description: expect.stringContaining("1 to 1000000") },
        { field: "connection.brake.max_percent", description: expect.stringContaining("1 to 100") },
      ],
    });
    expect(await read()).toEqual(before);
  });

  it("takes the greatest of each limit", async () => {
    const limits = { requestsPerSecond: 10_000, requestBurst: 20_000, maxPageSize: 500, maxBulkOperations: 1_000 };
    expect(await update({ limits }, "limits")).toMatchObject({ limits });
  });

  it.each([
    ["profile", { profile: 0 as const }],
    ["put_policy", { putPolicy: 3 as 2 }],
    ["limits.nonsense", {}],
    ["brake.nonsense", {}],
    ["brake.max_people", { brake: { maxPeople: -1 } }],
    ["version", {}],
  ])("refuses a mask of %s with %j", async (field, connection) => {
    expect(await reasonOf(update(connection, field))).toBe("FIELD_INVALID");
  });
});
