import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { needsMemberships, type Projection } from "../scim/project.ts";
import { parseBody } from "./body.ts";
import { entityTag } from "./entity-tag.ts";
import type { Exchange, ScimHandler } from "./exchange.ts";
import { isTooLarge, type Reader } from "./reader.ts";
import { idOf, projectionOf, queryOf, recordAnswer } from "./representation.ts";
import type { ResourceBinding, ScimRecord } from "./resource.ts";
import type { ResourceWrites, Write, Written } from "./resource-writes.ts";
import type { Session } from "./session.ts";

/** POST, PUT, PATCH and DELETE of one resource, each a request of its own. */
export function createWriteHandlers<Message extends ScimRecord>(
  binding: ResourceBinding<Message>,
  writes: ResourceWrites<Message>,
  reader: (session: Session) => Reader<Message>,
) {
  const { kind, endpoint, limits } = binding;

  const create: ScimHandler = async (exchange, session) => {
    const projection = projectionOf(exchange);
    const written = await writes.create({ id: "", body: parseBody(exchange, limits) }, exchange, session);
    const { id } = written.record;
    exchange.recordId = id;
    const answer = recordAnswer(
      201,
      binding,
      await shown(written, projection, exchange, session),
      projection,
      exchange,
    );
    return { ...answer, headers: { ...answer.headers, location: `${exchange.baseUrl}${endpoint}/${id}` } };
  };

  const put: ScimHandler = async (exchange, session) => {
    const projection = projectionOf(exchange);
    const written = await writes.put(writeWithBody(exchange), exchange, session);
    return recordAnswer(200, binding, await shown(written, projection, exchange, session), projection, exchange);
  };

  const patch: ScimHandler = async (exchange, session) => {
    const projection = projectionOf(exchange);
    const written = await writes.patch(writeWithBody(exchange), exchange, session);
    if (binding.patchAnswersNothing && queryOf(exchange)["attributes"] === undefined)
      return { status: 204, headers: { etag: entityTag(written.record.version) } };
    return recordAnswer(200, binding, await shown(written, projection, exchange, session), projection, exchange);
  };

  const remove: ScimHandler = async (exchange, session) => {
    await writes.remove(writeOf(exchange), exchange, session);
    return { status: 204 };
  };

  function writeWithBody(exchange: Exchange): Write {
    return { ...writeOf(exchange), body: parseBody(exchange, limits) };
  }

  /** RFC 7644 section 3.5 wants the whole resource shown. */
  async function shown(
    { record, lacksMemberships }: Written<Message>,
    projection: Projection | undefined,
    { view }: Exchange,
    session: Session,
  ): Promise<Message> {
    if (!lacksMemberships || !needsMemberships(projection, view.schemas[kind])) return record;
    try {
      // Where the record is gone again already, what the write answered is still true of it.
      return (await reader(session).get(record.id, ScimRecordView.SCIM_RECORD_VIEW_FULL)) ?? record;
    } catch (error) {
      // The write is done, and an error would tell otherwise.
      if (isTooLarge(error)) return record;
      throw error;
    }
  }

  return { create, put, patch, remove };
}

function writeOf(exchange: Exchange): Write {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = exchange.request.headers;
  return { id: idOf(exchange), ifMatch, ifNoneMatch };
}
