import type { Employee } from "./company.ts";
import type { Json } from "./okta.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/**
 * What the identity provider sends for an employee.
 *
 * @param managerId - SCIM id of the manager, where there is one
 */
export function scimUserOf(employee: Employee, managerId: string | undefined): Json {
  const { office } = employee;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
    userName: employee.userName,
    externalId: employee.externalId,
    name: { givenName: employee.givenName, familyName: employee.familyName },
    displayName: employee.displayName,
    emails: [{ primary: true, value: employee.userName, type: "work" }],
    title: employee.title,
    userType: employee.userType,
    locale: office.locale,
    preferredLanguage: office.locale,
    timezone: office.timezone,
    phoneNumbers: [
      { value: employee.phone, type: "work" },
      { value: employee.mobile, type: "mobile" },
    ],
    addresses: [
      {
        type: "work",
        streetAddress: `${office.street} ${employee.index + 1}`,
        locality: office.city,
        region: office.region,
        postalCode: office.zip,
        country: office.country,
      },
    ],
    [enterprise]: {
      employeeNumber: employee.employeeNumber,
      costCenter: employee.costCenter,
      department: employee.department,
      ...(managerId ? { manager: { value: managerId } } : {}),
    },
  };
}

/** The user after a marriage: another family name, user name and e-mail address, the same person. */
export function marriedUserOf(employee: Employee): Json & { userName: string } {
  const userName = marriedUserNameOf(employee);
  return {
    userName,
    name: { givenName: employee.givenName, familyName: "Newman" },
    displayName: `${employee.givenName} Newman`,
    emails: [{ primary: true, value: userName, type: "work" }],
  };
}

/** The user name that the employee has after `marriedUserOf`. */
export function marriedUserNameOf({ index }: Employee): string {
  return `newman${index + 1}@company.example`;
}
