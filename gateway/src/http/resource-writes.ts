import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { callerMetadata, type RpcOptions } from "@rollcall/runtime/client";
import { patchChanges } from "../scim/patch.ts";
import { needsMemberships, type Projection } from "../scim/project.ts";
import { putChanges } from "../scim/put.ts";
import { validateResource } from "../scim/validate.ts";
import { parseBody } from "./body.ts";
import { entityTag } from "./entity-tag.ts";
import type { Exchange, ScimHandler } from "./exchange.ts";
import { ifMatchVersions } from "./precondition.ts";
import type { Reader } from "./reader.ts";
import { idOf, projectionOf, queryOf, recordAnswer } from "./representation.ts";
import type { ResourceBinding, ScimRecord, WriteRequest } from "./resource.ts";
import type { Session } from "./session.ts";

// A group's whole membership may change at once.
const WRITE_TIMEOUT_MS = 30_000;

/** POST, PUT, PATCH and DELETE. All that can be refused without the record is refused before the call. */
export function createResourceWrites<Message extends ScimRecord>(
  binding: ResourceBinding<Message>,
  reader: (session: Session) => Reader<Message>,
) {
  const { schema, calls, limits } = binding;

  const create: ScimHandler = async (exchange, session) => {
    const projection = projectionOf(exchange);
    const record = binding.toMessage(validateResource(parseBody(exchange, limits), schema));
    const created = await calls.create(record, writeOptions(exchange, session));
    const isLess = binding.createAnswersLess(record);
    const complete = isLess ? await withMemberships(created, projection, session) : created;
    const answer = recordAnswer(201, binding, complete, projection, exchange);
    const location = `${exchange.baseUrl}${schema.endpoint}/${created.id}`;
    return { ...answer, headers: { ...answer.headers, location } };
  };

  const put: ScimHandler = async (exchange, session) => {
    const projection = projectionOf(exchange);
    const request = writeRequest(exchange, putChanges(parseBody(exchange, limits), schema));
    const written = await calls.replace(request, writeOptions(exchange, session));
    return recordAnswer(200, binding, await shown(written, projection, session), projection, exchange);
  };

  const patch: ScimHandler = async (exchange, session) => {
    const projection = projectionOf(exchange);
    const request = writeRequest(exchange, patchChanges(parseBody(exchange, limits), schema));
    const written = await calls.update(request, writeOptions(exchange, session));
    if (binding.patchAnswersNothing && queryOf(exchange)["attributes"] === undefined)
      return { status: 204, headers: { etag: entityTag(written.version) } };
    return recordAnswer(200, binding, await shown(written, projection, session), projection, exchange);
  };

  const remove: ScimHandler = async (exchange, session) => {
    const { id, ifVersions } = writeRequest(exchange, []);
    await calls.delete({ id, ifVersions }, writeOptions(exchange, session));
    return { status: 204 };
  };

  function shown(written: Message, projection: Projection | undefined, session: Session) {
    return binding.changeAnswersLess ? withMemberships(written, projection, session) : written;
  }

  /** RFC 7644 section 3.5 wants the whole resource shown. */
  async function withMemberships(record: Message, projection: Projection | undefined, session: Session) {
    if (!needsMemberships(projection, schema.kind)) return record;
    // Where the record is gone again already, what the write answered is still true of it.
    return (await reader(session).get(record.id, ScimRecordView.SCIM_RECORD_VIEW_FULL)) ?? record;
  }

  return { create, put, patch, remove };
}

function writeRequest(exchange: Exchange, changes: Change[]): WriteRequest {
  return { id: idOf(exchange), changes, ifVersions: ifMatchVersions(exchange.request.headers["if-match"]) };
}

function writeOptions({ trace }: Exchange, { digest }: Session): RpcOptions {
  return { metadata: callerMetadata({ digest, traceparent: trace.traceparent }), timeoutMs: WRITE_TIMEOUT_MS };
}
