import type {
  Connection,
  ConnectionServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type {
  ExtensionSchema,
  ExtensionSchemaServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { callerMetadata, type RpcClient } from "@rollcall/runtime/client";
import { currentTrace } from "@rollcall/runtime/trace";
import { type AccountView, accountView } from "./account-view.ts";
import type { LoadView } from "./account-views.ts";

/** The services that know an account's settings. */
export interface SettingsServices {
  connections: Pick<RpcClient<ConnectionServiceService>, "getConnection">;
  extensionSchemas: Pick<RpcClient<ExtensionSchemaServiceService>, "listExtensionSchemas">;
}

// Requests wait for it, and retry soon.
const TIMEOUT_MS = 5_000;

/** Loads views over gRPC. A token may only read its own account's. */
export function createViewLoader({ connections, extensionSchemas }: SettingsServices): LoadView {
  const revisions = new WeakMap<AccountView, string>();

  return async (digest, known) => {
    const metadata = callerMetadata({ digest, traceparent: currentTrace().traceparent });
    const options = { metadata, timeoutMs: TIMEOUT_MS };
    const [connection, { extensionSchemas: defined }] = await Promise.all([
      connections.getConnection({}, options),
      extensionSchemas.listExtensionSchemas({}, options),
    ]);
    const revision = revisionOf(connection, defined);
    if (known && revisions.get(known) === revision) return known;
    const view = accountView(connection, defined);
    revisions.set(view, revision);
    return view;
  };
}

/** Other text for other settings. A schema that was deleted and defined again counts from 1 again, at another time. */
function revisionOf({ version }: Connection, defined: readonly ExtensionSchema[]): string {
  const schemas = defined.map((schema) => `${schema.urn} ${schema.version} ${schema.updateTime?.toISOString()}`);
  return [version, ...schemas].join("\n");
}
