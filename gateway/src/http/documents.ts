import { LRUCache } from "lru-cache";
import type { AccountView } from "./account-view.ts";
import type { Exchange } from "./exchange.ts";

/** Gives a document as JSON, made or from memory. Undefined: `make` makes none. */
export type Documents = (exchange: Exchange, name: string, make: () => object | undefined) => string | undefined;

interface Kept {
  view: AccountView;
  json: string;
}

// Base URLs come from the Host header, so what is kept for them is bounded.
const KEPT_DOCUMENTS = 1_000;

/**
 * Keeps documents that follow from an account's view and a base URL. They are
 * large, asked for at the start of every synchronisation, and hardly ever change.
 */
export function createDocuments(): Documents {
  const documents = new LRUCache<string, Kept>({ max: KEPT_DOCUMENTS });

  return ({ caller, baseUrl, view }, name, make) => {
    const key = `${caller?.accountId ?? ""} ${baseUrl} ${name}`;
    const kept = documents.get(key);
    // A view is another object as soon as anything in it differs.
    if (kept?.view === view) return kept.json;
    const document = make();
    if (document === undefined) return undefined;
    const json = JSON.stringify(document);
    documents.set(key, { view, json });
    return json;
  };
}
