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
  /** Keys of everything that the run looked up. */
  keys: Set<string>;
  /** The name that the organization would give up for one that another organization keeps. */
  offers: string | undefined;
}

/** A new name that a run gives the organization of its group. */
export interface Renaming {
  run: GroupRun;
  before: OrganizationState;
  after: OrganizationState;
}
