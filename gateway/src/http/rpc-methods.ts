import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { AccountService } from "@rollcall/proto/connect/rollcall/directory/v1/account_service_pb";
import { ConnectionService } from "@rollcall/proto/connect/rollcall/directory/v1/connection_service_pb";
import { ExtensionSchemaService } from "@rollcall/proto/connect/rollcall/directory/v1/extension_schema_service_pb";
import { MappingService } from "@rollcall/proto/connect/rollcall/directory/v1/mapping_service_pb";
import { OrganizationService } from "@rollcall/proto/connect/rollcall/directory/v1/organization_service_pb";
import { PeopleService } from "@rollcall/proto/connect/rollcall/directory/v1/people_service_pb";
import { ScimGroupService } from "@rollcall/proto/connect/rollcall/directory/v1/scim_group_service_pb";
import { ScimUserService } from "@rollcall/proto/connect/rollcall/directory/v1/scim_user_service_pb";
import { TokenService } from "@rollcall/proto/connect/rollcall/token/v1/token_service_pb";

/** Methods that browsers may reach, and the process that answers them. */
export interface BridgedMethods {
  process: "directory" | "token";
  service: DescService;
  methods: DescMethod[];
}

/**
 * The whole list. A method that is not on it does not exist for Connect
 * clients: those for services and operators stay inside, and SCIM records are
 * written by SCIM clients alone.
 */
export const BRIDGED_METHODS: BridgedMethods[] = [
  only("directory", AccountService, ["GetAccount"]),
  only("directory", ConnectionService, ["GetConnection", "UpdateConnection", "ListRequests"]),
  all("directory", ExtensionSchemaService),
  all("directory", PeopleService),
  all("directory", OrganizationService),
  all("directory", MappingService),
  only("directory", ScimUserService, ["ListScimUsers"]),
  only("directory", ScimGroupService, ["ListScimGroups"]),
  only("token", TokenService, ["IssueToken", "RotateToken", "RevokeToken", "ListTokens"]),
];

function all(process: BridgedMethods["process"], service: DescService): BridgedMethods {
  return { process, service, methods: service.methods };
}

function only(process: BridgedMethods["process"], service: DescService, names: string[]): BridgedMethods {
  const methods = names.map((name) => {
    const method = service.methods.find((candidate) => candidate.name === name);
    if (!method) throw new Error(`${service.typeName} has no method ${name}.`);
    return method;
  });
  return { process, service, methods };
}
