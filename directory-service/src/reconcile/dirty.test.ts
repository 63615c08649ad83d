import { ReprocessRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../test/directory-service.ts";
import { createDueAccount } from "../../test/due-account.ts";

let directory: Directory;

beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory?.stop());

it("records that became due at once are mapped in the order of their ids, however they are stored", async () => {
  const account = await createDueAccount(directory, "ties");
  const [high, low] = ["01927f3e-0000-7000-8000-000000000002", "01927f3e-0000-7000-8000-000000000001"] as const;
  const ids = [high, low];
  await directory.sql(
    `insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
     select $1, id::uuid, id, jsonb_build_object('userName', id, 'displayName', id, 'emails',
       '[{"value": "one@example.com", "primary": true}]'::jsonb), now(), now(), now() from unnest($2::text[]) id`,
    account.id,
    ids,
  );
  await directory.sql(
    `insert into dirty_record (account_id, kind, record_id, causes, mark_time)
     select $1, 1, id, '{manual}', '2030-01-01' from unnest($2::uuid[]) with ordinality as r (id, place) order by place`,
    account.id,
    ids,
  );
  await account.settle();
  expect(await account.personOf(low)).toMatchObject({ primary_email: "one@example.com" });
  expect(await account.personOf(high)).toEqual({});
});

it("what a client changes is mapped before 10,000 records that are due together, though it is one of them", async () => {
  const account = await createDueAccount(directory, "acme");
  const ann = await account.user("Ann");
  await account.settle();
  await directory.sql(
    `insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
     select $1, gen_random_uuid(), 'u' || n, jsonb_build_object('userName', 'u' || n), now(), now(), now()
     from generate_series(1, 10000) n`,
    account.id,
  );
  const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
  const queued = await directory.mapping.reprocess(ReprocessRequest.fromPartial({ kind }), account.owner);
  expect(queued).toMatchObject({ queued: 10_001 });
  await account.changeUser(ann, "title", "Chief");
  const ben = await account.user("Ben");
  await directory.reconcile(account.id, 1);
  expect(await account.personOf(ann)).toMatchObject({ job_title: "Chief" });
  expect(await account.personOf(ben)).toMatchObject({ name: "Ben" });
  const [waiting] = await directory.sql("select count(*)::int as count from dirty_record");
  expect(waiting?.["count"]).toBeGreaterThan(9_500);
});
