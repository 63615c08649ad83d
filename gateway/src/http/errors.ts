import { type ReasonName, StatusError } from "@rollcall/runtime/status";
import { ScimError, type ScimErrorBody, type ScimType } from "../scim/error.ts";
import { scimAttributeName } from "./attribute-name.ts";
import { JsonError } from "./json.ts";

/** How a request fails: the status line, the headers that the status asks for, and the body. */
export interface Failure {
  status: number;
  headers: Record<string, string>;
  body: ScimErrorBody;
  /** Whether the server is at fault, so that the error belongs in the log. */
  fault: boolean;
}

interface ReasonRow {
  status: number;
  scimType?: ScimType;
  /** The attribute or parameter that it always concerns: the detail is to name it. */
  about?: string;
  /** What the contract calls that. */
  called?: string;
  /** In place of the service's sentence, where SCIM clients ask in other words than the contract. */
  detail?: string;
}

/** What a reason of the contract is in HTTP and SCIM (RFC 7644 section 3.12, RFC 9865 section 2.1). */
export const REASONS: Record<ReasonName, ReasonRow> = {
  TOKEN_MISSING: { status: 401 },
  TOKEN_MALFORMED: { status: 401 },
  TOKEN_INVALID: { status: 401 },
  SCOPE_MISSING: { status: 403 },
  TOKEN_VERIFICATION_UNAVAILABLE: { status: 503 },
  RATE_LIMITED: { status: 429 },

  ACCOUNT_NOT_FOUND: { status: 404 },
  SCIM_USER_NOT_FOUND: { status: 404 },
  SCIM_GROUP_NOT_FOUND: { status: 404 },
  PERSON_NOT_FOUND: { status: 404 },
  ORGANIZATION_NOT_FOUND: { status: 404 },
  RULE_SET_NOT_FOUND: { status: 404 },
  EXECUTION_NOT_FOUND: { status: 404 },
  TOKEN_NOT_FOUND: { status: 404 },
  EXTENSION_SCHEMA_NOT_FOUND: { status: 404 },
  HOLD_NOT_FOUND: { status: 404 },

  ACCOUNT_ID_TAKEN: { status: 409, scimType: "uniqueness" },
  USER_NAME_TAKEN: { status: 409, scimType: "uniqueness", about: "userName" },
  DISPLAY_NAME_TAKEN: { status: 409, scimType: "uniqueness", about: "displayName" },
  PRIMARY_EMAIL_TAKEN: { status: 409, scimType: "uniqueness" },
  ORGANIZATION_NAME_TAKEN: { status: 409, scimType: "uniqueness" },
  SCHEMA_URN_TAKEN: { status: 409, scimType: "uniqueness" },
  SCIM_ID_TAKEN: { status: 409, scimType: "uniqueness", about: "id" },

  FIELD_INVALID: { status: 400, scimType: "invalidValue" },
  FILTER_INVALID: { status: 400, scimType: "invalidFilter" },
  FILTER_TOO_COSTLY: { status: 400, scimType: "tooMany" },
  PAGE_TOKEN_INVALID: { status: 400, scimType: "invalidCursor", about: "cursor", called: "page token" },
  PAGE_TOKEN_EXPIRED: { status: 400, scimType: "expiredCursor", about: "cursor", called: "page token" },
  SORT_INVALID: { status: 400, scimType: "invalidValue", about: "sortBy" },
  CHANGE_INVALID: { status: 400, scimType: "invalidValue" },
  TARGET_NOT_FOUND: { status: 400, scimType: "noTarget" },
  ATTRIBUTE_IMMUTABLE: { status: 400, scimType: "mutability" },
  MEMBER_NOT_FOUND: { status: 400, scimType: "invalidValue", about: "members" },
  REQUIRED_ATTRIBUTE_MISSING: { status: 400, scimType: "invalidValue" },
  RULE_SET_INVALID: { status: 400, scimType: "invalidValue" },
  MEMBER_CYCLE: { status: 400, scimType: "invalidValue", about: "members" },

  VERSION_MISMATCH: { status: 412 },
  TOKEN_NOT_ACTIVE: { status: 409 },
  EXTENSION_SCHEMA_IN_USE: { status: 409 },
  RULE_SET_OUTDATED: { status: 409 },
  LAST_OWNER: { status: 409 },
  HOLD_NOT_ACTIVE: { status: 409 },
  PLAN_LIMIT_REACHED: { status: 429 },

  RESPONSE_TOO_LARGE: {
    status: 400,
    scimType: "tooMany",
    detail:
      "The answer would be too large. Ask without members by excludedAttributes=members, or for fewer resources by count.",
  },

  UNAVAILABLE: { status: 503 },
  INTERNAL: { status: 500 },
};

const RETRY_AFTER_SECONDS = 5;

/** Turns anything thrown into a SCIM error. What is not known says nothing but the trace id. */
export function toFailure(error: unknown, traceId: string): Failure {
  if (error instanceof ScimError) return failure(error.status, error.scimType, error.detail);
  if (error instanceof JsonError) return failure(400, "invalidSyntax", error.message);
  if (error instanceof StatusError) return ofStatusError(error, traceId);
  return ofFastifyError(error) ?? serverFault(traceId);
}

function ofStatusError(error: StatusError, traceId: string): Failure {
  // A service may know reasons that this build does not.
  const row = Object.hasOwn(REASONS, error.reason) ? REASONS[error.reason] : REASONS.INTERNAL;
  switch (row.status) {
    case 401:
      return failure(401, undefined, error.message, { "www-authenticate": challenge(error.reason) });
    case 403:
      return failure(403, undefined, error.message, {
        "www-authenticate": `${REALM}, error="insufficient_scope", scope="scim"`,
      });
    case 429:
      return failure(429, undefined, error.message, retryAfter(error));
    case 500:
      return serverFault(traceId);
    case 503: {
      // gRPC's own sentences tell addresses of the inside.
      const detail = `The service cannot answer at present. Try again in a few seconds. Trace id: ${traceId}.`;
      return { ...failure(503, undefined, detail, retryAfter(error)), fault: true };
    }
    default:
      return failure(row.status, row.scimType, row.detail ?? sentence(error, row));
  }
}

const REALM = 'Bearer realm="rollcall"';

/** RFC 6750 section 3.1: who sent no token learns no error code. */
function challenge(reason: ReasonName): string {
  return reason === "TOKEN_MISSING" ? REALM : `${REALM}, error="invalid_token"`;
}

function retryAfter(error: StatusError): Record<string, string> {
  return { "retry-after": String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS) };
}

/** The service's sentence with attributes by their SCIM names. One that names none gets it in front. */
function sentence({ message, violations, metadata }: StatusError, { about, called }: ReasonRow): string {
  if (violations.length > 0)
    return violations.map(({ field, description }) => `${scimAttributeName(field)}: ${description}`).join(" ");
  const path = metadata["attribute"] ?? called;
  const name = path && path !== called ? scimAttributeName(path) : about;
  const text = path && name ? message.replaceAll(path, name) : message;
  return name === undefined || text.includes(name) ? text : `${name}: ${text}`;
}

function serverFault(traceId: string): Failure {
  const detail = `The server failed to answer. The fault has been logged. Trace id: ${traceId}.`;
  return { ...failure(500, undefined, detail), fault: true };
}

const FASTIFY_ERRORS: Record<string, [status: number, scimType: ScimType | undefined, detail: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, undefined, "The body is too large: at most 1 MiB, for groups and Bulk 4 MiB."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, undefined, "The body must be application/scim+json or application/json."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, "invalidSyntax", "The body is not as long as Content-Length says."],
  FST_ERR_BAD_URL: [400, "invalidValue", "The path has an invalid percent-encoding."],
  FST_ERR_MAX_PARAM_LENGTH: [404, undefined, "There is no such resource."],
};

function ofFastifyError(error: unknown): Failure | undefined {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  if (!Object.hasOwn(FASTIFY_ERRORS, code)) return undefined;
  const [status, scimType, detail] = FASTIFY_ERRORS[code] as [number, ScimType | undefined, string];
  return failure(status, scimType, detail);
}

function failure(
  status: number,
  scimType: ScimType | undefined,
  detail: string,
  headers: Record<string, string> = {},
): Failure {
  return { status, headers, body: new ScimError(status, scimType, detail).toBody(), fault: false };
}
