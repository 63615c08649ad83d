import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every Markdown file of the repository. */
const documents = globSync("**/*.md", {
  cwd: root,
  exclude: (path) => /(^|\/)(node_modules|\.[^/]+)$/.test(path),
});

describe("the documentation", () => {
  it("is found", () => {
    expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/scim.md"]));
  });

  it.each(documents)("has no broken link in %s", (document) => {
    const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const relative = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(relative.filter((link) => !resolves(document, link))).toEqual([]);
  });

  it("explains every reason that an error may give", () => {
    const errors = read("docs/errors.md");
    const unexplained = reasons().filter((reason) => !errors.includes(`\`${reason}\``));
    const byName = (reason: string) => reason.endsWith("_NOT_FOUND") && errors.includes("`…_NOT_FOUND`");
    expect(unexplained.filter((reason) => !byName(reason))).toEqual([]);
  });

  it("explains no reason that does not exist", () => {
    const named = [...read("docs/errors.md").matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !reasons().includes(name))).toEqual([]);
  });
});

/** Whether a relative link leads to a file or folder, and to a heading of it where it names one. */
function resolves(document: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = path === "" ? document : join(dirname(document), path);
  if (!existsSync(join(root, target))) return false;
  return heading === undefined || headings(read(target)).includes(heading);
}

/** The anchors that a page's headings have. */
function headings(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}

/** The names in reason.proto without REASON_. */
function reasons(): string[] {
  const names = read("proto/rollcall/error/v1/reason.proto").matchAll(/^ {2}REASON_(\w+) = [1-9]/gm);
  return Array.from(names, ([, name = ""]) => name);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
