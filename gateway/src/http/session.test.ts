import { status } from "@grpc/grpc-js";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { StatusError } from "@rollcall/runtime/status";
import { generateToken } from "@rollcall/runtime/token";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "./account-view.ts";
import { createApp } from "./app.ts";
import type { RateLimit } from "./rate-limit.ts";
import { createRequestLog } from "./request-log.ts";
import { createAdmission } from "./session.ts";

const caller = { tokenId: "t", accountId: "acme", scopes: new Set([TokenScope.TOKEN_SCOPE_SCIM]) };

/** The HTTP side with one route and a verifier that knows one token until it is revoked. */
function oneRoute(rate: RateLimit | undefined) {
  const verifier = { revoked: false, checked: [] as string[] };
  const verify = (how: string) => {
    verifier.checked.push(how);
    if (!verifier.revoked) return caller;
    throw new StatusError(status.UNAUTHENTICATED, "TOKEN_INVALID", "The token is not valid.");
  };
  const tokens = { verifySecret: () => verify("secret"), verifyDigest: () => verify("digest") };
  const app = createApp({
    routes: [
      {
        method: "GET",
        path: "/Me",
        access: "scim",
        handler: () => ({ status: 200, body: "{}" }),
        operation: { id: "getMe", summary: "Who am I?", answers: { 200: "User" } },
      },
    ],
    admit: createAdmission({ tokens, rateOf: rate && (() => rate) }),
    views: { of: () => DEFAULT_VIEW, latest: async () => DEFAULT_VIEW },
    log: createRequestLog(pino({ level: "silent" })),
    publicUrl: undefined,
    trustedProxies: [],
  });
  const ask = (secret: string) => app.inject({ url: "/Me", headers: { authorization: `Bearer ${secret}` } });
  return { ask, verifier };
}

describe("admission", () => {
  it("checks a token whole once, and by its digest from then on", async () => {
    const { ask, verifier } = oneRoute(undefined);
    const secret = generateToken();
    for (let round = 0; round < 3; round++) expect((await ask(secret)).statusCode).toBe(200);
    await ask(generateToken());
    expect(verifier.checked).toEqual(["secret", "digest", "digest", "secret"]);
  });

  it("sees a revocation with the next request", async () => {
    const { ask, verifier } = oneRoute(undefined);
    const secret = generateToken();
    expect((await ask(secret)).statusCode).toBe(200);
    verifier.revoked = true;
    expect((await ask(secret)).statusCode).toBe(401);
  });

  it("answers 429 with Retry-After in SCIM form after the burst, for each token by itself", async () => {
    const { ask } = oneRoute({ perSecond: 0.1, burst: 2 });
    const secret = generateToken();
    expect((await ask(secret)).statusCode).toBe(200);
    expect((await ask(secret)).statusCode).toBe(200);
    const refused = await ask(secret);
    expect(refused.statusCode).toBe(429);
    expect(refused.headers["retry-after"]).toBe("10");
    expect(refused.headers["content-type"]).toBe("application/scim+json; charset=utf-8");
    expect(refused.json()).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "429",
    });
    expect((await ask(generateToken())).statusCode).toBe(200);
  });

  it("limits nothing where rates are off", async () => {
    const { ask } = oneRoute(undefined);
    const secret = generateToken();
    const answers = await Promise.all(Array.from({ length: 1_500 }, () => ask(secret)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  });
});
