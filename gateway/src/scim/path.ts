import type { Attribute } from "../mapping/attribute.ts";
import { locate, type ResourceSchema, type Section } from "../mapping/schema.ts";
import { ScimError } from "./error.ts";
import type { AttributePath, FilterAst } from "./filter/ast.ts";
import { FilterSyntaxError } from "./filter/lexer.ts";
import { parseAttributePath } from "./filter/parser.ts";
import { suggestion } from "./suggest.ts";

/** What a PATCH path points at. Without `attribute`: all of a schema's attributes. */
export interface Target {
  readonly section: Section;
  readonly attribute: Attribute | undefined;
  /** The filter in its brackets, not resolved yet. */
  readonly element: FilterAst | undefined;
  readonly sub: Attribute | undefined;
}

/**
 * Reads a PATCH path (RFC 7644 figure 7): `attr`, `attr.sub`, `attr[filter]`,
 * `attr[filter].sub`, each with a URN or without, and a bare URN.
 *
 * Throws ScimError 400 invalidPath for what is malformed or does not exist.
 */
export function parsePath(text: string, schema: ResourceSchema): Target {
  const whole = schema.byUrn.get(text.toLowerCase());
  if (whole !== undefined) return { section: whole, attribute: undefined, element: undefined, sub: undefined };
  const path = parse(text);
  const located = locate(schema, path.urn, path.name);
  if (located === undefined) throw unknown(text, path.name, schema.kind, schema.byName.values());
  const { section, attribute } = located;
  if (attribute === undefined) throw invalid(`${text} is not a path.`);
  const sub = path.sub === undefined ? undefined : attribute.sub.get(path.sub.toLowerCase());
  if (path.sub !== undefined && sub === undefined)
    throw unknown(text, path.sub, attribute.name, attribute.sub.values());
  if (path.element !== undefined && !(attribute.multiValued && attribute.type === "complex")) {
    throw invalid(`${attribute.name} is not a list, so its path takes no [ ].`);
  }
  return { section, attribute, element: path.element, sub };
}

function parse(text: string): AttributePath {
  try {
    return parseAttributePath(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw invalid(`The path is malformed: ${lowerFirst(error.detail)}`);
    throw error;
  }
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function unknown(path: string, name: string, owner: string, known: Iterable<Attribute>): ScimError {
  const names = Array.from(known, (row) => row.name);
  const prefix = path === name ? "" : `${path}: `;
  return invalid(`${prefix}${name} is not an attribute of ${owner}.${suggestion(name, names)}`);
}

function invalid(detail: string): ScimError {
  return new ScimError(400, "invalidPath", detail);
}
