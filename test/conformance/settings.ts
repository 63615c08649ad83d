import {
  type Connection,
  UpdateConnectionRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  CreateExtensionSchemaRequest,
  type ExtensionSchema,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { expect } from "vitest";
import type { Account } from "../e2e/stack.ts";

/** URN of the extension that cases define. */
export const CUSTOM = "urn:example:params:scim:schemas:extension:badge:1.0:User";

/** Changes the account's connection. Settings that the service applies itself hold at once. */
export async function setConnection({ rpc, owner }: Account, connection: Partial<Connection>): Promise<void> {
  const updateMask = Object.keys(connection).map((name) =>
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
  await rpc.connections.updateConnection(UpdateConnectionRequest.fromPartial({ connection, updateMask }), owner);
}

/** Defines an extension of users, named CUSTOM, and waits until the gateway knows it. */
export async function defineExtension(
  { rpc, owner, scim }: Account,
  extension: { [field in keyof ExtensionSchema]?: unknown },
): Promise<void> {
  const recordKinds = [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER];
  const extensionSchema = { urn: CUSTOM, name: "Badge", recordKinds, ...extension };
  const request = CreateExtensionSchemaRequest.fromPartial({ extensionSchema } as object);
  await rpc.extensionSchemas.createExtensionSchema(request, owner);
  await expect.poll(async () => (await scim.get(`/Schemas/${CUSTOM}`)).status, { timeout: 10_000 }).toBe(200);
}
