import { groupSchema } from "../mapping/group.ts";
import { userSchema } from "../mapping/user.ts";
import { MASK, maskFilter } from "../scim/filter/mask.ts";
import { parameterName } from "../scim/query.ts";

/**
 * A request's path and query without what it says of people: only ids, URNs and
 * the words of its route's `pattern` are shown, of parameters the RFC's alone,
 * and values of filters and cursors, which hold a place in a sorted list, are not.
 */
export function maskedPath(url: string, pattern: string): string {
  const [path = "", query] = url.split(/\?(.*)/s, 2);
  const words = new Set([...pattern.split("/"), ...ENDPOINTS]);
  const shownPath = path
    .split("/")
    .map((segment) => (words.has(segment) || isName(segment) ? segment : MASK))
    .join("/");
  if (query === undefined || query === "") return shownPath;
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => {
    const known = parameterName(name);
    return known === undefined ? `${MASK}=${MASK}` : `${name}=${maskedParameter(known, value)}`;
  });
  return `${shownPath}?${parameters.join("&")}`;
}

/** Operations of Bulk name paths that their own route does not have. */
const ENDPOINTS = [userSchema, groupSchema].map(({ endpoint }) => endpoint.slice(1));

/** What names a record or a schema, and nobody. */
function isName(text: string): boolean {
  return UUID.test(text) || (URN.test(text) && !TOKEN.test(text));
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URN = /^urn:[\w.:-]{1,255}$/i;
/** What a token begins with. One that stands where it does not belong is a secret all the same. */
const TOKEN = /rct_/i;

function maskedParameter(name: NonNullable<ReturnType<typeof parameterName>>, value: string): string {
  if (name === "filter") return TOKEN.test(value) ? MASK : maskFilter(value);
  return SHOWN[name]?.test(value) && !TOKEN.test(value) ? value : MASK;
}

const NAMES = /^[\w.:$,+ -]{0,1024}$/;
const NUMBER = /^[+-]?\d{1,20}$/;
const SHOWN: Partial<Record<string, RegExp>> = {
  attributes: NAMES,
  excludedAttributes: NAMES,
  sortBy: NAMES,
  sortOrder: /^(?:ascending|descending)$/i,
  startIndex: NUMBER,
  count: NUMBER,
};

/**
 * An error's sentence without what the client sent: what stands in quotes, in
 * the brackets of a path, after "found", with an "@" in it, and tokens. Names of
 * attributes stay.
 */
export function maskedDetail(detail: string): string {
  return (
    detail
      // To the last quote: what was sent may have quotes itself.
      .replace(/"(.*)"/s, (whole, quoted: string) => (isName(quoted) ? whole : `"${MASK}"`))
      .replace(/\[(?!\d+\])[^\]]*(?:\]|$)/g, `[${MASK}]`)
      .replace(/\bfound .*$/s, `found ${MASK}.`)
      .replace(/\S*(?:@|rct_)\S*/gi, MASK)
  );
}
