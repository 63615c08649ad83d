import fc from "fast-check";
import type { ResourceKind } from "../../gateway/src/mapping/schema.ts";
import type { Method, SentHeaders } from "../e2e/scim-client.ts";
import { bulk, damaged, knownRequests, patch, resource, searchRequest } from "./bodies.ts";
import { filterText } from "./filters.ts";
import { brokenJson, type JsonText, jsonText } from "./json.ts";
import { names, strangeWord } from "./names.ts";
import { hostileText } from "./text.ts";

/**
 * A request to send. "{anna}" and the like stand for what an account has
 * (account.ts), in the path and in the body.
 */
export interface FuzzRequest {
  method: Method;
  /** Below the base URL, encoded. */
  path: string;
  body?: string;
  headers?: SentHeaders;
  /** The request must be refused, and the detail must have this in it. */
  names?: string;
}

/** What the server offers of what it may leave out: the rest is not sent. */
export interface Offered {
  bulk: boolean;
  search: boolean;
}

/** Requests of all kinds: valid ones, nearly valid ones and hostile ones. */
export function requests(offered: Offered): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    { weight: 6, arbitrary: ofKind("User") },
    { weight: 4, arbitrary: ofKind("Group") },
    { weight: 5, arbitrary: known() },
    { weight: 1, arbitrary: stray() },
    { weight: offered.bulk ? 1 : 0, arbitrary: withBody("POST", fc.constant("/Bulk"), jsonText(bulk)) },
    { weight: offered.search ? 2 : 0, arbitrary: search() },
  );
}

const targets: Record<ResourceKind, fc.Arbitrary<string>> = {
  User: fc.constantFrom("/Users/{anna}", "/Users/{ben}", "/Users/{cem}", "/Users/{sales}"),
  Group: fc.constantFrom("/Groups/{sales}", "/Groups/{other}", "/Groups/{anna}"),
};
const endpoints: Record<ResourceKind, string> = { User: "/Users", Group: "/Groups" };

function ofKind(kind: ResourceKind): fc.Arbitrary<FuzzRequest> {
  const endpoint = fc.constant(endpoints[kind]);
  const target = targets[kind];
  return fc.oneof(
    { weight: 6, arbitrary: list(kind) },
    { weight: 5, arbitrary: withBody("PATCH", target, jsonText(patch(kind))) },
    { weight: 3, arbitrary: withBody("POST", endpoint, jsonText(resource(kind))) },
    { weight: 3, arbitrary: withBody("PUT", target, jsonText(resource(kind))) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Method>("POST", "PUT", "PATCH").chain((method) =>
        withBody(
          method,
          method === "POST" ? endpoint : target,
          brokenJson.map((text) => ({ text })),
        ),
      ),
    },
    { weight: 1, arbitrary: read(target) },
    { weight: 1, arbitrary: remove(target) },
  );
}

const entityTag = fc.oneof(
  fc.constantFrom('W/"1"', '"1"', "*", 'W/"1", W/"2"', "banana", "", 'W/"-1"', `W/"${"9".repeat(30)}"`, ",,,"),
  fc.constant(`W/"${"x".repeat(2_000)}"`),
);

function withBody(method: Method, path: fc.Arbitrary<string>, body: fc.Arbitrary<JsonText>): fc.Arbitrary<FuzzRequest> {
  const headers = fc.oneof(
    { weight: 12, arbitrary: fc.constant<SentHeaders>({}) },
    { weight: 1, arbitrary: entityTag.map((tag): SentHeaders => ({ "if-match": tag })) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("application/json", "application/scim+json; charset=utf-8", "text/plain", "application/xml", ";;")
        .map((type): SentHeaders => ({ "content-type": type })),
    },
  );
  return fc.tuple(path, query(false), body, headers).map(([path, query, { text, names }, headers]) => ({
    method,
    path: `${path}${query}`,
    body: text,
    ...(Object.keys(headers).length > 0 && { headers }),
    // Only where nothing else can be told of first.
    ...(names !== undefined && Object.keys(headers).length === 0 && query === "" && { names }),
  }));
}

function read(target: fc.Arbitrary<string>): fc.Arbitrary<FuzzRequest> {
  const headers = fc.option(entityTag.map((tag) => ({ "if-none-match": tag })));
  return fc.tuple(target, query(false), headers).map(([path, query, headers]) => ({
    method: "GET",
    path: `${path}${query}`,
    ...(headers && { headers }),
  }));
}

function remove(target: fc.Arbitrary<string>): fc.Arbitrary<FuzzRequest> {
  const headers = fc.option(
    entityTag.map((tag) => ({ "if-match": tag })),
    { freq: 1 },
  );
  return fc.tuple(target, headers).map(([path, headers]) => ({ method: "DELETE", path, ...(headers && { headers }) }));
}

function list(kind: ResourceKind): fc.Arbitrary<FuzzRequest> {
  return query(true, kind).map((query) => ({ method: "GET", path: `${endpoints[kind]}${query}` }));
}

/** A query string, of a list or of what answers with a resource. Mostly none for the latter. */
function query(ofList: boolean, kind: ResourceKind = "User"): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...names[kind]).map(({ text }) => text) },
    { weight: 1, arbitrary: strangeWord },
  );
  const several = fc.array(name, { minLength: 1, maxLength: 4 }).map((all) => all.join(","));
  const number = fc.oneof(
    fc.integer({ min: -2, max: 700 }).map(String),
    fc.constantFrom("", "one", "1.5", "1e3", "0x10", "-0", "+1", " 1", "99999999999999999999", "-2147483649", "NaN"),
  );
  const parameter = (key: string, value: fc.Arbitrary<string>) => value.map((text) => `${key}=${encoded(text)}`);
  const ofResource = [parameter("attributes", several), parameter("excludedAttributes", several)];
  const ofLists = [
    parameter("filter", filterText(kind)),
    parameter("filter", filterText(kind)),
    parameter("filter", filterText(kind)),
    parameter("startIndex", number),
    parameter("count", number),
    parameter("sortBy", name),
    parameter("sortOrder", fc.constantFrom("ascending", "descending", "DESC", "")),
    parameter(
      "cursor",
      fc.oneof(fc.constantFrom("", "{cursor}", "{cursor}x", "x{cursor}", "bm9uc2Vuc2U"), hostileText),
    ),
  ];
  const junk = fc.constantFrom(
    "%",
    "%zz",
    "%00",
    "%ff%fe",
    "&&==",
    "=",
    "filter",
    "filter=a&filter=b",
    "%F0%9F",
    "a[b]=c",
    "+",
  );
  const parameters = fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.oneof(...(ofList ? [...ofLists, ...ofResource] : ofResource)) },
      { weight: 1, arbitrary: junk },
    ),
    { minLength: 1, maxLength: 3 },
  );
  const some = parameters.map((all) => `?${all.join("&")}`);
  return fc.oneof({ weight: ofList ? 0 : 8, arbitrary: fc.constant("") }, { weight: 1, arbitrary: some });
}

/** For a URL; what stands for something the account has stays as it is. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%7B(\w+)%7D/g, "{$1}")
    .slice(0, 12_000);
}

/** What clients are known to send, as it is or with something wrong in it. */
function known(): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...knownRequests).chain(({ method, path, body }): fc.Arbitrary<FuzzRequest> => {
    const request = { method: method as Method, path: encodeURI(decodeURI(path)).replace(/%7B(\w+)%7D/g, "{$1}") };
    if (body === undefined) return fc.constant(request);
    const text = fc.oneof(
      jsonText(fc.constant(body)),
      damaged(body).map((value) => ({ text: JSON.stringify(value) })),
    );
    return withBody(request.method, fc.constant(request.path), text);
  });
}

/** Places that do not exist, ids that are none, and methods that a place does not have. */
function stray(): fc.Arbitrary<FuzzRequest> {
  const id = fc.oneof(
    hostileText.map(encoded),
    strangeWord.map(encoded),
    fc.constantFrom("%", "%zz", "%00", "%2e%2e", "..", "{anna}"),
  );
  const path = fc.oneof(
    fc
      .tuple(fc.constantFrom("/Users/", "/Groups/", "/Schemas/", "/ResourceTypes/", "/"), id)
      .map((parts) => parts.join("")),
    fc.constantFrom(
      "/Users",
      "/Groups",
      "/Schemas",
      "/ResourceTypes",
      "/ServiceProviderConfig",
      "/Me",
      "//Users",
      "/users",
      "/Users/",
    ),
  );
  const methods: Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  return fc.tuple(fc.constantFrom(...methods), path).map(([method, path]) => ({
    method,
    path,
    ...(method !== "GET" && method !== "DELETE" && { body: "{}" }),
  }));
}

function search(): fc.Arbitrary<FuzzRequest> {
  const place = fc.constantFrom<[string, ResourceKind]>(["", "User"], ["/Users", "User"], ["/Groups", "Group"]);
  return place.chain(([path, kind]) => withBody("POST", fc.constant(`${path}/.search`), jsonText(searchRequest(kind))));
}
