import { expect } from "vitest";
import { ENTERPRISE } from "../../e2e/scim-messages.ts";
import { clause, type Given } from "../case.ts";

async function order({ scim }: Given, query: string): Promise<string> {
  const { status, body } = await scim.get(`/Users?${query}`);
  expect(status, query).toBe(200);
  return body.Resources.map((user) => String(user["userName"])[0]).join("");
}

clause("7644-3.4.2.3-a", "ascending by default, descending where it is asked for", async (given) => {
  for (const userName of ["b", "c", "a"]) await given.user({ userName });
  expect(await order(given, "sortBy=userName")).toBe("abc");
  expect(await order(given, "sortBy=userName&sortOrder=ascending")).toBe("abc");
  expect(await order(given, "sortBy=userName&sortOrder=descending")).toBe("cba");
  expect(await order(given, "sortBy=USERNAME&sortOrder=Descending")).toBe("cba");
  expect(await order(given, "sortBy=meta.created")).toBe("bca");
  expect(await order(given, "sortBy=meta.lastModified&sortOrder=descending")).toBe("acb");
});

clause("7644-3.4.2.3-b", "texts without regard to case, externalId with it", async (given) => {
  await given.user({ userName: "a", title: "beta", externalId: "b" });
  await given.user({ userName: "b", title: "ALPHA", externalId: "C" });
  await given.user({ userName: "c", title: "Gamma", externalId: "a" });
  expect(await order(given, "sortBy=title")).toBe("bac");
  expect(await order(given, "sortBy=externalId")).toBe("bca");
});

clause("7644-3.4.2.3-c", "a list by its primary value, else by its first", async (given) => {
  await given.user({ userName: "a", emails: [{ value: "1@x" }, { value: "5@x", primary: true }] });
  await given.user({ userName: "b", emails: [{ value: "3@x" }, { value: "0@x" }] });
  await given.user({ userName: "c", emails: [{ value: "9@x" }, { value: "4@x", primary: true }] });
  expect(await order(given, "sortBy=emails")).toBe("bca");
  expect(await order(given, "sortBy=emails.value&sortOrder=descending")).toBe("acb");
});

clause("7644-3.4.2.3-d", "without a value last in ascending and first in descending order", async (given) => {
  await given.user({ userName: "a" });
  await given.user({ userName: "b", title: "Engineer" });
  await given.user({ userName: "c", title: "Director" });
  expect(await order(given, "sortBy=title")).toBe("cba");
  expect(await order(given, "sortBy=title&sortOrder=descending")).toBe("abc");
});

clause("7644-3.4.2.3-e", "a sub-attribute and an attribute of an extension", async (given) => {
  await given.user({ userName: "a", name: { familyName: "Z" }, [ENTERPRISE]: { department: "1" } });
  await given.user({ userName: "b", name: { familyName: "Y" }, [ENTERPRISE]: { department: "2" } });
  await given.user({ userName: "c", name: { familyName: "X" }, [ENTERPRISE]: { department: "0" } });
  expect(await order(given, "sortBy=name.familyName")).toBe("cba");
  expect(await order(given, `sortBy=${ENTERPRISE}:department`)).toBe("cab");
});

clause("7644-3.4.2.3-f", "over all pages, and with a filter", async (given) => {
  for (const [index, userName] of ["e", "b", "d", "a", "c"].entries())
    await given.user({ userName, title: index % 2 === 0 ? "Even" : "Odd" });
  const pages = [1, 3, 5].map((startIndex) => order(given, `sortBy=userName&startIndex=${startIndex}&count=2`));
  expect(await Promise.all(pages)).toEqual(["ab", "cd", "e"]);
  expect(await order(given, 'filter=title eq "even"&sortBy=userName&sortOrder=descending&count=2')).toBe("ed");
});

clause("7644-3.4.2.3-g", "what cannot be sorted by is refused by its name", async ({ scim, user }) => {
  await user();
  for (const [query, named] of [
    ["sortBy=favourite", "favourite"],
    ["sortBy=password", "password"],
    ["sortBy=name", "name"],
    ["sortBy=userName&sortOrder=sideways", "sortOrder"],
  ]) {
    const { status, body } = await scim.get(`/Users?${query}`);
    expect({ query, status }).toEqual({ query, status: 400 });
    expect(body.detail).toContain(named);
  }
});
