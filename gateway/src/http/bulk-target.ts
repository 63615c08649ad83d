import { LookupAttribute, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { BulkMethod } from "../scim/bulk.ts";
import { ScimError } from "../scim/error.ts";
import { isObject } from "../scim/json.ts";
import type { BodyLimits, Exchange } from "./exchange.ts";
import type { ResourceBinding, ScimRecord } from "./resource.ts";
import { createResourceReads } from "./resource-reads.ts";
import { createResourceWrites, type Write } from "./resource-writes.ts";
import type { Session } from "./session.ts";

/** One kind of resource as Bulk writes it: by the code that serves requests of their own. */
export interface BulkTarget {
  endpoint: string;
  limits: BodyLimits;
  write(method: BulkMethod, write: Write, exchange: Exchange, session: Session): Promise<BulkWritten>;
  /** The id of the inactive record that a new one of this name would bring back, where there is one. */
  inactiveIdOf(name: string, session: Session): Promise<string | undefined>;
}

/** What a write came to. */
export interface BulkWritten {
  /** That a request of its own would have got. */
  status: number;
  id: string;
  /** The entity tag. Undefined: the resource is gone. */
  version: string | undefined;
}

/** Bulk's side of a binding. */
export function bulkTarget<Message extends ScimRecord & { active?: boolean | undefined }>(
  binding: ResourceBinding<Message>,
): BulkTarget {
  const { endpoint, limits, patchAnswersNothing } = binding;
  const { reader } = createResourceReads(binding);
  const { create, put, patch, remove } = createResourceWrites(binding, reader);

  return {
    endpoint,
    limits,
    async write(method, write, exchange, session) {
      checkSize(write.body, exchange, limits);
      if (method === "DELETE") {
        await remove(write, exchange, session);
        return { status: 204, id: write.id, version: undefined };
      }
      const status = { POST: 201, PUT: 200, PATCH: patchAnswersNothing ? 204 : 200 }[method];
      const { record } = await { POST: create, PUT: put, PATCH: patch }[method](write, exchange, session);
      return { status, id: record.id, version: binding.entityTag(record, true) };
    },
    async inactiveIdOf(value, session) {
      const key = { attribute: LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME, value };
      const { records } = await reader(session).lookup(key, ScimRecordView.SCIM_RECORD_VIEW_BASIC);
      return records.find(({ active }) => active === false)?.id;
    },
  };
}

/** An operation's data has the limits that it would have as a request of its own. */
function checkSize(data: unknown, { request }: Exchange, { bytes, keys }: BodyLimits): void {
  const whole = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  if (whole > bytes && Buffer.byteLength(JSON.stringify(data) ?? "") > bytes) {
    throw new ScimError(413, undefined, `data is too large: at most ${bytes / 1_024 / 1_024} MiB.`);
  }
  if (keysIn(data) > keys) throw new ScimError(400, "invalidSyntax", `data has more than ${keys} keys.`);
}

function keysIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + keysIn(item), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + keysIn(item), 0);
}
