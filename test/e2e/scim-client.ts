import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { expect } from "vitest";
import { ERROR, patchOp } from "./scim-messages.ts";

/** A body of any SCIM answer: the attributes that tests read by name, and all others. */
export interface ScimBody {
  [attribute: string]: unknown;
  schemas: string[];
  id: string;
  meta: { resourceType: string; created: string; lastModified: string; location: string; version: string };
  Resources: ScimBody[];
  totalResults: number;
  detail: string;
}

/** An answer to a SCIM request. */
export interface ScimAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Empty object where the answer has no body. */
  body: ScimBody;
  /** The body as it came. */
  text: string;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Headers to send; undefined leaves out one that is sent by default. */
export type SentHeaders = Record<string, string | undefined>;

/** An identity provider's end of the line. */
export interface ScimClient {
  /**
   * Sends a request below the base URL. `body`: text and bytes go as they are,
   * anything else as JSON. Every answer is checked for what holds of all of
   * them: media type, the form of errors, no password, never a 500.
   */
  send(method: Method, path: string, body?: unknown, headers?: SentHeaders): Promise<ScimAnswer>;
  get(path: string): Promise<ScimAnswer>;
  post(path: string, body: unknown): Promise<ScimAnswer>;
  put(path: string, body: unknown): Promise<ScimAnswer>;
  /** Sends a PatchOp with the operations. */
  patch(path: string, ...operations: unknown[]): Promise<ScimAnswer>;
  delete(path: string): Promise<ScimAnswer>;
}

const agent = new Agent({ keepAlive: true });

/** A client of the SCIM endpoint at `baseUrl` with a bearer token. */
export function scimClient(baseUrl: string, token: string): ScimClient {
  const send: ScimClient["send"] = async (method, path, body, headers) => {
    const sent = { authorization: `Bearer ${token}`, accept: "application/scim+json", ...headers };
    const answer = await sendHttp(method, `${baseUrl}${encodePath(path)}`, body, sent);
    checkAnswer(answer, `${method} ${path}`);
    return answer;
  };
  return {
    send,
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    put: (path, body) => send("PUT", path, body),
    patch: (path, ...operations) => send("PATCH", path, patchOp(...operations)),
    delete: (path) => send("DELETE", path),
  };
}

/** One HTTP request, byte for byte as given: fetch would tidy a stray "?" away. */
export function sendHttp(method: Method, url: string, body?: unknown, headers: SentHeaders = {}): Promise<ScimAnswer> {
  const { hostname, port, protocol } = new URL(url);
  const path = url.slice(url.indexOf("/", protocol.length + 2));
  const payload = body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const sent = payload === undefined ? headers : { "content-type": "application/scim+json", ...headers };
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const outgoing = request({ method, hostname, port, path, headers: given, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode = 0, headers: received } = incoming;
        resolve({ status: statusCode, headers: received, body: parse(text), text });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(payload);
  });
}

function parse(text: string): ScimBody {
  try {
    return JSON.parse(text || "{}");
  } catch {
    return {} as ScimBody;
  }
}

/** Paths are written readably; one with a "%" is encoded already. */
function encodePath(path: string): string {
  return path.includes("%") ? path : encodeURI(path);
}

function checkAnswer({ status, headers, body, text }: ScimAnswer, what: string): void {
  expect(status, `${what} → ${text}`).not.toBeOneOf([0, 500, 502, 504]);
  if (status === 204 || status === 304) {
    expect(text, what).toBe("");
    return;
  }
  expect(headers["content-type"], what).toMatch(/^application\/scim\+json(; *charset=utf-8)?$/i);
  expect(text, what).not.toMatch(/"password" *:/i);
  if (status >= 400) {
    expect(body.schemas, `${what} → ${text}`).toEqual([ERROR]);
    expect(body["status"], what).toBe(String(status));
    expect(body.detail, what).toMatch(/\S+ \S+/);
  }
  if (status === 401) {
    expect(headers["www-authenticate"], what).toMatch(/^Bearer/);
  }
  if (status === 201) {
    // A projection may have left meta out.
    expect(headers["location"], what).toEqual(body.meta ? body.meta.location : expect.any(String));
  }
}
