import { ENTERPRISE, USER } from "../e2e/scim-messages.ts";

/** A user with every attribute that a client can write, in the form of RFC 7643 section 8. */
export const fullUser = {
  schemas: [USER, ENTERPRISE],
  externalId: "701984",
  userName: "bjensen@example.com",
  name: {
    formatted: "Ms. Barbara J Jensen, III",
    familyName: "Jensen",
    givenName: "Barbara",
    middleName: "Jane",
    honorificPrefix: "Ms.",
    honorificSuffix: "III",
  },
  displayName: "Babs Jensen",
  nickName: "Babs",
  profileUrl: "https://login.example.com/bjensen",
  emails: [
    { value: "bjensen@example.com", type: "work", primary: true },
    { value: "babs@jensen.org", type: "home", display: "Babs at home" },
  ],
  addresses: [
    {
      streetAddress: "100 Universal City Plaza",
      locality: "Hollywood",
      region: "CA",
      postalCode: "91608",
      country: "US",
      formatted: "100 Universal City Plaza\nHollywood, CA 91608 USA",
      type: "work",
      primary: true,
    },
    { streetAddress: "456 Hollywood Blvd", locality: "Hollywood", type: "home" },
  ],
  phoneNumbers: [
    { value: "555-555-5555", type: "work" },
    { value: "tel:+1-555-555-4444;ext=5", type: "mobile", display: "mobile" },
  ],
  ims: [{ value: "someaimhandle", type: "aim" }],
  photos: [
    { value: "https://photos.example.com/profilephoto/72930000000Ccne/F", type: "photo" },
    { value: "https://photos.example.com/profilephoto/72930000000Ccne/T", type: "thumbnail" },
  ],
  entitlements: [{ value: "licence-1", display: "Licence", type: "product", primary: true }],
  roles: [{ value: "Tour Guide", type: "job" }],
  userType: "Employee",
  title: "Tour Guide",
  preferredLanguage: "en-US, de;q=0.5",
  locale: "en-US",
  timezone: "America/Los_Angeles",
  active: true,
  password: "t1meMa$heen",
  x509Certificates: [{ value: "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVM=" }],
  [ENTERPRISE]: {
    employeeNumber: "701984",
    costCenter: "4130",
    organization: "Universal Studios",
    division: "Theme Park",
    department: "Tour Operations",
  },
};
