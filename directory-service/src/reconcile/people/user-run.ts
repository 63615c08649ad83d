import type { FieldSources, PersonOrigin } from "../../domain/person-origin.ts";
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
  /** Where the person's fields had their values from before the run. */
  origins: readonly PersonOrigin[];
  /** Which rule gives each field that the rules set. */
  sources: FieldSources;
  /** The person as it stays where the brake or the last owner stopped the run. */
  stopped: PersonState | undefined;
  /** The run would disable the person but for a hold that was discarded. */
  keptEnabled: boolean;
  /** What the reference fields may take, best first. */
  organizations: Candidate[];
  managers: Candidate[];
  /** Keys of everything that the run looked up and that could turn out otherwise. */
  keys: Set<string>;
  /** The e-mail that the person would give up for one that another person keeps. */
  offers: string | undefined;
  /** The deleted SCIM user whose link this one takes over. */
  unlinked: string | undefined;
}
