import type { Difference } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Session } from "@rollcall/runtime/database";
import { loadSubjects, type Subject } from "./load-subjects.ts";

/** The table of what is listed, in its order. `id` is that of the subject. */
export const MAKE_LISTED = `create temporary table listed
  (seq integer primary key, kind smallint not null, subject text not null, id uuid not null);`;

/** Lists what the selects give: kind, subject, id and name. In the order of kind and name. */
export async function storeListed({ pool }: Session, selects: readonly string[]): Promise<void> {
  await pool.query(`insert into listed (seq, kind, subject, id)
    select row_number() over (order by kind, lower(name), id), kind, subject, id from (${selects.join(" union all ")}) found`);
  await pool.query("analyze listed");
}

/** How many are listed of each kind. */
export async function countListed({ pool }: Session): Promise<(kind: number) => number> {
  const { rows } = await pool.query<{ kind: number; things: number }>(
    "select kind, count(*)::float8 as things from listed group by kind",
  );
  const counts = new Map(rows.map(({ kind, things }) => [kind, things]));
  return (kind) => counts.get(kind) ?? 0;
}

/** Something that is listed, with all that there is to say of it. `difference` has no kind. */
export interface Listed {
  kind: number;
  difference: Difference;
}

const PAGE = 100;
// Read at a time: fewer statements, and still little to keep.
const CHUNK = 500;

/** What is listed, a page at a time, however much it is. Empty kinds: all; limit 0: all. */
export async function* listedPages(
  session: Session,
  { kinds = [], limit }: { kinds?: readonly number[]; limit: number },
): AsyncGenerator<Listed[]> {
  let last = 0;
  let left = limit > 0 ? limit : Number.POSITIVE_INFINITY;
  while (left > 0) {
    const { rows } = await session.pool.query<Row>(NEXT, [
      last,
      kinds.length > 0 ? kinds : null,
      Math.min(left, CHUNK),
    ]);
    if (rows.length === 0) return;
    const found = await loadSubjects(session, rows);
    const listed = rows.flatMap(({ kind, subject, id }) => {
      const difference = found(subject, id);
      return difference ? [{ kind, difference }] : [];
    });
    for (let start = 0; start < listed.length; start += PAGE) yield listed.slice(start, start + PAGE);
    last = rows.at(-1)?.seq ?? last;
    left -= rows.length;
  }
}

interface Row {
  seq: number;
  kind: number;
  subject: Subject;
  id: string;
}

const NEXT = `select seq, kind, subject, id from listed
  where seq > $1 and ($2::smallint[] is null or kind = any($2)) order by seq limit $3`;
