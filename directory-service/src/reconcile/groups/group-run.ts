import type { Candidate } from "../people/candidates.ts";
import type { Run } from "../run.ts";
import type { GroupRecord, OrganizationState } from "./load.ts";

/** A run on a SCIM group. */
export interface GroupRun extends Run {
  group: GroupRecord;
  /** What the group's organization may be, best first. Empty: the one it has. */
  candidates: Candidate[];
  /** What the organization is to be called, and the rule that says so. Undefined: as it is. */
  name: { value: string; rule: string } | undefined;
  /** The organization under its new name. Undefined: it keeps its name. */
  renamed: OrganizationState | undefined;
}
