import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ResourceSchema } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import { needsMemberships, type Projection, parseProjection, project } from "../scim/project.ts";
import { type Query, urlQuery } from "../scim/query.ts";
import type { Answer, Exchange } from "./exchange.ts";
import type { ResourceBinding } from "./resource.ts";

/** The parameters of a request's URL. */
export function queryOf({ request }: Exchange): Query {
  return urlQuery(request.query as Query);
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
export function viewFor(projection: Projection | undefined, schema: ResourceSchema): ScimRecordView {
  return needsMemberships(projection, schema)
    ? ScimRecordView.SCIM_RECORD_VIEW_FULL
    : ScimRecordView.SCIM_RECORD_VIEW_BASIC;
}

/** The entity tag of a record as the client asked to see it. */
export function entityTagFor<Message>(
  { kind, entityTag }: ResourceBinding<Message>,
  record: Message,
  projection: Projection | undefined,
  { view }: Exchange,
): string {
  return entityTag(record, needsMemberships(projection, view.schemas[kind]));
}

/** A record as the client asked to see it. */
export function render<Message>(
  binding: ResourceBinding<Message>,
  record: Message,
  projection: Projection | undefined,
  exchange: Exchange,
): Resource {
  const schema = exchange.view.schemas[binding.kind];
  const tag = entityTagFor(binding, record, projection, exchange);
  return project(binding.toResource(record, exchange.baseUrl, tag, schema), projection, schema);
}

/** The answer that shows one record. */
export function recordAnswer<Message>(
  status: number,
  binding: ResourceBinding<Message>,
  record: Message,
  projection: Projection | undefined,
  exchange: Exchange,
): Answer {
  const resource = render(binding, record, projection, exchange);
  const etag = entityTagFor(binding, record, projection, exchange);
  const headers = recordHeaders(binding, String(resource["id"]), etag, exchange);
  return { status, body: JSON.stringify(resource), headers };
}

/** The headers of an answer about one record. RFC 7643 section 3.1: Content-Location is the same as meta.location. */
export function recordHeaders(
  { endpoint }: Pick<ResourceBinding<never>, "endpoint">,
  id: string,
  etag: string,
  { baseUrl }: Exchange,
): Record<string, string> {
  return { etag, "content-location": `${baseUrl}${endpoint}/${id}` };
}
