import type { EntitySchema } from "@mikro-orm/core";
import { AccountEntity } from "./account.ts";
import { ConnectionEntity } from "./connection.ts";
import { ExtensionSchemaEntity } from "./extension-schema.ts";
import { OrganizationEntity } from "./organization.ts";
import { PersonEntity } from "./person.ts";
import { ScimGroupEntity, ScimGroupMemberEntity } from "./scim-group.ts";
import {
  DirtyRecordEntity,
  ScimGroupMappingEntity,
  ScimRecordCountEntity,
  ScimUserMappingEntity,
} from "./scim-record.ts";
import { ScimUserEntity } from "./scim-user.ts";

/** Every entity of the directory. */
export const entities = [
  AccountEntity,
  ConnectionEntity,
  ExtensionSchemaEntity,
  OrganizationEntity,
  PersonEntity,
  ScimUserEntity,
  ScimGroupEntity,
  ScimGroupMemberEntity,
  ScimRecordCountEntity,
  ScimUserMappingEntity,
  ScimGroupMappingEntity,
  DirtyRecordEntity,
] as unknown as EntitySchema[];
