import { status } from "@grpc/grpc-js";
import { StatusError } from "@rollcall/runtime/status";
import { beforeEach, describe, expect, it } from "vitest";
import { type AccountView, DEFAULT_VIEW } from "./account-view.ts";
import { type AccountViews, createAccountViews } from "./account-views.ts";

const anna = Buffer.from("anna's token");
const ben = Buffer.from("ben's token");
const away = new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "Away.");
const revoked = new StatusError(status.UNAUTHENTICATED, "TOKEN_INVALID", "Revoked.");

let time: number;
let asked: { digest: Buffer; answer: PromiseWithResolvers<AccountView> }[];
let views: AccountViews;

beforeEach(() => {
  time = 1_000_000;
  asked = [];
  const load = (digest: Buffer) => {
    const answer = Promise.withResolvers<AccountView>();
    asked.push({ digest, answer });
    return answer.promise;
  };
  views = createAccountViews(load, () => time);
});

const another = (): AccountView => ({ ...DEFAULT_VIEW });

/** The view of acme, known from now on. */
async function knownView(): Promise<AccountView> {
  const view = another();
  const found = views.of("acme", anna);
  asked[0]?.answer.resolve(view);
  expect(await found).toBe(view);
  return view;
}

describe("account views", () => {
  it("asks once for an unknown account, however many requests wait, and for each account by itself", async () => {
    const waiting = [views.of("acme", anna), views.of("acme", ben), views.of("acme", anna)];
    void views.of("other", ben);
    expect(asked.map(({ digest }) => digest)).toEqual([anna, ben]);
    expect(views.known("acme")).toBeUndefined();
    const view = another();
    asked[0]?.answer.resolve(view);
    for (const found of await Promise.all(waiting)) expect(found).toBe(view);
    expect(views.known("acme")).toBe(view);
    expect(views.known("other")).toBeUndefined();
  });

  it("answers from memory for a second, without a promise", async () => {
    const view = await knownView();
    time += 1_000;
    expect(views.of("acme", anna)).toBe(view);
    expect(asked).toHaveLength(1);
  });

  it("then asks once in the background and serves the old view until the new one is there", async () => {
    const old = await knownView();
    time += 1_001;
    expect([views.of("acme", ben), views.of("acme", anna)]).toEqual([old, old]);
    expect(asked).toHaveLength(2);
    const next = another();
    asked[1]?.answer.resolve(next);
    await asked[1]?.answer.promise;
    await Promise.resolve();
    expect(views.of("acme", anna)).toBe(next);
  });

  it("makes the request after an idle time wait", async () => {
    await knownView();
    time += 2_001;
    const found = views.of("acme", anna);
    expect(found).toBeInstanceOf(Promise);
    const next = another();
    asked[1]?.answer.resolve(next);
    expect(await found).toBe(next);
  });

  it("gives the view as it is now where that is asked for, even where an older question is under way", async () => {
    await knownView();
    time += 500;
    const since = time;
    const latest = views.latest("acme", anna, since);
    expect(asked).toHaveLength(2);
    const next = another();
    asked[1]?.answer.resolve(next);
    expect(await latest).toBe(next);
    expect(await views.latest("acme", anna, since)).toBe(next);
    expect(asked).toHaveLength(2);

    time += 1_001;
    views.of("acme", anna);
    time += 1;
    const later = views.latest("acme", anna, time);
    asked[2]?.answer.resolve(another());
    await expect.poll(() => asked.length).toBe(4);
    const last = another();
    asked[3]?.answer.resolve(last);
    expect(await later).toBe(last);
  });

  it("keeps a view for a minute while the service is away, asking no more than once a second", async () => {
    const view = await knownView();
    time += 30_000;
    const found = views.of("acme", anna);
    asked[1]?.answer.reject(away);
    expect(await found).toBe(view);
    expect(views.of("acme", anna)).toBe(view);
    expect(asked).toHaveLength(2);
    time += 30_001;
    const late = views.of("acme", anna);
    asked[2]?.answer.reject(away);
    await expect(late).rejects.toBe(away);
  });

  it("fails where an account was never seen and the service is away, and asks again for the next request", async () => {
    const found = views.of("acme", anna);
    asked[0]?.answer.reject(away);
    await expect(found).rejects.toBe(away);
    const again = views.of("acme", anna);
    const view = another();
    asked[1]?.answer.resolve(view);
    expect(await again).toBe(view);
  });

  it("does not refuse a token because another one was revoked that asked first", async () => {
    const first = views.of("acme", anna);
    const second = views.of("acme", ben);
    asked[0]?.answer.reject(revoked);
    await expect(first).rejects.toBe(revoked);
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]?.digest).toBe(ben);
    const view = another();
    asked[1]?.answer.resolve(view);
    expect(await second).toBe(view);
  });
});
