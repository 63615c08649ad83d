import { malformed, NOBODY, values } from "./bad-bodies.ts";
import type { Method, SentHeaders } from "./scim-client.ts";
import { GROUP, PATCH_OP, patchOp, USER } from "./scim-messages.ts";

/**
 * A request that must be refused and what it must be told. In paths and bodies
 * {anna}, {ben} and {sales} are ids: two users, and the group that Anna is in.
 */
export interface BadRequest {
  name: string;
  send: [method: Method, path: string, body?: unknown];
  headers?: SentHeaders;
  status: number;
  /** Undefined: the RFC has no keyword for it. */
  scimType?: string;
  /** What the detail must name. */
  names?: string;
}

const taken: BadRequest[] = [
  conflict("userName", "POST", "/Users", { userName: "anna@example.com" }),
  conflict("userName in capitals", "POST", "/Users", { userName: "ANNA@EXAMPLE.COM" }),
  conflict("userName by PUT", "PUT", "/Users/{ben}", { userName: "Anna@Example.com", title: "X" }),
  conflict(
    "userName by PATCH",
    "PATCH",
    "/Users/{ben}",
    patchOp({ op: "replace", path: "userName", value: "Anna@example.com" }),
  ),
  conflict("displayName", "POST", "/Groups", { schemas: [GROUP], displayName: "sALES" }),
  conflict("displayName by PUT", "PUT", "/Groups/{other}", { displayName: "SALES" }),
  conflict(
    "displayName by PATCH",
    "PATCH",
    "/Groups/{other}",
    patchOp({ op: "replace", value: { displayName: "sales" } }),
  ),
];

const patches: BadRequest[] = [
  patch("an unknown path", { op: "replace", path: "favouriteColor", value: "red" }, "invalidPath", "favouriteColor"),
  patch("an unknown sub-attribute", { op: "replace", path: "name.maiden", value: "Y" }, "invalidPath", "maiden"),
  patch("an unknown URN", { op: "add", path: "urn:example:2.0:Nothing:x", value: "Y" }, "invalidPath", "urn:example"),
  patch(
    "an unknown key without a path",
    { op: "replace", value: { favouriteColor: "red" } },
    "invalidPath",
    "favouriteColor",
  ),
  patch("a malformed path", { op: "replace", path: "emails[type eq", value: "x" }, "invalidPath"),
  patch("a path that is a number", { op: "replace", path: 5, value: "x" }, "invalidPath"),
  patch(
    "a filter on a single value",
    { op: "replace", path: 'title[type eq "x"]', value: "x" },
    "invalidPath",
    "title",
  ),
  patch("an unknown op", { op: "increase", path: "title", value: "X" }, "invalidSyntax", "op"),
  patch("no op", { path: "title", value: "X" }, "invalidSyntax", "op"),
  patch("no value", { op: "replace", path: "title" }, "invalidValue", "value"),
  patch("remove without a path", { op: "remove" }, "noTarget"),
  patch("remove of userName", { op: "remove", path: "userName" }, "mutability", "userName"),
  patch("an empty userName", { op: "replace", path: "userName", value: "" }, "invalidValue", "userName"),
  patch("a blank userName", { op: "replace", value: { userName: " " } }, "invalidValue", "userName"),
  patch("another id", { op: "replace", path: "id", value: NOBODY }, "mutability", "id"),
  patch("groups of a user", { op: "add", path: "groups", value: [{ value: "{sales}" }] }, "mutability", "groups"),
  patch("meta", { op: "replace", path: "meta.created", value: "2020-01-01T00:00:00Z" }, "mutability", "meta"),
  patch("text for a boolean", { op: "replace", path: "active", value: "perhaps" }, "invalidValue", "active"),
  patch("a number for a text", { op: "replace", path: "name.givenName", value: 5 }, "invalidValue", "givenName"),
  patch("a title of 1,025", { op: "add", path: "title", value: "x".repeat(1_025) }, "invalidValue", "title"),
  patch(
    "no element to replace",
    { op: "replace", path: 'emails[type eq "fax"].value', value: "x@e.com" },
    "noTarget",
    "emails",
  ),
  {
    name: "PATCH: a fault after a good operation",
    send: [
      "PATCH",
      "/Users/{anna}",
      patchOp(
        { op: "replace", path: "title", value: "Half applied" },
        { op: "replace", path: 'phoneNumbers[type eq "fax"].value', value: "1" },
      ),
    ],
    status: 400,
    scimType: "noTarget",
    names: "phoneNumbers",
  },
  {
    name: "PATCH: no Operations",
    send: ["PATCH", "/Users/{anna}", { schemas: [PATCH_OP] }],
    status: 400,
    scimType: "invalidSyntax",
    names: "Operations",
  },
  {
    name: "PATCH: 1,001 operations",
    send: ["PATCH", "/Users/{anna}", patchOp(...Array(1_001).fill({ op: "replace", path: "title", value: "X" }))],
    status: 413,
    names: "operations",
  },
  member("a member who does not exist", { op: "add", path: "members", value: [{ value: "{ben}" }, { value: NOBODY }] }),
  member("members replaced by one who does not exist", { op: "replace", path: "members", value: [{ value: NOBODY }] }),
  member("a group in itself", { op: "add", path: "members", value: [{ value: "{sales}" }] }),
];

const puts: BadRequest[] = [
  put("an empty userName", { userName: "" }, "userName"),
  put("a userName with a blank after it", { userName: "anna@example.com " }, "userName"),
  put("userName null", { userName: null, title: "X" }, "userName"),
  put("text for a boolean", { userName: "anna@example.com", title: "X", active: "perhaps" }, "active"),
];

const queries: BadRequest[] = [
  filter("an unknown attribute", 'favouriteColor eq "red"', "favouriteColor"),
  filter("an unknown sub-attribute", 'name.maiden eq "x"', "maiden"),
  filter("an unknown operator", 'userName is "x"'),
  filter("a value without quotes that has a blank", "displayName eq Sales Team"),
  filter("no value", "userName eq"),
  filter("a quote that does not close", 'userName eq "anna'),
  filter("an open bracket", 'emails[type eq "work"'),
  filter("an open parenthesis", '(userName eq "a"'),
  filter("a password", 'password eq "x"', "password"),
  filter("an order of booleans", "active gt true", "active"),
  filter("text for a date", 'meta.created gt "yesterday"', "meta.created"),
  filter("17 levels", `${"(".repeat(17)}userName pr${")".repeat(17)}`),
  filter("101 comparisons", Array(101).fill('title eq "a"').join(" or ")),
  filter("more than 4 KiB", `title eq "${"x".repeat(4_096)}"`),
  query("a cursor that nobody gave", "cursor=bm9uc2Vuc2U", "invalidCursor"),
  query("a startIndex that is a word", "startIndex=one", "invalidValue", "startIndex"),
  query("a count that is a word", "count=all", "invalidValue", "count"),
  query("both projections", "attributes=userName&excludedAttributes=title", "invalidValue", "attributes"),
];

const versions: BadRequest[] = [
  ...(["PUT", "PATCH", "DELETE"] as const).flatMap((method) => [
    version(method, 'W/"99"', 412),
    version(method, "banana", 400),
  ]),
];

const places: BadRequest[] = [
  ...(["GET", "PUT", "PATCH", "DELETE"] as const).flatMap((method) => [
    nowhere(method, `/Users/${NOBODY}`),
    nowhere(method, `/Groups/${NOBODY}`),
    nowhere(method, "/Users/none"),
    // A group's id is not a user's.
    nowhere(method, "/Users/{sales}"),
  ]),
  ...(
    ["PUT /Users", "PATCH /Groups", "DELETE /Users", "POST /Users/{anna}", "POST /Schemas", "DELETE /Schemas"] as const
  ).map((route): BadRequest => {
    const [method, path] = route.split(" ") as [Method, string];
    return { name: route, send: [method, path], status: 405, names: path.startsWith("/Schemas") ? "GET" : undefined };
  }),
  nowhere("GET", "/Devices"),
  nowhere("GET", "/Users/{anna}/title"),
  nowhere("GET", "/Schemas/urn:example:2.0:Nothing"),
  nowhere("GET", "/ResourceTypes/Device"),
];

/** Every bad request that comes with a good token. */
export const badRequests: BadRequest[] = [
  ...malformed,
  ...values,
  ...taken,
  ...patches,
  ...puts,
  ...queries,
  ...versions,
  ...places,
];

function put(name: string, body: object, names: string): BadRequest {
  const send: BadRequest["send"] = ["PUT", "/Users/{anna}", { schemas: [USER], ...body }];
  return { name: `PUT: ${name}`, send, status: 400, scimType: "invalidValue", names };
}

function patch(name: string, operation: object, scimType: string, names?: string): BadRequest {
  const send: BadRequest["send"] = ["PATCH", "/Users/{anna}", patchOp(operation)];
  return { name: `PATCH: ${name}`, send, status: 400, scimType, names };
}

function member(name: string, operation: object): BadRequest {
  const send: BadRequest["send"] = ["PATCH", "/Groups/{sales}", patchOp(operation)];
  return { name: `PATCH of a group: ${name}`, send, status: 400, scimType: "invalidValue", names: "members" };
}

function conflict(name: string, method: Method, path: string, body: object): BadRequest {
  const names = path.startsWith("/Users") ? "userName" : "displayName";
  return { name: `a taken ${name}`, send: [method, path, body], status: 409, scimType: "uniqueness", names };
}

function filter(name: string, text: string, names?: string): BadRequest {
  const send: BadRequest["send"] = ["GET", `/Users?filter=${encodeURIComponent(text)}`];
  return { name: `a filter with ${name}`, send, status: 400, scimType: "invalidFilter", names };
}

function query(name: string, text: string, scimType: string, names?: string): BadRequest {
  return { name, send: ["GET", `/Users?${text}`], status: 400, scimType, names };
}

function version(method: Method, ifMatch: string, status: number): BadRequest {
  const body = { PUT: { schemas: [USER], title: "X" }, PATCH: patchOp({ op: "replace", value: { title: "X" } }) };
  const send: BadRequest["send"] = [method, "/Users/{anna}", body[method as keyof typeof body]];
  const rest = status === 400 ? { scimType: "invalidValue", names: "If-Match" } : {};
  return { name: `${method} if the version is ${ifMatch}`, send, headers: { "if-match": ifMatch }, status, ...rest };
}

function nowhere(method: Method, path: string): BadRequest {
  const body = {
    PUT: { externalId: "X" },
    PATCH: patchOp({ op: "replace", value: { externalId: "X" } }),
  };
  return { name: `${method} ${path}`, send: [method, path, body[method as keyof typeof body]], status: 404 };
}
