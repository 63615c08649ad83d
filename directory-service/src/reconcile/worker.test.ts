import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture, logger } from "../../test/reconcile-fixture.ts";
import { scheduleReconcile } from "./schedule.ts";
import { releaseDeadPools } from "./sweep.ts";
import { startReconcile } from "./worker.ts";

let directory: Fixture;
let worker: { stop(): Promise<void> } | undefined;

beforeEach(async () => {
  directory = await createFixture();
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await directory.close();
});

const start = async () => {
  worker = await startReconcile({ db: directory.db, url: directory.url, logger });
};

async function mapped(userId: string, withinMs: number): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < withinMs) {
    if (await directory.personOf(userId)) return performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`not mapped within ${withinMs} ms`);
}

describe("the reconcile worker", () => {
  it("maps what an earlier process left when it ended between a commit and its job", async () => {
    const user = await directory.addUser({ userName: "left@example.com", displayName: "Left" });
    await start();
    await mapped(user, 3_000);
  });

  it("maps what is scheduled at once", async () => {
    await start();
    const lags: number[] = [];
    for (let n = 0; n < 5; n++) {
      const user = await directory.addUser({ userName: `at-once-${n}@example.com`, displayName: "At once" });
      scheduleReconcile(directory.accountId);
      lags.push(await mapped(user, 3_000));
    }
    // The target is 100 ms; this bound only rules out that a sweep or a poll did it.
    expect(Math.min(...lags)).toBeLessThan(1_000);
  });

  it("tries again by itself, after a while, what a fault kept it from that passes", async () => {
    const user = await directory.addUser({ userName: "again@example.com", displayName: "Again" });
    await directory.rows(
      "create function refuse() returns trigger language plpgsql as $$ begin raise sqlstate '55P03' using message = 'secret'; end $$",
    );
    await directory.rows("create trigger refuse before insert on person for each row execute function refuse()");
    await start();
    const failed = () =>
      directory.rows("select last_error, run_at > created_at as later from graphile_worker._private_jobs");
    await expect.poll(async () => (await failed())[0]?.["last_error"], { timeout: 5_000 }).toBeTruthy();
    expect(await failed()).toEqual([{ last_error: expect.not.stringContaining("secret"), later: true }]);
    expect(await directory.rows("select from execution")).toEqual([]);
    await directory.rows("drop trigger refuse on person");
    await mapped(user, 10_000);
    expect(await directory.rows("select outcome from execution")).toEqual([{ outcome: 1 }]);
  });

  it("takes over the job of a process that was killed in the middle of it", async () => {
    const user = await directory.addUser({ userName: "killed@example.com", displayName: "Killed" });
    await directory.rows(
      `select graphile_worker.add_job('reconcile', json_build_object('accountId', $1::text), queue_name => 'reconcile ' || $1, job_key => 'reconcile ' || $1)`,
      directory.accountId,
    );
    await directory.rows(
      "update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), attempts = 1",
    );
    await directory.rows("update graphile_worker._private_job_queues set locked_by = 'pool-dead', locked_at = now()");
    await start();
    await mapped(user, 4_000);
  });

  it("leaves the jobs of living processes alone", async () => {
    await start();
    const [pool] = await directory.rows(
      "select replace(application_name, 'rollcall ', '') as id from pg_stat_activity where application_name like 'rollcall pool-%' and datname = current_database()",
    );
    await directory.rows("select graphile_worker.add_job('other', queue_name => 'q')");
    await directory.rows("update graphile_worker._private_jobs set locked_by = $1, locked_at = now()", pool?.["id"]);
    expect(await releaseDeadPools(directory.db.pool)).toEqual([]);
    await worker?.stop();
    worker = undefined;
    expect(await releaseDeadPools(directory.db.pool)).toEqual([pool?.["id"]]);
  });
});
