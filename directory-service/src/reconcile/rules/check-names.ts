import { charactersIn } from "../../domain/characters.ts";
import { EXPRESSION_NAME_LIMIT } from "./bounds.ts";
import { suggestionFor } from "./suggestion.ts";
import { RESERVED_WORDS } from "./syntax/syntax-error.ts";
import type { Finding } from "./types/finding.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Why an expression of `let` cannot have its name. */
export function letNameProblem(name: string, known: ReadonlyMap<string, unknown>): Finding | undefined {
  if (known.has(name)) return problem(name, `The name ${name} is taken.`);
  if (RESERVED_WORDS.has(name)) return problem(name, `${name} is a word that CEL keeps for itself.`);
  if (charactersIn(name) > EXPRESSION_NAME_LIMIT)
    return problem(name, `The name has more than ${EXPRESSION_NAME_LIMIT} characters.`);
  if (NAME.test(name)) return undefined;
  const plain = name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .trim()
    .replace(/[^A-Za-z0-9_]+/g, "_");
  const suggestion = NAME.test(plain) ? plain : "";
  return problem(name, "A name has letters, digits and underscores, and begins with no digit.", suggestion);
}

/** Why a field cannot be set. */
export function targetProblem(
  name: string,
  fields: ReadonlyMap<string, unknown>,
  seen: ReadonlySet<string>,
): Finding | undefined {
  if (!fields.has(name)) return problem(name, `There is no field ${name} to set.`, suggestionFor(name, fields.keys()));
  return seen.has(name) ? problem(name, `${name} is set twice.`) : undefined;
}

function problem(name: string, message: string, suggestion = ""): Finding {
  return { severity: "error", offset: 0, length: charactersIn(name), message, suggestion };
}
