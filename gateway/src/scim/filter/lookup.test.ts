import { LookupAttribute } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { asLookup } from "./lookup.ts";
import { parseFilter } from "./parser.ts";

describe("asLookup", () => {
  it("finds the one eq that clients look records up by, in any case", () => {
    const { LOOKUP_ATTRIBUTE_USER_NAME, LOOKUP_ATTRIBUTE_EXTERNAL_ID, LOOKUP_ATTRIBUTE_DISPLAY_NAME } = LookupAttribute;
    expect(asLookup(parseFilter('userName eq "X"'), "User")).toEqual({
      attribute: LOOKUP_ATTRIBUTE_USER_NAME,
      value: "X",
    });
    expect(asLookup(parseFilter('(USERNAME EQ "x")'), "User")).toEqual({
      attribute: LOOKUP_ATTRIBUTE_USER_NAME,
      value: "x",
    });
    expect(asLookup(parseFilter('externalId eq "x"'), "Group")).toEqual({
      attribute: LOOKUP_ATTRIBUTE_EXTERNAL_ID,
      value: "x",
    });
    expect(asLookup(parseFilter('displayName eq "x"'), "User")).toEqual({
      attribute: LOOKUP_ATTRIBUTE_DISPLAY_NAME,
      value: "x",
    });
    expect(asLookup(parseFilter('displayName eq "x"'), "Group")).toEqual({
      attribute: LOOKUP_ATTRIBUTE_DISPLAY_NAME,
      value: "x",
    });
  });

  it.each([
    'userName ne "x"',
    "userName pr",
    "userName eq null",
    "userName eq 1",
    'title eq "x"',
    'userName.value eq "x"',
    'constructor eq "x"',
    'userName eq "x" and active eq true',
    'not (userName eq "x")',
    'userName[value eq "x"] eq "x"',
  ])("leaves %s to the list", (text) => {
    expect(asLookup(parseFilter(text), "User")).toBeUndefined();
  });

  it("does not look groups up by userName", () => {
    expect(asLookup(parseFilter('userName eq "x"'), "Group")).toBeUndefined();
  });
});
