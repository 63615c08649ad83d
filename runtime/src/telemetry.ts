import { register } from "node:module";

/**
 * Preload for `node --import`: starts the OpenTelemetry SDK where the OTEL_*
 * environment asks for it, before any instrumented module is loaded. Nothing
 * is loaded otherwise, so that telemetry costs nothing where it is off.
 *
 * It is on where an OTLP endpoint or a traces, metrics or logs exporter is
 * set, and OTEL_SDK_DISABLED is not "true".
 */
const ASKING = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_TRACES_EXPORTER",
  "OTEL_METRICS_EXPORTER",
];

const { env } = process;
if (env["OTEL_SDK_DISABLED"] !== "true" && ASKING.some((name) => env[name] && env[name] !== "none")) await start();

async function start(): Promise<void> {
  // ES modules reach the instrumentations through a loader hook. Importing
  // hook.mjs with --import instead does nothing, silently.
  register("@opentelemetry/instrumentation/hook.mjs", import.meta.url);
  const [
    { NodeSDK },
    { GrpcInstrumentation },
    { HttpInstrumentation },
    { PgInstrumentation },
    { PinoInstrumentation },
  ] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/instrumentation-grpc"),
    import("@opentelemetry/instrumentation-http"),
    import("@opentelemetry/instrumentation-pg"),
    import("@opentelemetry/instrumentation-pino"),
  ]);
  const sdk = new NodeSDK({
    instrumentations: [
      new GrpcInstrumentation({ ignoreGrpcMethods: [/^WatchTokens$/, /^Check$/, /^Watch$/] }),
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => url === "/healthz" || url === "/readyz",
        // A query may hold an e-mail address: it stays out of spans.
        redactedQueryParamsServer: ["filter", "cursor", "access_token", "token"],
      }),
      // Statements carry placeholders only; parameters are never recorded.
      new PgInstrumentation({ requireParentSpan: true, enhancedDatabaseReporting: false }),
      new PinoInstrumentation({ disableLogSending: true }),
    ],
  });
  sdk.start();
  // The process's own handlers drain it; this flushes when the loop is empty.
  process.once("beforeExit", () => void sdk.shutdown());
}
