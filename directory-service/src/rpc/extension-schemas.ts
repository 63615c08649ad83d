import { isDeepStrictEqual } from "node:util";
import { status } from "@grpc/grpc-js";
import type {
  ExtensionSchema,
  ExtensionSchemaServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { extensionSchemaViolations, pathViolations } from "../domain/check-extension-schema.ts";
import { ExtensionSchemaEntity, MAX_SCHEMAS } from "../domain/extension-schema.ts";
import { foldCase } from "../domain/fold-case.ts";
import { attributeLosses, completeAttribute } from "../domain/schema-attribute.ts";
import { lockConnection } from "../storage/connections.ts";
import {
  extensionSchemaNotFound,
  findExtensionSchema,
  findExtensionSchemas,
  isExtensionUsed,
  toExtensionSchema,
} from "../storage/extension-schemas.ts";
import { inTransaction } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { checkVersion } from "./versions.ts";

/**
 * Handlers of rollcall.directory.v1.ExtensionSchemaService. Writers of one
 * account wait for each other at its connection: what a schema may be depends
 * on the others.
 */
export function extensionSchemaHandlers({ db }: Pick<Context, "db">): Handlers<ExtensionSchemaServiceService> {
  return {
    async createExtensionSchema({ extensionSchema }, { caller: { accountId } }) {
      const given = checkSchema(extensionSchema);
      return transaction(db, async (tx) => {
        await lockConnection(tx, accountId);
        const others = await findExtensionSchemas(tx, accountId);
        checkPlace(given, others);
        const now = new Date();
        const urnKey = foldCase(given.urn);
        const times = { createTime: now, updateTime: now };
        const created = tx.create(ExtensionSchemaEntity, {
          ...settingsOf(given),
          ...times,
          accountId,
          urnKey,
          urn: given.urn,
          version: 1,
        });
        await tx.flush();
        return toExtensionSchema(created);
      });
    },

    async getExtensionSchema({ urn }, { caller }) {
      return toExtensionSchema(await findExtensionSchema(db.em(), caller.accountId, urn));
    },

    async listExtensionSchemas(_, { caller }) {
      const schemas = await findExtensionSchemas(db.em(), caller.accountId);
      return { extensionSchemas: schemas.map(toExtensionSchema) };
    },

    async updateExtensionSchema({ extensionSchema }, { caller: { accountId } }) {
      const given = checkSchema(extensionSchema);
      return transaction(db, async (tx) => {
        await lockConnection(tx, accountId);
        const schemas = await findExtensionSchemas(tx, accountId);
        const schema = schemas.find(({ urnKey }) => urnKey === foldCase(given.urn));
        if (!schema) throw extensionSchemaNotFound(given.urn);
        checkVersion(schema.version, given.version === 0 ? [] : [given.version]);
        const next = settingsOf(given);
        checkLosses(schema, next);
        checkPaths(
          given,
          schemas.filter((other) => other !== schema),
        );
        const differs = Object.entries(next).some(
          ([key, value]) => !isDeepStrictEqual(schema[key as keyof Settings], value),
        );
        if (differs) tx.assign(schema, { ...next, version: schema.version + 1, updateTime: new Date() });
        await tx.flush();
        return toExtensionSchema(schema);
      });
    },

    /**
     * A record that gets its first value while this looks keeps it, as a gateway
     * may know the schema for some seconds more: it is shown no longer, and is
     * there again once the schema is.
     */
    async deleteExtensionSchema({ urn }, { caller: { accountId } }) {
      await transaction(db, async (tx) => {
        await lockConnection(tx, accountId);
        const schema = await findExtensionSchema(tx, accountId, urn);
        if (await isExtensionUsed(inTransaction(tx), accountId, schema.urn))
          throw inUse("Records have values of the schema.", { urn: schema.urn });
        await tx.remove(schema).flush();
      });
      return {};
    },
  };
}

function checkSchema(given: ExtensionSchema | undefined): ExtensionSchema {
  if (!given) throw fieldInvalid([{ field: "extension_schema", description: "must be given." }]);
  const violations = extensionSchemaViolations(given);
  if (violations.length > 0) throw fieldInvalid(violations);
  return given;
}

/** Whether the account has room for a schema, and for its URN. */
function checkPlace(given: ExtensionSchema, others: readonly ExtensionSchemaEntity[]): void {
  const { urn } = given;
  if (others.some(({ urnKey }) => urnKey === foldCase(urn)))
    throw new StatusError(status.ALREADY_EXISTS, "SCHEMA_URN_TAKEN", `There is a schema ${urn} already.`, {
      metadata: { urn },
    });
  if (others.length >= MAX_SCHEMAS)
    throw fieldInvalid([
      { field: "extension_schema", description: `must not be added: an account has at most ${MAX_SCHEMAS} schemas.` },
    ]);
  checkPaths(given, others);
}

function checkPaths(given: ExtensionSchema, others: readonly ExtensionSchemaEntity[]): void {
  const violations = pathViolations(given, others);
  if (violations.length > 0) throw fieldInvalid(violations);
}

type Settings = Pick<ExtensionSchemaEntity, "name" | "description" | "recordKinds" | "attributes">;

function settingsOf({ name, description, recordKinds, attributes }: ExtensionSchema): Settings {
  return { name, description, recordKinds: recordKinds.toSorted(), attributes: attributes.map(completeAttribute) };
}

/** Records have values by what is defined now, or could have. */
function checkLosses(current: ExtensionSchemaEntity, next: Settings): void {
  const losses = attributeLosses(current.attributes, next.attributes);
  const sentences = losses.map(({ sentence }) => sentence);
  if (!current.recordKinds.every((kind) => next.recordKinds.includes(kind)))
    sentences.push("No kind can be taken from record_kinds.");
  if (sentences.length === 0) return;
  const [first] = losses;
  throw inUse(sentences.join(" "), { urn: current.urn, ...(first && { attribute: first.attribute }) });
}

function inUse(message: string, metadata: Record<string, string>): StatusError {
  return new StatusError(status.FAILED_PRECONDITION, "EXTENSION_SCHEMA_IN_USE", message, { metadata });
}
