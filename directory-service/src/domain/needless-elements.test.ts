import { describe, expect, it } from "vitest";
import { SCIM_USER } from "./attributes.ts";
import { dropNeedlessElements } from "./needless-elements.ts";

function emailsLeftOf(emails: object[]): unknown {
  const document = { userName: "ada", emails };
  dropNeedlessElements(SCIM_USER, document);
  return document.emails;
}

describe("dropNeedlessElements", () => {
  it("drops labels without a thing that they label", () => {
    expect(
      emailsLeftOf([{ type: "work" }, { primary: true }, { value: "a@x" }, { display: "A", type: "home" }]),
    ).toEqual([{ value: "a@x" }, { display: "A", type: "home" }]);
  });

  it("leaves one of twins, primary if either was", () => {
    expect(
      emailsLeftOf([
        { value: "a@x", type: "work", primary: false },
        { value: "b@x" },
        { type: "work", value: "a@x", primary: true },
      ]),
    ).toEqual([{ value: "a@x", type: "work", primary: true }, { value: "b@x" }]);
  });

  it("keeps what differs in anything, letter case and completeness included", () => {
    const different = [
      { value: "a@x" },
      { value: "A@x" },
      { value: "a@x", type: "work" },
      { value: "a@x", type: "Work" },
    ];
    expect(emailsLeftOf(different)).toEqual(different);
  });

  it("leaves documents without lists as they are", () => {
    const document = { userName: "ada" };
    dropNeedlessElements(SCIM_USER, document);
    expect(document).toEqual({ userName: "ada" });
  });
});
