import { status } from "@grpc/grpc-js";
import { StatusError } from "@rollcall/runtime/status";
import { LRUCache } from "lru-cache";
import type { AccountView } from "./account-view.ts";

/** What each account makes of SCIM, from memory. */
export interface AccountViews {
  /**
   * The view of an account, for a request of one of its tokens. From memory
   * where it was seen in the last seconds; else it is asked for with the token.
   * Rejects with the StatusError of that.
   */
  of(accountId: string, digest: Buffer): AccountView | Promise<AccountView>;
  /**
   * The view as it is at `since` or later, as the clock of `now` has it: for a
   * request that is to be refused by what may not hold any more.
   */
  latest(accountId: string, digest: Buffer, since: number): Promise<AccountView>;
  /** What is in memory, however old. */
  known(accountId: string): AccountView | undefined;
}

/** Asks for an account's view with one of its tokens. `known` is the last one: the same object, where nothing changed. */
export type LoadView = (digest: Buffer, known: AccountView | undefined) => Promise<AccountView>;

// A view that is older is asked for anew while it still serves: a change of a
// setting holds after about a second of traffic, and no request waits for it.
const FRESH_MS = 1_000;
// The view of an account that was idle for so long may be quite wrong: its next request waits.
const IDLE_MS = 2_000;
// While the service cannot be asked.
const KEPT_MS = 60_000;
const ACCOUNTS = 10_000;

interface Entry {
  view: AccountView | undefined;
  /** When what the view says was true. */
  seenAt: number;
  /** When it was last asked for. */
  askedAt: number;
  /** Under way, one at a time. */
  refresh: { digest: Buffer; done: Promise<AccountView> } | undefined;
}

/** Keeps views that `load` gives. `now` gives milliseconds. */
export function createAccountViews(
  load: LoadView,
  now: () => number = performance.now.bind(performance),
): AccountViews {
  const entries = new LRUCache<string, Entry>({ max: ACCOUNTS });

  return {
    known: (accountId) => entries.get(accountId)?.view,
    of(accountId, digest) {
      const entry = entryOf(accountId);
      const { view, seenAt, askedAt } = entry;
      const time = now();
      if (view && time - seenAt <= FRESH_MS) return view;
      if (!entry.refresh && time - askedAt > FRESH_MS) begin(entry, digest);
      const served = entry.refresh ? IDLE_MS : KEPT_MS;
      return view && time - seenAt <= served ? view : awaited(entry, digest);
    },
    async latest(accountId, digest, since) {
      const entry = entryOf(accountId);
      // One that is under way may have read what held before.
      if (entry.refresh && entry.askedAt < since) await entry.refresh.done.catch(() => {});
      if (entry.view && entry.seenAt >= since) return entry.view;
      return (entry.refresh ?? begin(entry, digest)).done;
    },
  };

  function entryOf(accountId: string): Entry {
    let entry = entries.get(accountId);
    if (!entry) {
      entry = { view: undefined, seenAt: -Infinity, askedAt: -Infinity, refresh: undefined };
      entries.set(accountId, entry);
    }
    return entry;
  }

  function begin(entry: Entry, digest: Buffer) {
    const askedAt = now();
    const done = load(digest, entry.view)
      .then((view) => {
        entry.view = view;
        entry.seenAt = askedAt;
        return view;
      })
      .finally(() => {
        entry.refresh = undefined;
      });
    // Where nobody waits for it, the old view serves on.
    done.catch(() => {});
    entry.askedAt = askedAt;
    entry.refresh = { digest, done };
    return entry.refresh;
  }

  async function awaited(entry: Entry, digest: Buffer): Promise<AccountView> {
    for (;;) {
      const refresh = entry.refresh ?? begin(entry, digest);
      try {
        return await refresh.done;
      } catch (error) {
        if (entry.view && now() - entry.seenAt <= KEPT_MS) return entry.view;
        // A token that has just been revoked says nothing about the account's other one.
        if (!isAboutToken(error) || refresh.digest.equals(digest)) throw error;
      }
    }
  }
}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof StatusError && (error.code === status.UNAUTHENTICATED || error.code === status.PERMISSION_DENIED)
  );
}
