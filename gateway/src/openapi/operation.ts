/** What the OpenAPI document says of a route, apart from what its method, path and limits say already. */
export interface Operation {
  /** Unique, and the same in every release: client generators make method names of it. */
  id: string;
  summary: string;
  /** What the body has to be. Undefined: it takes none. */
  takes?: BodyName;
  /** Successful answers by status, "empty" where there is no body. A route that only refuses has none. */
  answers: Readonly<Record<number, BodyName | "empty">>;
  /** What a list has. Default: resources of the route's kind, or of every kind. */
  lists?: readonly BodyName[];
  /** Parameters of the URL, in groups. */
  query?: readonly QueryGroup[];
  /** Whether it heeds If-Match and If-None-Match (RFC 7644 section 3.14). */
  conditional?: boolean;
  /** Errors that do not follow from the rest. */
  errors?: readonly number[];
}

/** Bodies, by their names under components.schemas. */
export type BodyName =
  | "User"
  | "Group"
  | "PatchOp"
  | "ListResponse"
  | "SearchRequest"
  | "BulkRequest"
  | "BulkResponse"
  | "ServiceProviderConfig"
  | "ResourceType"
  | "Schema"
  | "OpenApi"
  | "JsonSchema";

/** `list`: which resources, in what order, which page. `projection`: which of their attributes. */
export type QueryGroup = "list" | "projection";
