import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createOkta } from "./okta.ts";

describe("createOkta", () => {
  const servers = new Set<ReturnType<typeof createServer>>();

  afterEach(() => {
    for (const server of servers) {
      server.close();
    }
    servers.clear();
  });

  it("waits as long as Retry-After says and sends the request again", async () => {
    const arrivals: number[] = [];
    const url = await serve(() => {
      arrivals.push(performance.now());
      return arrivals.length === 1 ? { status: 429, retryAfter: "1" } : { status: 200, body: { totalResults: 7 } };
    });
    const okta = createOkta(url, "secret");
    expect(await okta.count("Users")).toBe(7);
    expect((arrivals[1] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(990);
    expect(okta.requests).toBe(2);
  });

  it("looks for a user by userName with Okta's headers before it creates one", async () => {
    const requests: IncomingMessage[] = [];
    const url = await serve((request) => {
      requests.push(request);
      return request.method === "GET" ? { status: 200, body: { Resources: [] } } : { status: 201, body: { id: "42" } };
    });
    const result = await createOkta(url, "secret").provisionUser({ userName: 'quo"te@example.com' });
    expect(result).toEqual({ id: "42", created: true });
    const [search, creation] = requests;
    expect(new URL(search?.url ?? "", url).searchParams.get("filter")).toBe('userName eq "quo\\"te@example.com"');
    expect(creation?.headers).toMatchObject({
      authorization: "Bearer secret",
      "user-agent": "Okta SCIM Client 1.0.0",
      "content-type": "application/scim+json; charset=utf-8",
    });
  });

  it("reports what the server says about a request that it refuses", async () => {
    const url = await serve(() => ({ status: 401, body: { detail: "The token is not valid." } }));
    await expect(createOkta(url, "secret").testConnection()).rejects.toThrow(
      "GET /Users was answered with 401: The token is not valid.",
    );
  });

  type Answer = { status: number; retryAfter?: string; body?: unknown };

  async function serve(answer: (request: IncomingMessage) => Answer): Promise<string> {
    const server = createServer((request, response) => {
      const { status, retryAfter, body } = answer(request);
      response.writeHead(status, retryAfter ? { "Retry-After": retryAfter } : {});
      response.end(JSON.stringify(body ?? {}));
    });
    servers.add(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  }
});
