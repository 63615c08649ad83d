import type { Method, SentHeaders } from "./scim-client.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const NOBODY = "0191f0a5-0000-7000-8000-000000000000";

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

const malformed: BadRequest[] = [
  post("a body that is not JSON", "{", "invalidSyntax"),
  post("no body", "", "invalidSyntax"),
  post("a list", [], "invalidSyntax"),
  post("a text", '"user"', "invalidSyntax"),
  post("null", "null", "invalidSyntax"),
  post("text after the end", '{"userName":"x@example.com"}{}', "invalidSyntax"),
  post("a comment", '{"userName":"x@example.com" /* x */}', "invalidSyntax"),
  post("a key twice", '{"userName":"x@example.com","userName":"y@example.com"}', "invalidSyntax", "userName"),
  post("a key twice, escaped", '{"userName":"x@example.com","user\\u004eame":"y"}', "invalidSyntax", "userName"),
  post("an attribute twice, in two cases", { userName: "x@example.com", USERNAME: "y" }, "invalidSyntax", "userName"),
  post("__proto__", '{"userName":"x@example.com","__proto__":{"active":true}}', "invalidSyntax", "__proto__"),
  post("a constructor", '{"userName":"x@example.com","constructor":{}}', "invalidSyntax", "constructor"),
  post("33 levels", `{"userName":"x@example.com","name":${"[".repeat(33)}${"]".repeat(33)}}`, "invalidSyntax"),
  post("100,000 levels", "[".repeat(100_000), "invalidSyntax"),
  post("bytes that are not UTF-8", Buffer.from('{"userName":"\xff@example.com"}', "latin1"), "invalidSyntax"),
  post("half a surrogate pair", '{"userName":"\\ud800@example.com"}', "invalidValue", "userName"),
  post("a NUL", '{"userName":"x\\u0000@example.com"}', "invalidValue", "userName"),
  { ...post("1 MiB and more", { userName: "x@example.com", title: "x".repeat(1 << 20) }), status: 413 },
  {
    name: "4 MiB and more for a group",
    send: ["POST", "/Groups", { schemas: [GROUP], displayName: "x".repeat(4 << 20) }],
    status: 413,
  },
  ...["text/plain", "application/xml", "application/scim+jsonx", "multipart/form-data; boundary=x", "nonsense"].map(
    (type): BadRequest => ({
      name: `the media type ${type}`,
      send: ["POST", "/Users", { schemas: [USER], userName: "x@example.com" }],
      headers: { "content-type": type },
      status: 415,
    }),
  ),
];

const values: BadRequest[] = [
  post("no userName", { displayName: "X" }, "invalidValue", "userName"),
  post("userName null", { userName: null }, "invalidValue", "userName"),
  post('userName ""', { userName: "" }, "invalidValue", "userName"),
  post("a number for a text", { userName: 5 }, "invalidValue", "userName"),
  post("an object for a text", { userName: { value: "x" } }, "invalidValue", "userName"),
  post("text for a boolean", { userName: "x@example.com", active: "maybe" }, "invalidValue", "active"),
  post("a number for a boolean", { userName: "x@example.com", active: 1 }, "invalidValue", "active"),
  post("text for an object", { userName: "x@example.com", name: "X" }, "invalidValue", "name"),
  post("a number in a list", { userName: "x@example.com", emails: [1] }, "invalidValue", "emails[0]"),
  post(
    "a list in an element",
    { userName: "x@e.com", emails: [{ value: [], type: 1 }] },
    "invalidValue",
    "emails[0].type",
  ),
  post(
    "two primaries",
    {
      userName: "x@example.com",
      emails: [
        { value: "x@example.com", primary: true },
        { value: "y@example.com", primary: "True" },
      ],
    },
    "invalidValue",
    "emails",
  ),
  post(
    "an unknown schema",
    { schemas: [USER, "urn:example:2.0:Nothing"], userName: "x@e.com" },
    "invalidValue",
    "Nothing",
  ),
  post("schemas that are no list", { schemas: { a: 1 }, userName: "x@example.com" }, "invalidValue", "schemas"),
  post("an unknown attribute", { userName: "x@example.com", favouriteColor: "red" }, "invalidSyntax", "favouriteColor"),
  post("an unknown sub-attribute", { userName: "x@e.com", name: { maiden: "Y" } }, "invalidSyntax", "maiden"),
  post("an unknown enterprise attribute", { userName: "x@e.com", [ENTERPRISE]: { shoe: 42 } }, "invalidSyntax", "shoe"),
  post("userName of 256 characters", { userName: `${"x".repeat(256)}` }, "invalidValue", "userName"),
  post("externalId of 256", { userName: "x@e.com", externalId: "x".repeat(256) }, "invalidValue", "externalId"),
  post("title of 1,025", { userName: "x@e.com", title: "x".repeat(1_025) }, "invalidValue", "title"),
  post("101 e-mails", { userName: "x@e.com", emails: mails(101) }, "invalidValue", "emails"),
  post("enterprise as a text", { userName: "x@e.com", [ENTERPRISE]: "R&D" }, "invalidValue", ENTERPRISE),
  group("no displayName", {}, "displayName"),
  group("displayName as a list", { displayName: ["X"] }, "displayName"),
  group("displayName of 256", { displayName: "x".repeat(256) }, "displayName"),
  group("a member who does not exist", { displayName: "X", members: [{ value: NOBODY }] }, "members"),
  group("a member whose id is no id", { displayName: "X", members: [{ value: "anna" }] }, "members"),
  group(
    "one of two who does not exist",
    { displayName: "X", members: [{ value: "{anna}" }, { value: NOBODY }] },
    "members",
  ),
  group("a member without a value", { displayName: "X", members: [{ display: "Anna" }] }, "members"),
];

const taken: BadRequest[] = [
  conflict("userName", "POST", "/Users", { userName: "anna@example.com" }),
  conflict("userName in capitals", "POST", "/Users", { userName: "ANNA@EXAMPLE.COM" }),
  conflict("userName by PUT", "PUT", "/Users/{ben}", { userName: "Anna@Example.com", title: "X" }),
  conflict(
    "userName by PATCH",
    "PATCH",
    "/Users/{ben}",
    patchBody({ op: "replace", path: "userName", value: "Anna@example.com" }),
  ),
  conflict("displayName", "POST", "/Groups", { schemas: [GROUP], displayName: "sALES" }),
  conflict("displayName by PUT", "PUT", "/Groups/{other}", { displayName: "SALES" }),
  conflict(
    "displayName by PATCH",
    "PATCH",
    "/Groups/{other}",
    patchBody({ op: "replace", value: { displayName: "sales" } }),
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
      patchBody(
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
    send: ["PATCH", "/Users/{anna}", patchBody(...Array(1_001).fill({ op: "replace", path: "title", value: "X" }))],
    status: 413,
    names: "operations",
  },
  member("a member who does not exist", { op: "add", path: "members", value: [{ value: "{ben}" }, { value: NOBODY }] }),
  member("members replaced by one who does not exist", { op: "replace", path: "members", value: [{ value: NOBODY }] }),
  member("a group in itself", { op: "add", path: "members", value: [{ value: "{sales}" }] }),
];

const puts: BadRequest[] = [
  put("an empty userName", { userName: "" }, "userName"),
  put("userName null", { userName: null, title: "X" }, "userName"),
  put("text for a boolean", { userName: "anna@example.com", title: "X", active: "perhaps" }, "active"),
];

const queries: BadRequest[] = [
  filter("an unknown attribute", 'favouriteColor eq "red"', "favouriteColor"),
  filter("an unknown sub-attribute", 'name.maiden eq "x"', "maiden"),
  filter("an unknown operator", 'userName is "x"'),
  filter("a value without quotes", "userName eq anna"),
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

function post(name: string, body: unknown, scimType?: string, names?: string): BadRequest {
  const whole = isObject(body) && !("schemas" in body) ? { schemas: [USER], ...body } : body;
  return { name: `POST: ${name}`, send: ["POST", "/Users", whole], status: 400, scimType, names };
}

function put(name: string, body: object, names: string): BadRequest {
  const send: BadRequest["send"] = ["PUT", "/Users/{anna}", { schemas: [USER], ...body }];
  return { name: `PUT: ${name}`, send, status: 400, scimType: "invalidValue", names };
}

function group(name: string, body: object, names: string): BadRequest {
  const send: BadRequest["send"] = ["POST", "/Groups", { schemas: [GROUP], ...body }];
  return { name: `POST of a group: ${name}`, send, status: 400, scimType: "invalidValue", names };
}

function patch(name: string, operation: object, scimType: string, names?: string): BadRequest {
  const send: BadRequest["send"] = ["PATCH", "/Users/{anna}", patchBody(operation)];
  return { name: `PATCH: ${name}`, send, status: 400, scimType, names };
}

function member(name: string, operation: object): BadRequest {
  const send: BadRequest["send"] = ["PATCH", "/Groups/{sales}", patchBody(operation)];
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
  const body = { PUT: { schemas: [USER], title: "X" }, PATCH: patchBody({ op: "replace", value: { title: "X" } }) };
  const send: BadRequest["send"] = [method, "/Users/{anna}", body[method as keyof typeof body]];
  const rest = status === 400 ? { scimType: "invalidValue", names: "If-Match" } : {};
  return { name: `${method} if the version is ${ifMatch}`, send, headers: { "if-match": ifMatch }, status, ...rest };
}

function nowhere(method: Method, path: string): BadRequest {
  const body = {
    PUT: { externalId: "X" },
    PATCH: patchBody({ op: "replace", value: { externalId: "X" } }),
  };
  return { name: `${method} ${path}`, send: [method, path, body[method as keyof typeof body]], status: 404 };
}

function patchBody(...operations: object[]): object {
  return { schemas: [PATCH_OP], Operations: operations };
}

function mails(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ value: `x${index}@example.com` }));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
