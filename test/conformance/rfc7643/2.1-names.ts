import { expect } from "vitest";
import { ENTERPRISE, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(
  ["7643-2.1-a", "7643-2.1-b"],
  "names in any letter case come back as the schema writes them",
  async ({ scim }) => {
    const { status, body } = await scim.post("/Users", {
      SCHEMAS: [USER.toUpperCase(), ENTERPRISE.toLowerCase()],
      USERNAME: "anna",
      Name: { FAMILYNAME: "Ōkami" },
      Emails: [{ VALUE: "a@x", Type: "work", PRIMARY: true }],
      [ENTERPRISE.toUpperCase()]: { Department: "R&D", Manager: { VALUE: "x" } },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      schemas: [USER, ENTERPRISE],
      userName: "anna",
      name: { familyName: "Ōkami" },
      emails: [{ value: "a@x", type: "work", primary: true }],
      [ENTERPRISE]: { department: "R&D", manager: { value: "x" } },
    });
  },
);
