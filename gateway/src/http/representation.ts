import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ResourceKind } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import { needsMemberships, type Projection, parseProjection, project } from "../scim/project.ts";
import type { Query } from "../scim/query.ts";
import type { Answer, Exchange } from "./exchange.ts";
import type { ResourceBinding } from "./resource.ts";

/** The parameters of a request's URL. */
export function queryOf({ request }: Exchange): Query {
  return request.query as Query;
}

/** The id in a request's path. */
export function idOf({ request }: Exchange): string {
  return (request.params as { id: string }).id;
}

/** Which attributes the client wants (RFC 7644 section 3.9). */
export function projectionOf(exchange: Exchange): Projection | undefined {
  return parseProjection(queryOf(exchange));
}

/** The least of a record that has to be read for a projection. */
export function viewFor(projection: Projection | undefined, kind: ResourceKind): ScimRecordView {
  return needsMemberships(projection, kind)
    ? ScimRecordView.SCIM_RECORD_VIEW_FULL
    : ScimRecordView.SCIM_RECORD_VIEW_BASIC;
}

/** The entity tag of a record as the client asked to see it. */
export function entityTagFor<Message>(
  { schema, entityTag }: ResourceBinding<Message>,
  record: Message,
  projection: Projection | undefined,
): string {
  return entityTag(record, needsMemberships(projection, schema.kind));
}

/** A record as the client asked to see it. */
export function render<Message>(
  binding: ResourceBinding<Message>,
  record: Message,
  projection: Projection | undefined,
  { baseUrl }: Exchange,
): Resource {
  const { schema, toResource } = binding;
  return project(toResource(record, baseUrl, entityTagFor(binding, record, projection)), projection, schema);
}

/** The answer that shows one record. */
export function recordAnswer<Message>(
  status: number,
  binding: ResourceBinding<Message>,
  record: Message,
  projection: Projection | undefined,
  exchange: Exchange,
): Answer {
  const body = JSON.stringify(render(binding, record, projection, exchange));
  return { status, body, headers: { etag: entityTagFor(binding, record, projection) } };
}
