import { setTimeout as sleep } from "node:timers/promises";
import { ComparisonOperator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import {
  GetReconcileStatusRequest,
  ListExecutionsRequest,
  MappingServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import {
  CreateOrganizationRequest,
  ListOrganizationsRequest,
  OrganizationServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { ListPeopleRequest, PeopleServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { bearerMetadata, createClient } from "@rollcall/runtime/client";

/** What the demo does over gRPC, as the business's own systems would. */
export interface Directory {
  /** Names of all organizations. */
  organizationNames(): Promise<string[]>;
  createOrganization(name: string): Promise<void>;
  /** Waits until every SCIM record has been mapped. */
  settle(): Promise<void>;
  countPeople(disabled: boolean): Promise<number>;
  /** Executions by outcome, e.g. "applied". */
  countExecutions(): Promise<Map<string, number>>;
  close(): void;
}

const pageSize = 500;

/**
 * @param address - `host:port` of directory-service
 * @param ownerToken - a token of the account's owner
 */
export function createDirectory(address: string, ownerToken: string): Directory {
  const people = createClient(PeopleServiceService, address);
  const organizations = createClient(OrganizationServiceService, address);
  const mapping = createClient(MappingServiceService, address);
  const owner = { metadata: bearerMetadata(ownerToken) };
  return {
    async organizationNames() {
      const names: string[] = [];
      let pageToken = "";
      do {
        const request = ListOrganizationsRequest.fromPartial({ pageSize, pageToken });
        const page = await organizations.listOrganizations(request, owner);
        names.push(...page.organizations.map(({ name }) => name));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      return names;
    },
    async createOrganization(name) {
      await organizations.createOrganization(CreateOrganizationRequest.fromPartial({ organization: { name } }), owner);
    },
    async settle() {
      while ((await mapping.getReconcileStatus(GetReconcileStatusRequest.create(), owner)).pending > 0) {
        await sleep(50);
      }
    },
    async countPeople(disabled) {
      const comparison = {
        attribute: "disabled",
        operator: ComparisonOperator.COMPARISON_OPERATOR_EQUAL,
        value: { $case: "boolean" as const, value: disabled },
        caseExact: false,
      };
      const filter = { expression: { $case: "comparison" as const, value: comparison } };
      return (await people.listPeople(ListPeopleRequest.fromPartial({ filter, pageSize: 1 }), owner)).totalSize;
    },
    async countExecutions() {
      const { outcomeCounts } = await mapping.listExecutions(ListExecutionsRequest.fromPartial({ pageSize: 1 }), owner);
      return new Map(outcomeCounts.map(({ outcome, executions }) => [nameOf(outcome), executions]));
    },
    close() {
      people.close();
      organizations.close();
      mapping.close();
    },
  };
}

function nameOf(outcome: ExecutionOutcome): string {
  const [name = ""] = Object.entries(ExecutionOutcome).find(([, value]) => value === outcome) ?? [];
  return name.replace("EXECUTION_OUTCOME_", "").toLowerCase().replaceAll("_", " ");
}
