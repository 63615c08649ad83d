import { status } from "@grpc/grpc-js";
import { StatusError } from "@rollcall/runtime/status";

/** Throws ABORTED unless the record has one of the versions that the caller accepts; none given accepts any. */
export function checkVersion(version: number, accepted: readonly number[]): void {
  if (accepted.length === 0 || accepted.includes(version)) return;
  throw new StatusError(
    status.ABORTED,
    "VERSION_MISMATCH",
    `Somebody changed it meanwhile: it has version ${version} now. Read it again first.`,
    {
      metadata: { version: String(version) },
    },
  );
}
