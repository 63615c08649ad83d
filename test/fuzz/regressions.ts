import { patchOp, USER } from "../e2e/scim-messages.ts";
import type { FuzzRequest } from "./requests.ts";
import { extension } from "./schemas.ts";

/** A fault that the fuzzer has found. Each was mended; the requests show that it stays so. */
export interface Regression {
  fault: string;
  requests: FuzzRequest[];
}

const patchAnna = (...operations: object[]): FuzzRequest => ({
  method: "PATCH",
  path: "/Users/{anna}",
  body: JSON.stringify(patchOp(...operations)),
});
const create = (attributes: object): FuzzRequest => ({
  method: "POST",
  path: "/Users",
  body: JSON.stringify({ schemas: [USER], userName: "{fresh}", ...attributes }),
});
const list = (parameter: string, value: string): FuzzRequest => ({
  method: "GET",
  path: `/Users?${parameter}=${encodeURIComponent(value)}`,
});

export const regressions: Regression[] = [
  {
    fault: "an error quoted a name of any length",
    requests: [
      list("filter", `${"urn:".repeat(500)}b eq 1`),
      list("sortBy", "%25".repeat(1_000)),
      patchAnna({ op: "add", path: "x".repeat(4_000), value: "x" }),
      create({ ["x".repeat(60_000)]: "x" }),
    ],
  },
  {
    fault: "a PATCH left an element that was nothing but a type, which a PUT took away",
    requests: [
      patchAnna({ op: "add", path: "ims.type", value: "a" }, { op: "add", path: "photos", value: [{ type: "b" }] }),
    ],
  },
  {
    fault: "a POST stored an element twice, of which a PUT left one",
    requests: [
      create({ roles: [{ value: "a" }, { value: "a" }] }),
      create({ roles: ["a", { value: "a", primary: true }] }),
    ],
  },
  {
    fault: "an element that a filter made primary left the other one primary",
    requests: [patchAnna({ op: "add", path: 'emails[type eq "x" and primary eq true].value', value: "x@example.com" })],
  },
  {
    fault: "a date that its time zone puts before the year 1 was stored as one of the year 0",
    requests: [
      create({ [extension.urn]: { since: "0001-01-01T00:00:00+14:00" } }),
      patchAnna({ op: "add", path: `${extension.urn}:since`, value: "9999-12-31T23:59:59-14:00" }),
    ],
  },
  {
    fault: "60,000 attributes in one object took a third of a second before the first of them was refused",
    requests: [
      {
        method: "PATCH",
        path: "/Groups/{sales}",
        body: `{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":${n}`).join()}}`,
      },
    ],
  },
  {
    fault: "a thousand operations with fifty conditions each, on a hundred elements, took three seconds",
    requests: [
      patchAnna(
        {
          op: "replace",
          path: "emails",
          value: Array.from({ length: 100 }, (_, n) => ({ value: `${n}`, type: `${"é".repeat(20)}${n}` })),
        },
        ...Array(999).fill({
          op: "remove",
          path: `emails[${Array(50).fill('type co "éx"').join(" or ")}].display`,
        }),
      ),
    ],
  },
];
