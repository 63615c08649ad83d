import type { BadRequest } from "./bad-requests.ts";
import { ENTERPRISE, GROUP, USER } from "./scim-messages.ts";

/** An id that nothing has. */
export const NOBODY = "0191f0a5-0000-7000-8000-000000000000";

/** Bodies that are not JSON, not acceptable JSON, or too much of it. */
export const malformed: BadRequest[] = [
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

/** Resources with values that no attribute takes. */
export const values: BadRequest[] = [
  post("no userName", { displayName: "X" }, "invalidValue", "userName"),
  post("userName null", { userName: null }, "invalidValue", "userName"),
  post('userName ""', { userName: "" }, "invalidValue", "userName"),
  post("a blank userName", { userName: "   " }, "invalidValue", "userName"),
  post("a userName between blanks", { userName: " x@example.com " }, "invalidValue", "userName"),
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
  group("a blank displayName", { displayName: "\t" }, "displayName"),
  group("a displayName with a blank after it", { displayName: "Sales " }, "displayName"),
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

function post(name: string, body: unknown, scimType?: string, names?: string): BadRequest {
  const whole = isObject(body) && !("schemas" in body) ? { schemas: [USER], ...body } : body;
  return { name: `POST: ${name}`, send: ["POST", "/Users", whole], status: 400, scimType, names };
}

function group(name: string, body: object, names: string): BadRequest {
  const send: BadRequest["send"] = ["POST", "/Groups", { schemas: [GROUP], ...body }];
  return { name: `POST of a group: ${name}`, send, status: 400, scimType: "invalidValue", names };
}

function mails(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ value: `x${index}@example.com` }));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
