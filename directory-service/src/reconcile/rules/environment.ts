import { celEnv } from "@bufbuild/cel";
import { functions } from "./functions.ts";

/** CEL with the function library of rules. Variables come with each evaluation. */
export const environment = celEnv({ funcs: functions });
