import { describe, expect, it } from "vitest";
import { add } from "../../test/changes.ts";
import { applyChanges } from "./apply-changes.ts";
import { type Attributes, SCIM_USER } from "./attributes.ts";
import { checkRecord } from "./check-record.ts";

const MIB = 1_048_576;
const URL_LENGTH = 65_536;

/** A user whose document has as many bytes. No text or list of it is over its own limit. */
function userOf(bytes: number, letter = "x"): Attributes {
  const user = (photos: unknown[]) => ({ userName: "ada", photos });
  const whole = Array.from({ length: 15 }, (_, n) => ({ value: `${n}`.padEnd(URL_LENGTH, "x") }));
  const room = bytes - JSON.stringify(user([...whole, { value: "" }])).length;
  return user([...whole, { value: letter.repeat(room / Buffer.byteLength(letter)) }]);
}

const tooLarge = expect.objectContaining({
  reason: "FIELD_INVALID",
  message: "All attributes of a record together must have at most 1 MiB as JSON.",
});

describe("a whole record", () => {
  it("has at most 1 MiB as JSON, counted in bytes", () => {
    expect(() => checkRecord(SCIM_USER, userOf(MIB))).not.toThrow();
    expect(() => checkRecord(SCIM_USER, userOf(MIB + 1))).toThrow(tooLarge);
    expect(() => checkRecord(SCIM_USER, userOf(MIB + 2, "é"))).toThrow(tooLarge);
  });

  it("cannot grow beyond that by changes", () => {
    const user = userOf(MIB - 10);
    expect(() => applyChanges(SCIM_USER, user, [add("title", "x".repeat(20))])).toThrow(tooLarge);
  });
});
