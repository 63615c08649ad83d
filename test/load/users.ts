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

let made = 0;

/** A user that no other call made. */
export function newUser() {
  return user(`new-${made++}`);
}
