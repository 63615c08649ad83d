import { BadRequest, ErrorInfo } from "@rollcall/proto/grpc/google/rpc/error_details";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { StatusError } from "@rollcall/runtime/status";
import type { Account, SharedTestStack } from "./stack.ts";

/** What an administrator does to the rules for SCIM users, by whatever protocol. Refusals are answers. */
export interface RuleConsole {
  saveDraft(text: string, base: Base): Promise<Saved | Refused>;
  importRules(text: string, base: Base): Promise<Saved | Refused>;
  /** The published rules. */
  exportRules(): Promise<{ fileName: string; text: string; baseRevision: number }>;
  /** Unified diff of what is published and the draft. */
  diff(): Promise<string>;
  publish(version: number, note: string): Promise<Saved | Refused>;
  revert(revision: number, publishedRevision: number): Promise<Saved | Refused>;
  /** Notes of the revisions, newest first. */
  notes(): Promise<string[]>;
  /** How far the publication has come; undefined: to its end. */
  progress(): Promise<{ revision: number; processed: number; total: number } | undefined>;
}

/** What a draft replaces, and what it was made from. */
export interface Base {
  version: number;
  baseRevision: number;
}

/** A rule set that was stored. */
export interface Saved {
  revision: number;
  version: number;
  text: string;
}

/** A call that was refused. */
export interface Refused {
  reason: string;
  violations: { field: string; description: string }[];
}

const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/** The console as an internal system has it: gRPC to the directory-service. */
export function grpcConsole({ rpc: { mapping }, owner }: Account): RuleConsole {
  return {
    saveDraft: (text, base) =>
      refusals(mapping.saveDraft({ kind, content: { $case: "text", value: text }, ...base }, owner)),
    importRules: (text, base) => refusals(mapping.importRuleSet({ text, ...base }, owner)),
    exportRules: () => mapping.exportRuleSet({ kind, selector: undefined }, owner),
    diff: async () => (await mapping.diffRuleSets({ kind, before: undefined, after: undefined }, owner)).text,
    publish: (version, note) => refusals(mapping.publishRuleSet({ kind, version, note }, owner)),
    revert: (revision, publishedRevision) =>
      refusals(mapping.revertRuleSet({ kind, revision, publishedRevision, note: "" }, owner)),
    notes: async () =>
      (await mapping.listRevisions({ kind, pageSize: 0, pageToken: "" }, owner)).ruleSets.map(({ note }) => note),
    progress: async () => (await mapping.getReconcileStatus({}, owner)).progress[0],
  };
}

async function refusals<T>(call: Promise<T>): Promise<T | Refused> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { reason: error.reason, violations: error.violations };
  }
}

/** The console as a browser has it: Connect, in JSON, through the gateway. */
export function connectConsole({ processes }: SharedTestStack, { tokens }: Account): RuleConsole {
  const call = async (method: string, request: object): Promise<Json> => {
    const response = await fetch(`${processes.http}/rpc/rollcall.directory.v1.MappingService/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${tokens.owner}`, "content-type": "application/json" },
      body: JSON.stringify({ kind: "SCIM_RECORD_KIND_SCIM_USER", ...request }),
    });
    const answer = (await response.json()) as Json;
    return response.ok ? answer : refusal(answer);
  };
  const store = async (method: string, request: object): Promise<Saved | Refused> => {
    const answer = await call(method, request);
    return "reason" in answer
      ? (answer as unknown as Refused)
      : { ...(answer as unknown as Saved), version: Number(answer["version"]) };
  };
  return {
    saveDraft: (text, base) => store("SaveDraft", { text, ...base }),
    importRules: (text, base) => store("ImportRuleSet", { kind: undefined, text, ...base }),
    exportRules: async () => (await call("ExportRuleSet", {})) as Awaited<ReturnType<RuleConsole["exportRules"]>>,
    diff: async () => (await call("DiffRuleSets", {}))["text"] ?? "",
    publish: (version, note) => store("PublishRuleSet", { version, note }),
    revert: (revision, publishedRevision) => store("RevertRuleSet", { revision, publishedRevision }),
    notes: async () => (await call("ListRevisions", {}))["ruleSets"].map(({ note = "" }: Json) => note),
    async progress() {
      const [first] = (await call("GetReconcileStatus", { kind: undefined }))["progress"] ?? [];
      return first && { revision: first.revision, processed: Number(first.processed ?? 0), total: Number(first.total) };
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what comes is JSON
type Json = Record<string, any>;

function refusal({ details }: Json): Json {
  const detail = (type: string) => {
    const { value } = details.find((candidate: Json) => candidate["type"] === type) ?? {};
    return Buffer.from(value ?? "", "base64");
  };
  const { fieldViolations } = BadRequest.decode(detail("google.rpc.BadRequest"));
  return {
    reason: ErrorInfo.decode(detail("google.rpc.ErrorInfo")).reason,
    violations: fieldViolations.map(({ field, description }) => ({ field, description })),
  };
}
