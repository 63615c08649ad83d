import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { RpcOptions } from "@rollcall/runtime/client";
import type { ReasonName } from "@rollcall/runtime/status";
import type { ResourceSchema } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import type { ValidatedResource } from "../scim/validate.ts";
import type { BodyLimits, Route } from "./exchange.ts";
import type { BatchCalls } from "./reader.ts";
import { createResourceReads } from "./resource-reads.ts";
import { createResourceWrites } from "./resource-writes.ts";

/** One kind of SCIM resource and the service that keeps its records. */
export interface ResourceBinding<Message> {
  schema: ResourceSchema;
  limits: BodyLimits;
  /** Why an unknown id is refused. */
  notFound: ReasonName;
  toMessage(resource: ValidatedResource): Message;
  /** The entity tag of what a client sees, with or without `groups` or `members`. */
  entityTag(message: Message, showsMemberships: boolean): string;
  toResource(message: Message, baseUrl: string, entityTag: string): Resource;
  calls: ResourceCalls<Message>;
  /** Whether the answer to creating a record lacks memberships that the record has. */
  createAnswersLess(sent: Message): boolean;
  /** Whether the answer to changing a record lacks its memberships, since there may be very many. */
  changeAnswersLess: boolean;
  /** Whether PATCH answers with the resource only where the query names attributes (RFC 7644 section 3.5.2). */
  patchAnswersNothing: boolean;
}

/** The service's methods, in the same words for every kind. */
export interface ResourceCalls<Message> extends BatchCalls<Message> {
  create(record: Message, options: RpcOptions): Promise<Message>;
  list(request: ListRequest, options: RpcOptions): Promise<Page<Message>>;
  update(request: WriteRequest, options: RpcOptions): Promise<Message>;
  replace(request: WriteRequest, options: RpcOptions): Promise<Message>;
  delete(request: Omit<WriteRequest, "changes">, options: RpcOptions): Promise<unknown>;
}

/** As ListScimUsersRequest. */
export interface ListRequest {
  filter: Filter | undefined;
  pageSize: number;
  pageToken: string;
  startIndex: number;
  view: ScimRecordView;
}

/** As ListScimUsersResponse. */
export interface Page<Message> {
  records: Message[];
  nextPageToken: string;
  totalSize: number;
}

/** As UpdateScimUserRequest. */
export interface WriteRequest {
  id: string;
  changes: Change[];
  ifVersions: number[];
}

/** What the adapter needs to know of a record. */
export interface ScimRecord {
  id: string;
  version: number;
}

/** The routes of one kind of resource (RFC 7644 sections 3.3 to 3.6). */
export function resourceRoutes<Message extends ScimRecord>(binding: ResourceBinding<Message>): Route[] {
  const { endpoint } = binding.schema;
  const { limits } = binding;
  const { get, list, reader } = createResourceReads(binding);
  const { create, put, patch, remove } = createResourceWrites(binding, reader);
  const one = `${endpoint}/:id`;
  return [
    { method: "POST", path: endpoint, access: "scim", limits, handler: create },
    { method: "GET", path: endpoint, access: "scim", handler: list },
    { method: "GET", path: one, access: "scim", handler: get },
    { method: "PUT", path: one, access: "scim", limits, handler: put },
    { method: "PATCH", path: one, access: "scim", limits, handler: patch },
    { method: "DELETE", path: one, access: "scim", handler: remove },
  ];
}
