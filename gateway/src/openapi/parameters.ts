import { defaultCount } from "../scim/list.ts";
import type { DocumentOptions, OpenApi } from "./document.ts";
import type { Operation, QueryGroup } from "./operation.ts";

const text = { type: "string" };
const names = { type: "array", items: text };

const groups: Record<QueryGroup, readonly string[]> = {
  list: ["filter", "sortBy", "sortOrder", "startIndex", "count", "cursor"],
  projection: ["attributes", "excludedAttributes"],
};

/** components.parameters: every parameter of a URL, and the conditional headers. */
export function queryParameters({ maxPageSize }: Pick<DocumentOptions, "maxPageSize">): OpenApi {
  const inQuery = (name: string, description: string, schema: OpenApi, more: OpenApi = {}) => ({
    [name]: { name, in: "query", description, schema, ...more },
  });
  const inHeader = (name: string, description: string) => ({
    [name]: { name, in: "header", description, schema: text, example: 'W/"3"' },
  });
  // Names are separated by commas in one parameter (RFC 7644 section 3.9).
  const commas = { style: "form", explode: false };
  return {
    ...inQuery(
      "filter",
      "Which resources are listed (RFC 7644 section 3.4.2.2).",
      { ...text, maxLength: 4_096 },
      {
        example: 'userName eq "anna@example.com"',
      },
    ),
    ...inQuery("sortBy", "Attribute that the list is ordered by.", text, { example: "name.familyName" }),
    ...inQuery("sortOrder", "Direction of the order.", {
      ...text,
      enum: ["ascending", "descending"],
      default: "ascending",
    }),
    ...inQuery("startIndex", "First resource of the page, from 1. Not together with cursor.", {
      type: "integer",
      default: 1,
    }),
    ...inQuery("count", `Resources on the page. More than ${maxPageSize} is ${maxPageSize}.`, {
      type: "integer",
      default: Math.min(defaultCount, maxPageSize),
    }),
    ...inQuery(
      "cursor",
      "Pages by cursor (RFC 9865): empty for the first one, then nextCursor or previousCursor of the page before.",
      text,
      { allowEmptyValue: true },
    ),
    ...inQuery("attributes", "Attributes that answers have. Not together with excludedAttributes.", names, commas),
    ...inQuery("excludedAttributes", "Attributes that answers do not have.", names, commas),
    ...inHeader("If-Match", "412 unless the resource has one of these versions."),
    ...inHeader("If-None-Match", "Where the resource has one of these versions, reading answers 304 and writing 412."),
  };
}

/** The parameters of an operation, as references to those. */
export function parameterRefs({ query = [], conditional = false }: Operation): OpenApi[] {
  const headers = conditional ? ["If-Match", "If-None-Match"] : [];
  const all = [...query.flatMap((group) => groups[group]), ...headers];
  return all.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

/** The parameters that a path has in its segments. */
export function pathParameters(path: string): OpenApi[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    description: path.startsWith("/Schemas") ? "URN of the schema." : "Identifier of the resource.",
    schema: text,
  }));
}
