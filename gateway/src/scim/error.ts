/** Detail error keywords of RFC 7644 table 9 and RFC 9865 section 2.1. */
export const scimTypes = [
  "invalidFilter",
  "tooMany",
  "uniqueness",
  "mutability",
  "invalidSyntax",
  "invalidPath",
  "noTarget",
  "invalidValue",
  "invalidVers",
  "sensitive",
  "invalidCursor",
  "expiredCursor",
  "invalidCount",
] as const;

/** One of them. */
export type ScimType = (typeof scimTypes)[number];

/** The body of an error answer (RFC 7644 section 3.12). */
export interface ScimErrorBody {
  readonly schemas: readonly [string];
  /** The HTTP status, as text. */
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/** A fault that the client is told about. The detail is shown as it is, so it never holds a secret. */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly detail: string;

  constructor(status: number, scimType: ScimType | undefined, detail: string) {
    const shown = shorten(detail);
    super(shown);
    this.name = "ScimError";
    this.status = status;
    this.scimType = scimType;
    this.detail = shown;
  }

  /** The answer's body. Without a keyword, `scimType` is left out. */
  toBody(): ScimErrorBody {
    return {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(this.status),
      ...(this.scimType && { scimType: this.scimType }),
      detail: this.detail,
    };
  }
}

/** Details quote names as the client wrote them, and a client may write a name of 60,000 characters. */
const longestDetail = 1_000;

/** What is left out is in the middle: the end says what is wrong. */
function shorten(detail: string): string {
  if (detail.length <= longestDetail) return detail;
  return `${detail.slice(0, longestDetail - 200)}…${detail.slice(-200)}`.toWellFormed();
}
