import { status } from "@grpc/grpc-js";
import type { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { callerMetadata } from "@rollcall/runtime/client";
import { StatusError } from "@rollcall/runtime/status";
import { currentTrace } from "@rollcall/runtime/trace";
import type { FilterAst } from "../scim/filter/ast.ts";
import { asLookup } from "../scim/filter/lookup.ts";
import { parseFilter } from "../scim/filter/parser.ts";
import { resolveFilter } from "../scim/filter/resolve.ts";
import { type ListQuery, listResponse, parseListQuery } from "../scim/list.ts";
import type { ScimHandler } from "./exchange.ts";
import { isNotModified } from "./precondition.ts";
import { createReader, type Reader } from "./reader.ts";
import { entityTagFor, idOf, projectionOf, queryOf, recordAnswer, render, viewFor } from "./representation.ts";
import type { Page, ResourceBinding, ScimRecord } from "./resource.ts";
import type { Session } from "./session.ts";

/** GET of one record and of many. `reader` gives the batched reads of a token. */
export function createResourceReads<Message extends ScimRecord>(binding: ResourceBinding<Message>) {
  const { schema, calls } = binding;
  const { kind } = schema;
  const readers = new WeakMap<Session, Reader<Message>>();

  const get: ScimHandler = async (exchange, session) => {
    const projection = projectionOf(exchange);
    const id = idOf(exchange);
    const record = await reader(session).get(id, viewFor(projection, kind));
    if (!record) throw new StatusError(status.NOT_FOUND, binding.notFound, `There is no ${kind} with the id "${id}".`);
    const etag = entityTagFor(binding, record, projection);
    if (isNotModified(exchange.request.headers["if-none-match"], etag)) return { status: 304, headers: { etag } };
    return recordAnswer(200, binding, record, projection, exchange);
  };

  const list: ScimHandler = async (exchange, session) => {
    const query = queryOf(exchange);
    const projection = projectionOf(exchange);
    const asked = parseListQuery(query);
    const filter = asked.filter === undefined ? undefined : parseFilter(asked.filter);
    const view = viewFor(projection, kind);
    const found = filter && (await lookUp(filter, asked, view, session));
    const page = found ?? (await listPage(filter, asked, view, session, exchange.trace.traceparent));
    const body = listResponse({
      resources: page.records.map((record) => render(binding, record, projection, exchange)),
      totalResults: page.totalSize,
      ...(asked.cursor === undefined ? { startIndex: asked.startIndex } : { nextCursor: page.nextPageToken }),
    });
    return { status: 200, body: JSON.stringify(body) };
  };

  /** Answers a list that is one exact lookup, in one call with those that arrive at the same time. */
  async function lookUp(
    filter: FilterAst,
    { cursor, startIndex, count }: ListQuery,
    view: ScimRecordView,
    session: Session,
  ): Promise<Page<Message> | undefined> {
    const key = cursor === undefined ? asLookup(filter, kind) : undefined;
    if (key === undefined) return undefined;
    const { records, truncated } = await reader(session).lookup(key, view);
    if (truncated) return undefined;
    const first = startIndex - 1;
    return { records: records.slice(first, first + count), nextPageToken: "", totalSize: records.length };
  }

  function listPage(
    filter: FilterAst | undefined,
    { cursor, startIndex, count }: ListQuery,
    view: ScimRecordView,
    { digest }: Session,
    traceparent: string,
  ): Promise<Page<Message>> {
    return calls.list(
      {
        filter: filter && resolveFilter(filter, schema),
        pageSize: count,
        pageToken: cursor ?? "",
        startIndex: cursor === undefined ? startIndex : 0,
        view,
      },
      { metadata: callerMetadata({ digest, traceparent }) },
    );
  }

  function reader(session: Session): Reader<Message> {
    let found = readers.get(session);
    if (!found) {
      const { digest } = session;
      // A batch belongs to many requests: it carries the trace of the one that sends it off.
      found = createReader(calls, () => ({
        metadata: callerMetadata({ digest, traceparent: currentTrace().traceparent }),
      }));
      readers.set(session, found);
    }
    return found;
  }

  return { get, list, reader };
}
