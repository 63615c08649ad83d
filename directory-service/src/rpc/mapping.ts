import type { MappingServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Handlers } from "@rollcall/runtime/implement";
import type { Context } from "./context.ts";
import { executionHandlers } from "./executions.ts";
import { explanationHandlers } from "./explanations.ts";
import { holdHandlers } from "./holds.ts";
import { planHandlers } from "./plans.ts";
import { reprocessHandlers } from "./reprocess.ts";
import { ruleSetHandlers } from "./rule-sets.ts";

/** Handlers of rollcall.directory.v1.MappingService. */
export function mappingHandlers(
  context: Pick<Context, "db" | "pageTokens" | "plans" | "scheduleReconcile">,
): Handlers<MappingServiceService> {
  return {
    ...ruleSetHandlers(context),
    ...planHandlers(context),
    ...executionHandlers(context),
    ...reprocessHandlers(context),
    ...explanationHandlers(context),
    ...holdHandlers(context),
  };
}
