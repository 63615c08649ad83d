import type { ScimClient } from "./scim-client.ts";
import { ENTERPRISE, GROUP, USER } from "./scim-messages.ts";

export const CUSTOM = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

/** A user with a value of every attribute. */
const anna = {
  schemas: [USER, ENTERPRISE],
  userName: "Anna@Example.com",
  externalId: "00uA",
  name: { formatted: "Dr. Anna Ōkami", familyName: "Ōkami", givenName: "Anna", honorificPrefix: "Dr." },
  displayName: "Anna Ōkami",
  nickName: "O'Kami",
  profileUrl: "https://example.com/anna",
  title: "Director",
  userType: "Employee",
  preferredLanguage: "en-US",
  locale: "en-US",
  timezone: "Europe/Amsterdam",
  active: true,
  emails: [
    { value: "anna@work.example", type: "work", primary: true },
    { value: "anna@home.example", type: "home", display: "Private" },
  ],
  phoneNumbers: [{ value: "+31 20 123", type: "mobile" }],
  ims: [{ value: "anna", type: "xmpp" }],
  photos: [{ value: "https://example.com/anna.png", type: "photo" }],
  addresses: [{ streetAddress: "Main St 1", locality: "Amsterdam", country: "NL", type: "work", primary: true }],
  entitlements: [{ value: "vip" }],
  roles: [{ value: "admin", primary: true }],
  x509Certificates: [{ value: "MIIDQzCCAqyg" }],
  [ENTERPRISE]: {
    employeeNumber: "701984",
    costCenter: "4130",
    organization: "Universal",
    division: "Parks",
    department: "Tours",
    site: "HQ",
    location: "Room 7",
    supportID: "S-1",
  },
  [CUSTOM]: { grade: 7, badge: "blue", remote: true },
};

/**
 * Anna, and Ben whose manager she is. He is in the group Inner, which with her is
 * in Outer. Gives their ids and what else filters name.
 */
export async function createFilterRecords(scim: ScimClient, baseUrl: string): Promise<Record<string, string>> {
  const user = async (body: object) => (await scim.post("/Users", body)).body;
  const first = await user(anna);
  const ben = await user({
    schemas: [USER, ENTERPRISE],
    userName: "ben",
    active: false,
    emails: [
      { value: "ben@work.example", type: "other" },
      { value: "ben@other.example", type: "work" },
    ],
    [ENTERPRISE]: { manager: { value: first.id } },
  });
  await scim.patch(`/Users/${ben.id}`, { op: "replace", path: "title", value: "Clerk" });
  const group = async (displayName: string, members: object[]) =>
    (await scim.post("/Groups", { schemas: [GROUP], displayName, members })).body;
  const inner = await group("Inner", [{ value: ben.id }]);
  const outer = await group("Outer", [{ value: first.id }, { value: inner.id }]);
  return {
    base: baseUrl,
    anna: first.id,
    ben: ben.id,
    inner: inner.id,
    outer: outer.id,
    created: first.meta.created,
    changed: (await scim.get(`/Users/${ben.id}`)).body.meta.lastModified,
  };
}
