import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { Contact, PersonAddress } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import type { PersonOrigin } from "./person-origin.ts";

/** What the business uses. `primaryEmailKey` is the folded address; null stands for the contract's "". */
export const PersonEntity = defineEntity({
  name: "Person",
  tableName: "person",
  properties: {
    accountId: p.text().primary(),
    id: p.uuid().primary(),
    version: p.bigint("number"),
    name: p.text(),
    primaryEmail: p.text(),
    primaryEmailKey: p.text(),
    organizationId: p.uuid(),
    managerId: p.uuid().nullable(),
    jobTitle: p.text().nullable(),
    location: p.text().nullable(),
    employeeId: p.text().nullable(),
    supportId: p.text().nullable(),
    costCenter: p.text().nullable(),
    vip: p.boolean(),
    disabled: p.boolean(),
    locale: p.text().nullable(),
    preferredLanguage: p.text().nullable(),
    timeZone: p.text().nullable(),
    contacts: p.json<Contact[]>(),
    addresses: p.json<PersonAddress[]>(),
    source: p.text().nullable(),
    sourceId: p.text().nullable(),
    origins: p.json<PersonOrigin[]>(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
  },
});

/** A row: a person. */
export type PersonEntity = InferEntity<typeof PersonEntity>;
