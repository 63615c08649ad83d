import { ScimError } from "../scim/error.ts";

/**
 * The versions that If-Match lets a write apply to (RFC 7644 section 3.14);
 * empty for any. A weak tag counts: all of SCIM's are. What a user's tag says
 * of its groups does not: the write changes the user alone. Throws ScimError
 * 400 for a value that is not a tag of this server.
 */
export function ifMatchVersions(header: string | undefined): number[] {
  if (header === undefined || header.trim() === "*") return [];
  return header.split(",").map((tag) => {
    const version = TAG.exec(tag.trim())?.[1];
    if (version === undefined)
      throw new ScimError(400, "invalidValue", 'If-Match must be "*" or versions as in meta.version, e.g. W/"3".');
    return Number(version);
  });
}

// As many digits as a JavaScript number holds exactly.
const TAG = /^(?:W\/)?"([0-9]{1,15})(?:-[0-9a-f]{1,64})?"$/;

/** Whether the client already has what this entity tag stands for, compared weakly (RFC 9110 section 13.1.2). */
export function isNotModified(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((tag) => opaque(tag.trim()) === opaque(entityTag));
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, "");
}
