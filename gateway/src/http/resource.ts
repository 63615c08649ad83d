import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { ScimRecordView, Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { RpcOptions } from "@rollcall/runtime/client";
import type { ReasonName } from "@rollcall/runtime/status";
import type { ResourceKind, ResourceSchema } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import type { ValidatedResource } from "../scim/validate.ts";
import type { BodyLimits, Route } from "./exchange.ts";
import type { BatchCalls } from "./reader.ts";
import { createResourceReads } from "./resource-reads.ts";
import { createResourceWrites } from "./resource-writes.ts";
import { createWriteHandlers } from "./write-handlers.ts";

/** One kind of SCIM resource and the service that keeps its records. */
export interface ResourceBinding<Message> {
  kind: ResourceKind;
  /** Path below the base URL, e.g. "/Users". */
  endpoint: string;
  limits: BodyLimits;
  /** Why an unknown id is refused. */
  notFound: ReasonName;
  toMessage(resource: ValidatedResource): Message;
  /** The entity tag of what a client sees, with or without `groups` or `members`. */
  entityTag(message: Message, showsMemberships: boolean): string;
  toResource(message: Message, baseUrl: string, entityTag: string, schema: ResourceSchema): Resource;
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
  /** `id` "": the service makes one. */
  create(record: Message, id: string, options: RpcOptions): Promise<Message>;
  list(request: ListRequest, options: RpcOptions): Promise<Page<Message>>;
  update(request: UpdateRequest, options: RpcOptions): Promise<Message>;
  replace(request: ReplaceRequest, options: RpcOptions): Promise<Message>;
  delete(request: WriteRequest, options: RpcOptions): Promise<unknown>;
}

/** As ListScimUsersRequest. */
export interface ListRequest {
  filter: Filter | undefined;
  pageSize: number;
  pageToken: string;
  startIndex: number;
  view: ScimRecordView;
  sort: Sort | undefined;
}

/** As ListScimUsersResponse. */
export interface Page<Message> {
  records: Message[];
  nextPageToken: string;
  previousPageToken: string;
  totalSize: number;
}

/** As DeleteScimUserRequest. */
export interface WriteRequest {
  id: string;
  ifVersions: number[];
}

/** As UpdateScimUserRequest. */
export interface UpdateRequest extends WriteRequest {
  changes: Change[];
  requiredAttributes: string[];
}

/** As ReplaceScimUserRequest. */
export interface ReplaceRequest extends UpdateRequest {
  immutableAttributes: string[];
}

/** What the adapter needs to know of a record. */
export interface ScimRecord {
  id: string;
  version: number;
}

/** The routes of one kind of resource (RFC 7644 sections 3.3 to 3.6). */
export function resourceRoutes<Message extends ScimRecord>(binding: ResourceBinding<Message>): Route[] {
  const { kind, endpoint, limits, patchAnswersNothing } = binding;
  const { get, list, search, reader } = createResourceReads(binding);
  const { create, put, patch, remove } = createWriteHandlers(binding, createResourceWrites(binding, reader), reader);
  const one = `${endpoint}/:id`;
  const noun = kind.toLowerCase();
  const query = ["projection"] as const;
  const conditional = true;
  return [
    {
      method: "POST",
      path: endpoint,
      kind,
      access: "scim",
      limits,
      handler: create,
      operation: { id: `create${kind}`, summary: `Create a ${noun}.`, takes: kind, answers: { 201: kind }, query },
    },
    {
      method: "GET",
      path: endpoint,
      kind,
      access: "scim",
      handler: list,
      operation: {
        id: `list${kind}s`,
        summary: `List ${noun}s, all of them or those that a filter selects.`,
        answers: { 200: "ListResponse" },
        query: ["list", "projection"],
      },
    },
    {
      method: "POST",
      path: `${endpoint}/.search`,
      kind,
      access: "scim",
      handler: search,
      operation: {
        id: `search${kind}s`,
        summary: `List ${noun}s, with the query in the body.`,
        takes: "SearchRequest",
        answers: { 200: "ListResponse" },
      },
    },
    {
      method: "GET",
      path: one,
      kind,
      access: "scim",
      handler: get,
      operation: {
        id: `get${kind}`,
        summary: `Read a ${noun}.`,
        answers: { 200: kind },
        query,
        conditional,
      },
    },
    {
      method: "PUT",
      path: one,
      kind,
      access: "scim",
      limits,
      handler: put,
      operation: {
        id: `replace${kind}`,
        summary: `Set a ${noun}'s attributes. What is left out stays or goes by the connection's PUT policy.`,
        takes: kind,
        answers: { 200: kind },
        query,
        conditional,
      },
    },
    {
      method: "PATCH",
      path: one,
      kind,
      access: "scim",
      limits,
      handler: patch,
      operation: {
        id: `patch${kind}`,
        summary: `Change some of a ${noun}'s attributes.`,
        takes: "PatchOp",
        answers: patchAnswersNothing ? { 200: kind, 204: "empty" } : { 200: kind },
        query,
        conditional,
      },
    },
    {
      method: "DELETE",
      path: one,
      kind,
      access: "scim",
      handler: remove,
      operation: { id: `delete${kind}`, summary: `Delete a ${noun}.`, answers: { 204: "empty" }, conditional },
    },
  ];
}
