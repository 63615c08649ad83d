import { describe, expect, it } from "vitest";
import { add, remove } from "../../test/changes.ts";
import { checkRequired } from "./required-attributes.ts";

const urn = "urn:acme:Badge";
const required = [`${urn}:number`];
const badge = (attributes: object) => ({ userName: "ada", extensions: { [urn]: attributes } });

describe("checkRequired", () => {
  it("refuses an extension that is given without what it needs", () => {
    const changes = [add(`${urn}:color`, "red")];
    expect(() => checkRequired(badge({ color: "red" }), changes, required)).toThrow(`${urn}:number must have a value.`);
    expect(() => checkRequired(badge({ color: "red", number: 7 }), changes, required)).not.toThrow();
  });

  it("refuses a complex attribute without a part that it needs", () => {
    const changes = [add(`${urn}:car`, "red", { sub: "color" })];
    const parts = [`${urn}:car.plate`];
    expect(() => checkRequired(badge({ car: { color: "red" } }), changes, parts)).toThrow(
      "car.plate must have a value",
    );
    expect(() => checkRequired(badge({ number: 7 }), changes, parts)).not.toThrow();
  });

  it("lets an extension go as a whole", () => {
    expect(() => checkRequired({ userName: "ada" }, [remove(urn)], required)).not.toThrow();
  });

  it("does not look at an extension that the changes leave alone", () => {
    expect(() => checkRequired(badge({ color: "red" }), [add("title", "Boss")], required)).not.toThrow();
  });
});
