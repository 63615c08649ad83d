import { ScimError } from "../scim/error.ts";

/**
 * The versions that If-Match lets a write apply to (RFC 7644 section 3.14);
 * empty for any. A weak tag counts: all of SCIM's are. What a user's tag says
 * of its groups does not: the write changes the user alone. A tag that this
 * server never gave matches no record. Throws ScimError 400 for what is no tag.
 *
 * A record that is not there is 404 whatever the header says, "*" included: a
 * request that fails anyway is to ignore its conditions (RFC 9110 section 13.2.1).
 */
export function ifMatchVersions(header: string | undefined): number[] {
  if (header === undefined || header.trim() === "*") return [];
  return tagsIn(header, "If-Match").map((tag) => Number(VERSION.exec(tag)?.[1] ?? NO_VERSION));
}

/** Throws ScimError 412 where If-Match does not let a GET have a record of this version. */
export function requireMatch(ifMatch: string | undefined, version: number): void {
  const versions = ifMatchVersions(ifMatch);
  if (versions.length === 0 || versions.includes(version)) return;
  throw new ScimError(412, undefined, `The version is ${version}, which If-Match does not name.`);
}

/**
 * Whether If-None-Match forbids to write what has these entity tags, of which
 * there are none where there is no record (RFC 9110 section 13.1.2). Throws
 * ScimError 400 for what is no tag.
 */
export function isRefused(ifNoneMatch: string, entityTags: readonly string[]): boolean {
  if (ifNoneMatch.trim() !== "*") tagsIn(ifNoneMatch, "If-None-Match");
  return entityTags.some((entityTag) => isNotModified(ifNoneMatch, entityTag));
}

/** Whether the client already has what this entity tag stands for, compared weakly (RFC 9110 section 13.1.2). */
export function isNotModified(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch.split(",").some((tag) => opaque(tag.trim()) === opaque(entityTag));
}

// Versions count from 1.
const NO_VERSION = 0;
// As many digits as a JavaScript number holds exactly.
const VERSION = /^(?:W\/)?"([0-9]{1,15})(?:-[0-9a-f]{1,64})?"$/;
// RFC 9110 section 8.8.3, and a comma only between tags, where every server that SCIM clients meet puts it.
const TAG = /^(?:W\/)?"[\x21\x23-\x2b\x2d-\x7e\x80-\xff]*"$/;

function tagsIn(header: string, name: string): string[] {
  const tags = header.split(",").map((tag) => tag.trim());
  if (tags.every((tag) => TAG.test(tag))) return tags;
  throw new ScimError(400, "invalidValue", `${name} must be "*" or versions as in meta.version, e.g. W/"3".`);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, "");
}
