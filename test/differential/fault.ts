import type { Json } from "../engine.ts";

/** A well-known SCIM library, which the tests compare with. */
export type Library = "scimmy" | "scim-patch" | "scim2-parse-filter";

/** A keyword of RFC 7644 table 9 with which a request is refused, or the name of what a library throws. */
export interface Refused {
  refused: string;
}

/** What a library gets wrong, and the clause that decides. `theirs` is what it answers, `ours` what Rollcall does. */
export type Fault = { library: Library; fault: string; clause: string } & Case;

type Case =
  /** Which of the users match, by their names. */
  | { kind: "filter"; filter: string; users: Record<string, Json>; theirs: Answer; ours: Answer }
  /** Whether a text is a filter at all. */
  | { kind: "grammar"; filter: string; theirs: "accepted" | Refused; ours: "accepted" | Refused }
  /** How many expressions a filter becomes. */
  | { kind: "size"; filter: string; theirs: number; ours: number }
  /** What operations make of a user: the attributes in `shown`. */
  | { kind: "patch"; user: Json; operations: Json[]; shown: string[]; theirs: Json | Refused; ours: Json | Refused }
  /** What a PATCH that is refused leaves of a user. */
  | { kind: "refused patch"; user: Json; operations: Json[]; shown: string[]; theirs: Json; ours: Json }
  /** Whether all objects of the process then have an attribute `polluted`. */
  | { kind: "pollution"; operations: Json[]; theirs: "polluted"; ours: Refused };

type Answer = string[] | Refused;
