import { type Attribute, attribute, complex, text } from "./attribute.ts";

interface MultiValueOptions {
  /** Advised values of `type`. */
  types?: readonly string[];
  /** Row of `value`, where it is not a plain text. */
  value?: Attribute;
}

/** A multi-valued attribute with the sub-attributes value, display, type and primary (RFC 7643 section 2.4). */
export function multiValue(name: string, description: string, options: MultiValueOptions = {}): Attribute {
  return complex(
    name,
    description,
    [
      options.value ?? text("value", "The value itself."),
      text("display", "The value as people are to read it."),
      typeRow(options.types ?? []),
      primaryRow(),
    ],
    { multiValued: true },
  );
}

/** Row of `type`: a label for what the element is used for. */
export function typeRow(canonicalValues: readonly string[]): Attribute {
  return text("type", "What the value is used for. Any text is accepted.", { canonicalValues });
}

/** Row of `primary`. */
export function primaryRow(): Attribute {
  return attribute("primary", "boolean", "Whether this is the preferred one. True at most once in a list.");
}
