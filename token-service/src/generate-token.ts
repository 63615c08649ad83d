import { generateToken } from "@rollcall/runtime/token";

/** `node token-service/src/generate-token.ts`: a token for ROLLCALL_OPERATOR_TOKEN or ROLLCALL_SERVICE_TOKEN. */
console.log(generateToken());
