import { newPerson } from "../people/person.ts";

const COLUMNS = Object.keys(newPerson("", "")).map((key) => ({
  key,
  column: key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
}));

/** SQL that gives a person, as PersonState has it and with the fields in that order, from a row. */
export function personObject(row: string): string {
  return `json_build_object(${COLUMNS.map(({ key, column }) => `'${key}', ${row}.${column}`).join(", ")})`;
}

/** SQL that says whether two rows of people differ in a field other than the given columns. */
export function peopleDiffer(one: string, other: string, except: readonly string[]): string {
  const columns = COLUMNS.map(({ column }) => column).filter((column) => !except.includes(column));
  const rowOf = (row: string) => `row(${columns.map((column) => `${row}.${column}`).join(", ")})`;
  return `${rowOf(one)} is distinct from ${rowOf(other)}`;
}
