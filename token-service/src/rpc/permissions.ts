import { TokenScope, type TokenServiceService } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { Permissions } from "@rollcall/runtime/implement";

const { TOKEN_SCOPE_OPERATOR: OPERATOR, TOKEN_SCOPE_OWNER: OWNER, TOKEN_SCOPE_SERVICE: SERVICE } = TokenScope;

/** Who may call what. */
export const permissions: Permissions<TokenServiceService> = {
  issueToken: { scopes: [OPERATOR, OWNER], account: "any" },
  rotateToken: { scopes: [OWNER], account: "bound" },
  revokeToken: { scopes: [OWNER], account: "bound" },
  listTokens: { scopes: [OPERATOR, OWNER], account: "any" },
  verifyToken: { scopes: [SERVICE], account: "any" },
  watchTokens: { scopes: [SERVICE], account: "any" },
};
