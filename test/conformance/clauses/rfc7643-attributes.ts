import { type Clause, may, must, should } from "./clause.ts";

/** RFC 7643 section 2: attributes, their types and their characteristics. */
export const attributeClauses: readonly Clause[] = [
  must("7643-2.1-a", "Attribute names are matched without regard to case."),
  should("7643-2.1-b", "Answers have names as the schema writes them."),

  must("7643-2.2-a", "A required attribute must have a value."),
  must("7643-2.2-b", "readOnly attributes are the server's alone."),
  must("7643-2.2-c", "writeOnly attributes are never returned."),
  must("7643-2.2-d", "An attribute that is returned `always` is in every answer, whatever is asked for."),
  must("7643-2.2-e", "An attribute that is returned `never` is in no answer, even where it is asked for."),
  must("7643-2.2-f", "An attribute that is returned `request` is in an answer only where it is asked for."),
  must("7643-2.2-g", "A value of an attribute with uniqueness `server` occurs once among the tenant's resources."),
  must("7643-2.2-h", "An immutable attribute gets a value once."),

  must("7643-2.3.1-a", "A string keeps every character of Unicode as it was sent."),
  must("7643-2.3.2-a", "A boolean is true or false, and is answered as a JSON boolean."),
  must("7643-2.3.3-a", "A decimal is a number with a decimal point."),
  must("7643-2.3.4-a", "An integer is a whole number without a fraction."),
  must("7643-2.3.5-a", "A dateTime has date and time and is compared as an instant."),
  must("7643-2.3.6-a", "A binary is base64."),
  must("7643-2.3.7-a", "A reference is an address; one to a SCIM resource leads to it."),
  must("7643-2.3.8-a", "A complex attribute is an object of sub-attributes, in any order, none of them complex."),

  must("7643-2.4-a", "`primary` is true at most once in a list."),
  should("7643-2.4-b", "A pair of type and value occurs once in a list."),
  may("7643-2.4-c", "`type` takes canonical values and others."),
  must("7643-2.4-d", "The order of a list means nothing: what is kept is what was sent."),

  must("7643-2.5-a", "null is no value."),
  must("7643-2.5-b", "An empty list is no value."),
  may("7643-2.5-c", "Attributes without a value are left out of answers."),
];
