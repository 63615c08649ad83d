import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../../test/directory-service.ts";
import { createDueAccount, type DueAccount, withFields } from "../../../test/due-account.ts";
import { defaultGroupRules } from "../rules/default-rules.ts";

let directory: Directory;
let account: DueAccount;
let accounts = 0;

beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory?.stop());
beforeEach(async () => {
  account = await createDueAccount(directory, `due-${++accounts}`);
});

describe("organizations' names", () => {
  it("move along a chain of groups in one batch, whichever comes first, and change places", async () => {
    const ids = [await account.organization("A"), await account.organization("B"), await account.organization("C")];
    const groups = [await account.group("A"), await account.group("B"), await account.group("C")];
    await account.settle();
    const rename = async (...names: string[]) => {
      // The client's own names are unique as well.
      for (const id of groups) await account.changeGroup(id, "display_name", id);
      for (const [index, name] of names.entries())
        await account.changeGroup(groups[index] as string, "display_name", name);
      await directory.sql("update dirty_record set mark_time = now() where account_id = $1", account.id);
      return account.ran();
    };
    expect(await rename("B", "C", "D")).toEqual({ B: ["updated"], C: ["updated"], D: ["updated"] });
    expect(await Promise.all(ids.map(account.nameOf))).toEqual(["B", "C", "D"]);
    expect(await rename("C", "D", "B")).toEqual({ B: ["updated"], C: ["updated"], D: ["updated"] });
    expect(await Promise.all(ids.map(account.nameOf))).toEqual(["C", "D", "B"]);
  });

  it("change places where the groups are renamed one after the other", async () => {
    const ids = [await account.organization("A"), await account.organization("B")];
    const [first, second] = [await account.group("A"), await account.group("B")];
    await account.settle();
    await account.changeGroup(second, "display_name", "Between");
    await directory.clean();
    await account.changeGroup(first, "display_name", "B");
    expect(await account.ran()).toEqual({ B: ["updated"] });
    expect(await Promise.all(ids.map(account.nameOf))).toEqual(["A", "B"]);
    const runs = await account.ran(account.changeGroup(second, "display_name", "A"));
    expect(await Promise.all(ids.map(account.nameOf))).toEqual(["B", "A"]);
    expect(runs).toEqual({ A: ["updated", "organization_changed"], B: ["organization_changed"] });
  });

  it("are given by the first of several groups, so that they do not go to and fro", async () => {
    await account.publish(
      2,
      withFields(defaultGroupRules, { organization: '[byName("Shared"), byName(group.displayName)]' }),
    );
    const id = await account.organization("Shared");
    const [first, second] = [await account.group("One"), await account.group("Two")];
    await account.settle();
    expect(await account.nameOf(id)).toBe("One");
    expect(await account.ran(account.changeGroup(second, "display_name", "Second"))).toEqual({ Second: ["updated"] });
    expect(await account.nameOf(id)).toBe("One");
    expect((await account.lastRun(second))["warnings"]).toEqual([
      `SCIM group ${first} names the organization, so it is not called "Second".`,
    ]);
    await account.ran(account.deleteGroup(first));
    expect(await account.nameOf(id)).toBe("Second");
  });

  it("that another organization keeps fail alone: the group is linked even so", async () => {
    await account.publish(2, withFields(defaultGroupRules, { organization: "[byId(group.externalId)]" }));
    const [id, other] = [await account.organization("Mine"), await account.organization("Taken")];
    const ann = await account.user("Ann");
    const linked = await account.group("Taken", [ann], { externalId: id });
    await account.settle();
    const [mapping] = await directory.sql(
      "select organization_id, error from scim_group_mapping where account_id = $1 and scim_group_id = $2",
      account.id,
      linked,
    );
    expect(mapping).toEqual({ organization_id: id, error: `Organization ${other} already has the name "Taken".` });
    expect(await account.personOf(ann)).toMatchObject({ organization: "Mine" });
    expect(await account.ran(account.changeOrganization(other, { name: "Free" }))).toEqual({
      Taken: ["organization_changed"],
    });
    expect(await account.nameOf(id)).toBe("Taken");
  });

  it("that rules pass round without end come to rest, and an execution says so", async () => {
    // Who has X leaves it to the next, so that somebody always moves.
    const mover = 'group.externalId == "mover"';
    await account.publish(
      2,
      withFields(defaultGroupRules, {
        organization: `${mover} ? [byName("X")] : [byId(group.externalId)]`,
        name: `${mover} ? "Z" + organization.id + group.id : "X"`,
      }),
    );
    const ids = [await account.organization("One"), await account.organization("Two")];
    const groups = [await account.group("Mover", [], { externalId: "mover" })];
    for (const id of ids) groups.push(await account.group(`Wants X ${id}`, [], { externalId: id }));
    await directory.sql("update dirty_record set steps = 980 where account_id = $1", account.id);
    await account.settle();
    const warnings = JSON.stringify(await Promise.all(groups.map(account.lastRun)));
    expect(warnings).toContain("1000 others made one another due in a row");
  });
});
