import { status } from "@grpc/grpc-js";
import type { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { callerMetadata } from "@rollcall/runtime/client";
import { StatusError } from "@rollcall/runtime/status";
import { currentTrace } from "@rollcall/runtime/trace";
import type { FilterAst } from "../scim/filter/ast.ts";
import { asLookup } from "../scim/filter/lookup.ts";
import { parseFilter } from "../scim/filter/parser.ts";
import { resolveFilter } from "../scim/filter/resolve.ts";
import { type ListQuery, parseListQuery } from "../scim/list.ts";
import { parseProjection } from "../scim/project.ts";
import type { Query } from "../scim/query.ts";
import { resolveSort } from "../scim/sort.ts";
import type { Answer, Exchange, ScimHandler } from "./exchange.ts";
import { pageAnswer, pageRequest, searchQueryOf } from "./list-page.ts";
import { isNotModified, requireMatch } from "./precondition.ts";
import { createReader, type Reader } from "./reader.ts";
import {
  entityTagFor,
  idOf,
  projectionOf,
  queryOf,
  recordAnswer,
  recordHeaders,
  render,
  viewFor,
} from "./representation.ts";
import type { Page, ResourceBinding, ScimRecord } from "./resource.ts";
import type { Session } from "./session.ts";

/** GET of one record, and of many by the URL or by the body of a POST. `reader` gives the batched reads of a token. */
export function createResourceReads<Message extends ScimRecord>(binding: ResourceBinding<Message>) {
  const { kind, calls } = binding;
  const readers = new WeakMap<Session, Reader<Message>>();

  const get: ScimHandler = async (exchange, session) => {
    const { headers } = exchange.request;
    const projection = projectionOf(exchange);
    const id = idOf(exchange);
    const record = await reader(session).get(id, viewFor(projection, exchange.view.schemas[kind]));
    if (!record) throw new StatusError(status.NOT_FOUND, binding.notFound, `There is no ${kind} with the id "${id}".`);
    requireMatch(headers["if-match"], record.version);
    const etag = entityTagFor(binding, record, projection, exchange);
    if (isNotModified(headers["if-none-match"], etag)) {
      return { status: 304, headers: recordHeaders(binding, record.id, etag, exchange) };
    }
    return recordAnswer(200, binding, record, projection, exchange);
  };

  const list: ScimHandler = (exchange, session) => listBy(queryOf(exchange), exchange, session);
  const search: ScimHandler = (exchange, session) => listBy(searchQueryOf(exchange), exchange, session);

  async function listBy(query: Query, exchange: Exchange, session: Session): Promise<Answer> {
    const projection = parseProjection(query);
    const asked = parseListQuery(query, exchange.view.limits.maxPageSize);
    const filter = asked.filter === undefined ? undefined : parseFilter(asked.filter);
    const view = viewFor(projection, exchange.view.schemas[kind]);
    const found = filter && (await lookUp(filter, asked, view, session));
    const page = found ?? (await listPage(filter, asked, view, exchange, session));
    const resources = page.records.map((record) => render(binding, record, projection, exchange));
    return pageAnswer(page, resources, asked);
  }

  /** Answers a list that is one exact lookup, in one call with those that arrive at the same time. */
  async function lookUp(
    filter: FilterAst,
    { cursor, sort, startIndex, count }: ListQuery,
    view: ScimRecordView,
    session: Session,
  ): Promise<Page<Message> | undefined> {
    // Lookups answer in the order of creation and know no cursors.
    const key = cursor === undefined && sort === undefined ? asLookup(filter, kind) : undefined;
    if (key === undefined) return undefined;
    const { records, truncated } = await reader(session).lookup(key, view);
    if (truncated) return undefined;
    const first = startIndex - 1;
    const shown = records.slice(first, first + count);
    return { records: shown, nextPageToken: "", previousPageToken: "", totalSize: records.length };
  }

  function listPage(
    filter: FilterAst | undefined,
    asked: ListQuery,
    view: ScimRecordView,
    exchange: Exchange,
    { digest }: Session,
  ): Promise<Page<Message>> {
    const schema = exchange.view.schemas[kind];
    return calls.list(
      {
        filter: filter && resolveFilter(filter, schema, { baseUrl: exchange.baseUrl }),
        sort: asked.sort && resolveSort(asked.sort, schema),
        view,
        ...pageRequest(asked),
      },
      { metadata: callerMetadata({ digest, traceparent: exchange.trace.traceparent }) },
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

  return { get, list, search, reader };
}
