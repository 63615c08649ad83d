import { groupSchema } from "../mapping/group.ts";
import type { ResourceSchema } from "../mapping/schema.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "./error.ts";

/**
 * Checks `schemas` of a request. It may be missing, and may list any URN that
 * clients use for what the tables have, in any mix: Google sends the SCIM 1.0
 * one, OneLogin only those of the drafts. Throws ScimError 400 invalidValue
 * that names an unknown URN.
 */
export function checkSchemas(raw: unknown, schema: ResourceSchema): void {
  if (raw === undefined || raw === null) return;
  const list = typeof raw === "string" ? [raw] : raw;
  if (!Array.isArray(list) || !list.every((urn) => typeof urn === "string")) {
    throw new ScimError(400, "invalidValue", "schemas must be a list of URNs.");
  }
  const unknown = list.find((urn) => !isKnown(urn.toLowerCase(), schema));
  if (unknown !== undefined) throw new ScimError(400, "invalidValue", `schemas: ${unknown} is not known.`);
}

/** Whether `schemas` says that the body is a PatchOp message, of any version. */
export function isPatchMessage(raw: unknown): boolean {
  return Array.isArray(raw) && raw.some((urn) => typeof urn === "string" && isPatchOp(urn.toLowerCase()));
}

const adscim = "http://schemas.microsoft.com/2006/11/resourcemanagement/adscim/2.0/";

const known = new Set([...userSchema.byUrn.keys(), ...groupSchema.byUrn.keys()]);

function isKnown(urn: string, { byUrn }: ResourceSchema): boolean {
  return byUrn.has(urn) || known.has(urn) || urn.startsWith(adscim) || isPatchOp(urn);
}

function isPatchOp(urn: string): boolean {
  return urn.startsWith("urn:") && urn.endsWith(":patchop");
}
