import { FLAG } from "../types/type.ts";
import type { LibraryFunction } from "./library-function.ts";
import { TEXTUAL, textOf } from "./values.ts";

// local@domain.tld, no blanks. Whether it takes mail only sending tells.
const EMAIL = /^[^\s@<>",;:\\]{1,64}@[^\s@<>",;:\\.]+(\.[^\s@<>",;:\\.]+)+$/;

export const emailFunctions: LibraryFunction[] = [
  { name: "isEmail", parameters: [["x", TEXTUAL]], result: FLAG, run: (x) => EMAIL.test(textOf(x)) },
];
