import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { callerMetadata, type RpcOptions } from "@rollcall/runtime/client";
import { ScimError } from "../scim/error.ts";
import { patchChanges } from "../scim/patch.ts";
import { putChanges } from "../scim/put.ts";
import { validateResource } from "../scim/validate.ts";
import type { Exchange } from "./exchange.ts";
import { ifMatchVersions, isRefused } from "./precondition.ts";
import type { Reader } from "./reader.ts";
import type { ResourceBinding, ScimRecord } from "./resource.ts";
import type { Session } from "./session.ts";

/** One write of a record: a request of its own, or an operation of a Bulk request. */
export interface Write {
  /** Of the record. For a new one the id that it is to have, "" for any. */
  id: string;
  /** As JSON.parse gives it. Of no meaning to a deletion. */
  body?: unknown;
  /** As the headers of these names: a Bulk operation has the first as `version`. */
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/** A record after a write. */
export interface Written<Message> {
  record: Message;
  /** Whether `record` is without memberships that it has. */
  lacksMemberships: boolean;
}

/** The writes of one kind of record. `exchange` is the request that carries the write. */
export interface ResourceWrites<Message> {
  create(write: Write, exchange: Exchange, session: Session): Promise<Written<Message>>;
  put(write: Write, exchange: Exchange, session: Session): Promise<Written<Message>>;
  patch(write: Write, exchange: Exchange, session: Session): Promise<Written<Message>>;
  remove(write: Write, exchange: Exchange, session: Session): Promise<void>;
}

// A group's whole membership may change at once.
const WRITE_TIMEOUT_MS = 30_000;

/** POST, PUT, PATCH and DELETE. All that can be refused without the record is refused before the call. */
export function createResourceWrites<Message extends ScimRecord>(
  binding: ResourceBinding<Message>,
  reader: (session: Session) => Reader<Message>,
): ResourceWrites<Message> {
  const { kind, calls } = binding;

  /** The versions that a write applies to. Throws ScimError 412 where If-None-Match names what is there. */
  async function acceptedVersions({ id, ifMatch, ifNoneMatch }: Write, session: Session): Promise<number[]> {
    const ifVersions = ifMatchVersions(ifMatch);
    if (ifNoneMatch === undefined) return ifVersions;
    const record = await reader(session).get(id, ScimRecordView.SCIM_RECORD_VIEW_FULL);
    // What is not there is told by the write itself. A version never comes back, so that nobody can come between.
    const tags = record ? [binding.entityTag(record, true), binding.entityTag(record, false)] : [];
    if (isRefused(ifNoneMatch, tags))
      throw new ScimError(412, undefined, `The ${kind} has a version that If-None-Match names.`);
    return ifVersions;
  }

  return {
    async create({ id, body }, exchange, session) {
      const record = binding.toMessage(validateResource(body, exchange.view.schemas[kind]));
      const created = await calls.create(record, id, writeOptions(exchange, session));
      return { record: created, lacksMemberships: binding.createAnswersLess(record) };
    },

    async put(write, exchange, session) {
      const { schemas, putPolicy } = exchange.view;
      const schema = schemas[kind];
      const changes = putChanges(write.body, schema, putPolicy);
      const ifVersions = await acceptedVersions(write, session);
      const request = {
        id: write.id,
        changes,
        ifVersions,
        immutableAttributes: [...schema.immutablePaths],
        requiredAttributes: [...schema.requiredPaths],
      };
      const record = await calls.replace(request, writeOptions(exchange, session));
      return { record, lacksMemberships: binding.changeAnswersLess };
    },

    async patch(write, exchange, session) {
      const schema = exchange.view.schemas[kind];
      const changes = patchChanges(write.body, schema, exchange.baseUrl);
      const ifVersions = await acceptedVersions(write, session);
      const request = { id: write.id, changes, ifVersions, requiredAttributes: [...schema.requiredPaths] };
      const record = await calls.update(request, writeOptions(exchange, session));
      return { record, lacksMemberships: binding.changeAnswersLess };
    },

    async remove(write, exchange, session) {
      const ifVersions = await acceptedVersions(write, session);
      await calls.delete({ id: write.id, ifVersions }, writeOptions(exchange, session));
    },
  };
}

function writeOptions({ trace }: Exchange, { digest }: Session): RpcOptions {
  return { metadata: callerMetadata({ digest, traceparent: trace.traceparent }), timeoutMs: WRITE_TIMEOUT_MS };
}
