import { ContactProtocol } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import type { ExpectedPerson, Step } from "./conversation.ts";
import { ENTERPRISE, USER } from "./scim-messages.ts";

const { CONTACT_PROTOCOL_TELEPHONE: telephone, CONTACT_PROTOCOL_EMAIL: email } = ContactProtocol;

export const anna = { schemas: [USER], userName: "anna@example.com", displayName: "Anna Ōkami", active: true };

/** What each attribute does to the person, over one life. */
export function fieldCases(): { name: string; steps: Step[] }[] {
  return [
    {
      name: "is a VIP where userType says so, stays it where it is blank, and is none otherwise",
      steps: [
        create({}, { vip: false }),
        put({ userType: "Board, VIP" }, { vip: true }),
        put({ userType: "" }, { vip: true }),
        put({ userType: "Employee" }, { vip: false }),
        put({ userType: "vip" }, { vip: false }),
      ],
    },
    {
      name: "has locale and time zone from its creation only",
      steps: [
        create({ locale: "de-DE", timezone: "Europe/Berlin" }, { locale: "de-DE", timeZone: "Europe/Berlin" }),
        put({ locale: "fr-FR", timezone: "Europe/Paris" }, { locale: "de-DE", timeZone: "Europe/Berlin" }),
      ],
    },
    {
      name: "has the other e-mails and the phones as contacts, renewed at each change",
      steps: [
        create(
          {
            emails: [
              { value: "anna@example.com", primary: true, type: "work" },
              { value: "anna@home.example", type: "home" },
            ],
            phoneNumbers: [
              { value: "+49 30 1", type: "work" },
              { value: "+49 170 1", type: "mobile" },
              { value: "+49 30 2", type: "other" },
            ],
          },
          {
            contacts: [
              { protocol: email, label: "personal", uri: "anna@home.example", integration: true },
              { protocol: telephone, label: "work", uri: "+49 30 1", integration: true },
              { protocol: telephone, label: "mobile", uri: "+49 170 1", integration: true },
              { protocol: telephone, label: "work", uri: "+49 30 2", integration: true },
            ],
          },
        ),
        put(
          { phoneNumbers: [{ value: "+49 30 9", type: "home" }], emails: null },
          { contacts: [{ protocol: telephone, label: "home", uri: "+49 30 9", integration: true }] },
        ),
      ],
    },
    {
      name: "has addresses by home and mailing",
      steps: [
        create(
          {
            addresses: [
              {
                type: "work",
                streetAddress: "Unter den Linden 1",
                locality: "Berlin",
                postalCode: "10117",
                country: "DE",
              },
              { type: "home", streetAddress: "Am Markt 2", locality: "Bonn", region: "NRW" },
            ],
          },
          {
            addresses: [
              { label: "mailing", address: "Unter den Linden 1", city: "Berlin", zip: "10117", country: "DE" },
              { label: "home", address: "Am Markt 2", city: "Bonn", state: "NRW" },
            ],
          },
        ),
      ],
    },
    {
      name: "has every field that the enterprise extension feeds",
      steps: [
        create(
          {
            preferredLanguage: "de, en;q=0.5",
            [ENTERPRISE]: { employeeNumber: "4711", costCenter: "CC-9", supportID: "S-1", location: "Room 5" },
          },
          {
            employeeId: "4711",
            costCenter: "CC-9",
            supportId: "S-1",
            location: "Room 5",
            preferredLanguage: "de, en;q=0.5",
          },
        ),
      ],
    },
    {
      name: "keeps what a PUT leaves out, and its title when the user's is cleared",
      steps: [
        create({ title: "Engineer", nickName: "Änni", name: { familyName: "Ōkami" } }, { jobTitle: "Engineer" }),
        put({ nickName: null }, { jobTitle: "Engineer" }, { body: { title: "Engineer" }, absent: ["nickName"] }),
        put({ title: "" }, { jobTitle: "Engineer" }, { body: { name: { familyName: "Ōkami" } }, absent: ["title"] }),
        put({ emails: [{ value: "x@example.com" }] }, {}, { body: { emails: [{ value: "x@example.com" }] } }),
        put(
          { emails: [] },
          { contacts: [] },
          { body: { displayName: "Anna Ōkami", active: true }, absent: ["emails"] },
        ),
        put({ title: "Director" }, { jobTitle: "Director", disabled: false }),
      ],
    },
    {
      name: "is named by displayName, then name, then the parts of it",
      steps: [
        create({ name: { formatted: "Dr. Anna Ōkami", givenName: "Anna" } }, { name: "Anna Ōkami" }),
        put({ displayName: "" }, { name: "Dr. Anna Ōkami" }),
        put({ name: { formatted: null, givenName: "Anna", familyName: "Berg" } }, { name: "Anna Berg" }),
        put({ name: null }, { name: "Anna Berg" }),
      ],
    },
    {
      name: "stays the same when the user gets another userName, which is its e-mail",
      steps: [create({}, {}), put({ userName: "anna.berg@example.com" }, { primaryEmail: "anna.berg@example.com" })],
    },
    {
      name: "is not made for a user who arrives inactive",
      steps: [
        {
          when: "she arrives inactive",
          send: ["POST", "/Users", { ...anna, active: false }],
          keep: "anna",
          peopleCount: 0,
        },
        put({ active: true }, { disabled: false, name: "Anna Ōkami" }),
      ],
    },
  ];
}

export function create(attributes: object, person: ExpectedPerson): Step {
  const send: Step["send"] = ["POST", "/Users", { ...anna, ...attributes }];
  return { when: "Anna is created", send, status: 201, keep: "anna", people: { anna: person } };
}

function put(attributes: object, person: ExpectedPerson, answer: Pick<Step, "body" | "absent"> = {}): Step {
  const send: Step["send"] = ["PUT", "/Users/{anna}", { schemas: [USER], ...attributes }];
  return { when: `PUT ${JSON.stringify(attributes)}`, send, status: 200, people: { anna: person }, ...answer };
}
