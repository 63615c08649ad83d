import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import fc from "fast-check";

/** Words and marks that YAML reads in more than one way. */
const PIECES = [
  "a",
  "user.title",
  "//",
  " // ",
  "1",
  "true",
  "null",
  "~",
  "é",
  "😀",
  " ",
  "  ",
  "\t",
  "\n",
  "\r\n",
  "\r",
  "\n\n",
  "\n  ",
  ": ",
  " #",
  "#",
  "'",
  "''",
  '"',
  "\\",
  "|",
  ">",
  "- ",
  "? ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "&",
  "*",
  "!",
  "%",
  "@",
  "`",
  "---",
  "...",
  "<<",
  "=",
  "\u0085",
  "\u2028",
  "\u00a0",
  "\ufeff",
  "\u0007",
  "\u007f",
  "a long expression that does not fit on one line of a hundred characters, so it is folded ",
];

const anyText = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 30 }),
);
/** What can be read from a file: there is no telling apart a text that is missing. */
const expressions: fc.Arbitrary<NamedExpression[]> = fc.uniqueArray(
  fc.record({
    name: fc.oneof({ weight: 3, arbitrary: fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/) }, anyText),
    expression: anyText,
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

/** Rules of any text, most of which would be refused: for what must hold of the text alone. Names differ. */
export const arbitraryRules: fc.Arbitrary<Rule[]> = fc.uniqueArray(
  fc.record({
    name: anyText,
    description: anyText,
    disabled: fc.boolean(),
    let: expressions,
    when: anyText,
    set: expressions,
    onCreate: expressions,
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);
