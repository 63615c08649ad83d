import type { CelFunc } from "@bufbuild/cel";
import { candidateFunctions } from "./functions/candidates.ts";
import { dateFunctions } from "./functions/dates.ts";
import { emailFunctions } from "./functions/email.ts";
import { innerFunctions } from "./functions/inner.ts";
import { celFunctionsOf, type LibraryFunction } from "./functions/library-function.ts";
import { formerNames, listFunctions } from "./functions/lists.ts";
import { methods } from "./functions/methods.ts";
import { operators } from "./functions/operators.ts";
import { textFunctions } from "./functions/text.ts";

/**
 * What expressions may call beside CEL's operators, macros, `size` and
 * conversions. All take null for "", none looks anything up, and each is
 * bounded. docs/rules.md has each with an example.
 */
export const library: readonly LibraryFunction[] = [
  ...listFunctions,
  ...textFunctions,
  ...methods,
  ...emailFunctions,
  ...dateFunctions,
  ...candidateFunctions,
];

/** The library, and names that rules may use still. */
export const callable: readonly LibraryFunction[] = [...library, ...formerNames];

/** All that CEL has to know. */
export const functions: CelFunc[] = [...operators, ...innerFunctions, ...callable.flatMap(celFunctionsOf)];
