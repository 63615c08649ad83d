import type { Run } from "../run.ts";
import type { Candidate } from "./candidates.ts";
import type { UserRecord } from "./load.ts";
import type { PersonState } from "./person.ts";

/** A run on a SCIM user. */
export interface UserRun extends Run {
  user: UserRecord;
  /** The person as it was. Undefined: new, or none. */
  before: PersonState | undefined;
  /** The person as the run leaves it. Undefined: the run touches none. */
  after: PersonState | undefined;
  /** What the reference fields may take, best first. */
  organizations: Candidate[];
  managers: Candidate[];
  /** The person that it cannot have: another SCIM user is linked to it, or it has the e-mail. */
  wantedPersonId: string | null;
  /** The deleted SCIM user whose link this one takes over. */
  unlinked: string | undefined;
}
