/** The userName of the n-th user that the benchmark creates first. */
export function userName(n: number | string): string {
  return `user-${n}@bench.example`;
}

/** The n-th user as an identity provider sends it. */
export function user(n: number | string) {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: userName(n),
    externalId: `00u${n}`,
    name: { givenName: "Bench", familyName: `User ${n}` },
    displayName: `Bench User ${n}`,
    emails: [{ value: userName(n), type: "work", primary: true }],
    title: "Engineer",
    active: true,
  };
}

/** The n-th user with what default rules look at: organization, manager, telephone, address. */
export function mappedUser(n: number, manager?: string) {
  return {
    ...user(n),
    schemas: [...user(n).schemas, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    userType: "Employee",
    preferredLanguage: "en-GB",
    timezone: "Europe/London",
    phoneNumbers: [{ value: `+44 20 ${n}`, type: "work" }],
    addresses: [{ type: "work", streetAddress: `${n} High Street`, locality: "London", country: "GB" }],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
      employeeNumber: `${n}`,
      costCenter: `CC-${n % 50}`,
      department: `Department ${n % 20}`,
      ...(manager ? { manager: { value: manager } } : {}),
    },
  };
}

let made = 0;

/** A user that no other call made. */
export function newUser() {
  return user(`new-${made++}`);
}
