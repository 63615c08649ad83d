import { status } from "@grpc/grpc-js";
import { TokenScope, TokenState, type WatchTokensResponse } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { digestOf, fingerprintOf } from "@rollcall/runtime/token";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, type Issued, logger, startTestTokenService, type TestTokenService } from "../../test/token-service.ts";
import { startTokenService } from "../server.ts";

let service: TestTokenService;
let owner: Issued;

beforeAll(async () => {
  service = await startTestTokenService();
  owner = await service.issue("acme", TokenScope.TOKEN_SCOPE_OWNER);
});

afterAll(() => service.close());

/** A watch that a test reads message by message and stops. */
function watch(sinceVersion: number) {
  const stopping = new AbortController();
  const options = { ...as(service.serviceToken), signal: stopping.signal };
  const messages = service.client.watchTokens({ sinceVersion }, options)[Symbol.asyncIterator]();
  return {
    async next(): Promise<WatchTokensResponse> {
      const { value, done } = await messages.next();
      if (done) throw new Error("The watch ended.");
      return value;
    },
    /** Reads until a token comes that `matches`. */
    async until(matches: (id: string) => boolean): Promise<WatchTokensResponse> {
      for (;;) {
        const message = await this.next();
        if (message.tokens.some(({ token }) => matches(token?.id ?? ""))) return message;
      }
    },
    stop: () => stopping.abort(),
  };
}

/** Reads a whole snapshot: its messages, the last one with the version. */
async function readSnapshot(watching: ReturnType<typeof watch>): Promise<WatchTokensResponse[]> {
  const messages = [await watching.next()];
  while (messages.at(-1)?.version === 0) messages.push(await watching.next());
  return messages;
}

describe("WatchTokens", () => {
  it("starts with a snapshot of the live tokens, by fingerprint", async () => {
    const live = await service.issue("acme");
    const revoked = await service.issue("acme");
    await service.client.revokeToken({ id: revoked.token.id }, as(owner.secret));
    const watching = watch(0);
    const [snapshot] = await readSnapshot(watching);
    watching.stop();
    expect(snapshot?.reset).toBe(true);
    expect(snapshot?.version).toBeGreaterThan(1);
    const watched = snapshot?.tokens.find(({ token }) => token?.id === live.token.id);
    expect(watched?.token).toEqual(live.token);
    expect(watched?.fingerprint).toEqual(fingerprintOf(digestOf(live.secret)));
    expect(snapshot?.tokens.some(({ token }) => token?.id === revoked.token.id)).toBe(false);
  });

  it("brings issue, rotation and revocation as they commit, each within a second", async () => {
    const watching = watch(0);
    await readSnapshot(watching);
    const first = await service.issue("acme");
    const issuedAt = performance.now();
    await watching.until((id) => id === first.token.id);
    expect(performance.now() - issuedAt).toBeLessThan(1_000);

    const { token: second } = await service.client.rotateToken({ id: first.token.id }, as(owner.secret));
    const rotation = await watching.until((id) => id === second?.id);
    const states = Object.fromEntries(rotation.tokens.map(({ token }) => [token?.id, token?.state]));
    expect(states).toEqual({
      [first.token.id]: TokenState.TOKEN_STATE_RETIRING,
      [second?.id ?? ""]: TokenState.TOKEN_STATE_ACTIVE,
    });

    await service.client.revokeToken({ id: first.token.id }, as(owner.secret));
    const revokedAt = performance.now();
    const revocation = await watching.until((id) => id === first.token.id);
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
    expect(revocation.tokens[0]?.token?.state).toBe(TokenState.TOKEN_STATE_REVOKED);
    watching.stop();
  });

  it("resumes after a version with what changed since, and says at once that it is alive", async () => {
    const before = watch(0);
    const version = (await readSnapshot(before)).at(-1)?.version ?? 0;
    before.stop();
    const quiet = watch(version);
    expect(await quiet.next()).toEqual({ reset: false, tokens: [], version });
    quiet.stop();

    const missed = await service.issue("acme");
    const resumed = watch(version);
    const message = await resumed.next();
    resumed.stop();
    expect(message).toMatchObject({ reset: false, version: version + 1 });
    expect(message.tokens.map(({ token }) => token?.id)).toEqual([missed.token.id]);
  });

  it("gives a snapshot for a version that it does not know, as after a restored backup", async () => {
    const watching = watch(1_000_000);
    expect((await readSnapshot(watching))[0]?.reset).toBe(true);
    watching.stop();
  });

  it("sends a heartbeat every 10 seconds", { timeout: 30_000 }, async () => {
    const watching = watch(0);
    const version = (await readSnapshot(watching)).at(-1)?.version ?? 0;
    await watching.next();
    const silentSince = performance.now();
    expect(await watching.next()).toEqual({ reset: false, tokens: [], version });
    expect(performance.now() - silentSince).toBeGreaterThan(9_000);
    expect(performance.now() - silentSince).toBeLessThan(11_500);
    watching.stop();
  });

  it("loses no change of many writers at once: every version comes, in order", async () => {
    const watching = watch(0);
    let version = (await readSnapshot(watching)).at(-1)?.version ?? 0;
    const issued = await Promise.all(Array.from({ length: 40 }, () => service.issue("acme")));
    const missing = new Set(issued.map(({ token }) => token.id));
    const first = version;
    let seen = 0;
    while (missing.size > 0) {
      const message = await watching.next();
      expect(message.version).toBe(version + message.tokens.length);
      version = message.version;
      seen += message.tokens.length;
      for (const { token } of message.tokens) missing.delete(token?.id ?? "");
    }
    watching.stop();
    expect(seen).toBe(40);
    expect(version).toBe(first + 40);
  });

  it("splits a large snapshot, and gives the version with its last message only", async () => {
    const own = await startTestTokenService();
    await insertTokens(own.config.databaseUrl, 2_500);
    const messages: WatchTokensResponse[] = [];
    for await (const message of own.client.watchTokens({ sinceVersion: 0 }, as(own.serviceToken))) {
      messages.push(message);
      if (message.version > 0) break;
    }
    await own.close();
    expect(messages.map(({ reset, tokens }) => [reset, tokens.length])).toEqual([
      [true, 1_000],
      [false, 1_000],
      [false, 502],
    ]);
    expect(messages.map(({ version }) => version > 0)).toEqual([false, false, true]);
    expect(new Set(messages.flatMap(({ tokens }) => tokens.map(({ token }) => token?.id))).size).toBe(2_502);
  });

  it("brings what another replica commits, also where notifications do not come through", async () => {
    const watching = watch(0);
    await readSnapshot(watching);
    const id = await insertTokens(service.config.databaseUrl, 1);
    const committedAt = performance.now();
    await watching.until((watched) => watched === id);
    expect(performance.now() - committedAt).toBeLessThan(2_000);
    watching.stop();
  });

  it("ends with UNAVAILABLE when the server drains", async () => {
    const own = await startTestTokenService();
    const messages = own.client.watchTokens({ sinceVersion: 0 }, as(own.serviceToken))[Symbol.asyncIterator]();
    await messages.next();
    await messages.next();
    const ended = expect(messages.next()).rejects.toMatchObject({ code: status.UNAVAILABLE, reason: "UNAVAILABLE" });
    await own.stopServer();
    await ended;
    await own.startServer();
    await own.close();
  });

  it("ends with the next message when the watcher's own token has ended", async () => {
    const own = await startTestTokenService();
    const messages = own.client.watchTokens({ sinceVersion: 0 }, as(own.serviceToken))[Symbol.asyncIterator]();
    await messages.next();
    await messages.next();
    own.config.serviceToken = undefined;
    const replica = await startTokenService({ ...own.config, grpcAddress: "127.0.0.1:0" }, logger, own.clock);
    await messages.next();
    own.clock.advance(3_600_001);
    const ended = expect(messages.next()).rejects.toMatchObject({ reason: "TOKEN_INVALID" });
    await own.issue("acme");
    await ended;
    await replica.stop();
    await own.close();
  });
});

/** Adds live tokens behind the service's back, without a notification. Answers the last one's id. */
async function insertTokens(url: string, count: number): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `with advanced as (update token_version set version = version + $1 where id = 1 returning version),
        added as (
          insert into token (account_id, id, fingerprint, last_four, scopes, label, create_time, change_version)
          select 'account-' || n % 7, gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 'abcd', '{1}', '', now(),
            version - $1 + n
          from advanced, generate_series(1, $1) n returning id)
      select id from added`,
      [count],
    );
    return rows.at(-1).id;
  } finally {
    await client.end();
  }
}
