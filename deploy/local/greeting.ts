import type { Instance } from "./instance.ts";
import { DEFAULT_DATA } from "./start-options.ts";

/** What `npm start` prints when everything answers: how to reach it and how to try it out. */
export function greeting(instance: Instance, logs: string, dataDir: string): string {
  const { scim, token, grpc, account, ownerToken } = instance;
  const demo = dataDir === DEFAULT_DATA ? "npm run demo" : `npm run demo -- --data ${dataDir}`;
  const headers = `-H "Authorization: Bearer ${token}"`;
  return `
Rollcall is running.

  SCIM base URL     ${scim}
  SCIM token        ${token}
  account           ${account}
  owner token       ${ownerToken}
  gRPC directory    ${grpc.directory}
  gRPC token        ${grpc.token}
  logs              ${logs}

Give the SCIM base URL and token to an identity provider, or be one:

  # create a user
  curl ${scim}/Users ${headers} \\
    -H "Content-Type: application/scim+json" \\
    -d '${JSON.stringify(exampleUser)}'

  # list the users
  curl ${headers} "${scim}/Users?count=10"

  # find one
  curl ${headers} -G ${scim}/Users \\
    --data-urlencode 'filter=userName eq "${exampleUser.userName}"'

  # read the person that the user became, as internal systems do
  npx buf curl --protocol grpc --http2-prior-knowledge \\
    -H "Authorization: Bearer ${ownerToken}" \\
    -d '${JSON.stringify(exampleQuery)}' \\
    http://${grpc.directory}/rollcall.directory.v1.PeopleService/ListPeople

\`${demo}\` in another terminal provisions a company of 1,000 people.
Ctrl-C stops everything.
`;
}

const exampleUser = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: "zoe.young@example.com",
  name: { givenName: "Zoë", familyName: "Young" },
  emails: [{ value: "zoe.young@example.com", type: "work", primary: true }],
  title: "Engineer",
  active: true,
};

const exampleQuery = {
  filter: {
    comparison: {
      attribute: "primary_email",
      operator: "COMPARISON_OPERATOR_EQUAL",
      text: exampleUser.userName,
    },
  },
};
