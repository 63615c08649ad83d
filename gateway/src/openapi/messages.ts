import { scimTypes } from "../scim/error.ts";
import { maxPatchOperations } from "../scim/patch.ts";
import type { DocumentOptions, OpenApi } from "./document.ts";

const text = { type: "string" };
const whole = { type: "integer" };
const names = { type: "array", items: text };

/** components.schemas of the messages of RFC 7644, which no SCIM schema describes. */
export function messageSchemas({ maxBulkOperations }: Pick<DocumentOptions, "maxBulkOperations">): OpenApi {
  return {
    Error: message(
      "Error",
      {
        status: { ...text, description: "The HTTP status." },
        scimType: {
          ...text,
          enum: scimTypes,
          description: "What kind of fault it is, where the RFCs have a word for it.",
        },
        detail: { ...text, description: "A sentence for people. It names the attribute or parameter." },
      },
      ["schemas", "status", "detail"],
    ),
    ListResponse: message(
      "ListResponse",
      {
        totalResults: { ...whole, description: "Of all pages." },
        itemsPerPage: { ...whole, description: "On this page." },
        startIndex: { ...whole, description: "Of the page's first resource. Not with a cursor." },
        nextCursor: { ...text, description: "Cursor of the next page. Missing on the last one." },
        previousCursor: { ...text, description: "Cursor of the page before. Missing on the first one." },
        Resources: { type: "array", items: { type: "object" } },
      },
      ["schemas", "totalResults", "itemsPerPage", "Resources"],
    ),
    SearchRequest: message("SearchRequest", {
      filter: text,
      sortBy: text,
      sortOrder: { ...text, enum: ["ascending", "descending"] },
      startIndex: whole,
      count: whole,
      cursor: text,
      attributes: names,
      excludedAttributes: names,
    }),
    PatchOp: message(
      "PatchOp",
      {
        Operations: {
          type: "array",
          maxItems: maxPatchOperations,
          items: {
            type: "object",
            properties: {
              op: { ...text, examples: ["add", "replace", "remove"], description: "In any letter case." },
              path: { ...text, examples: ['emails[type eq "work"].value'] },
              value: { description: "Any JSON. Of add and replace; of remove the values that are to go." },
            },
            required: ["op"],
          },
        },
      },
      ["Operations"],
    ),
    BulkRequest: message(
      "BulkRequest",
      {
        failOnErrors: { ...whole, description: "After so many errors nothing more is done." },
        Operations: {
          type: "array",
          maxItems: maxBulkOperations,
          items: {
            type: "object",
            properties: {
              method: { ...text, examples: ["POST", "PUT", "PATCH", "DELETE"] },
              path: { ...text, examples: ["/Users", "/Groups/bulkId:sales"] },
              bulkId: { ...text, description: "Name of what POST creates, for other operations: bulkId:name." },
              version: { ...text, description: "As If-Match." },
              data: { type: "object", description: "The body that the request by itself would have." },
            },
            required: ["method", "path"],
          },
        },
      },
      ["Operations"],
    ),
    BulkResponse: message(
      "BulkResponse",
      {
        Operations: {
          type: "array",
          items: {
            type: "object",
            properties: {
              method: text,
              bulkId: text,
              location: text,
              version: text,
              status: { ...text, description: "The HTTP status that the request by itself would get." },
              response: { $ref: "#/components/schemas/Error" },
            },
            required: ["method", "status"],
          },
        },
      },
      ["schemas", "Operations"],
    ),
    OpenApi: { type: "object", description: "An OpenAPI 3.1 document." },
    JsonSchema: { type: "object", description: "A JSON Schema of draft 2020-12." },
  };
}

function message(name: string, properties: OpenApi, required: readonly string[] = []): OpenApi {
  const urn = `urn:ietf:params:scim:api:messages:2.0:${name}`;
  return {
    type: "object",
    properties: { schemas: { ...names, examples: [[urn]] }, ...properties },
    ...(required.length > 0 && { required }),
  };
}
