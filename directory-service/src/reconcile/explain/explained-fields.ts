import { contractName } from "../people/changes.ts";
import { newPerson, type PersonState } from "../people/person.ts";

/** A field of a person that rules can set. */
export interface ExplainedField {
  /** The contract's name: "organization_id". */
  name: string;
  /** The rules' name: "organization". */
  rulesName: string;
  key: Exclude<keyof PersonState, "id">;
  /** Whether rules give candidates for it. */
  isReference: boolean;
  /** What a warning says where a value of the rules was refused. */
  warning: RegExp | undefined;
}

const WARNINGS: Partial<Record<string, RegExp>> = { manager_id: /manager/, disabled: /would disable/ };

/** The fields of a person that rules can set, in the contract's order. */
export const EXPLAINED_FIELDS: readonly ExplainedField[] = (Object.keys(newPerson("", "")) as (keyof PersonState)[])
  .filter((key) => key !== "id")
  .map((key) => {
    const name = contractName(key);
    const isReference = key === "organizationId" || key === "managerId";
    const rulesName = isReference ? name.replace(/_id$/, "") : name;
    return { name, rulesName, key, isReference, warning: WARNINGS[name] };
  });
