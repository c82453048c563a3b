import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { exitCodes } from "../../source/base/errors.ts";
import { exitCodeRecords } from "../../source/commands/console/exit-codes.ts";
import { variableRecords } from "../../source/config/variables.ts";
import { withSection, writtenSections } from "../../source/documents/written-sections.ts";
import { documents } from "./documents.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

it.each(writtenSections().map((section) => [section.path, section.name, section] as const))(
  "%s has the %s of the program itself: npm run documents writes them",
  (path, _, section) => {
    const document = readFileSync(join(root, path), "utf8");
    expect(withSection(document, section)).toBe(document);
  },
);

it("refuses a document without the section's marks", () => {
  const section = { path: "a.md", name: "keys", text: "" };
  expect(() => withSection("no marks", section)).toThrow("a.md has no marks of keys.");
});

it("lists every exit code that a failure has", () => {
  const told = exitCodeRecords.flatMap(({ codes }) => codes);
  expect(told).toEqual(expect.arrayContaining(Object.values(exitCodes)));
  expect(told).toEqual(told.toSorted((left, right) => left - right));
});

it("lists every variable that the settings are read from", () => {
  const told = variableRecords.flatMap(({ names }) => names);
  const environment = readFileSync(join(root, "source/config/environment.ts"), "utf8");
  const read = [...environment.matchAll(/"((?:RDP|CFS)_[A-Z_]+|NODE_[A-Z_]+)"/g)].map(
    ([, name]) => name,
  );
  expect(read.length).toBeGreaterThan(10);
  for (const name of read) expect(told).toContain(name);
});

/** What GitHub makes of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

const links = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => [path, link] as const),
);

it.each(links)("%s links to %s, which is there", (path, link) => {
  const [file = "", part] = link.split("#");
  const place = join(root, dirname(path), file);
  expect(statSync(place).isFile() || statSync(place).isDirectory()).toBe(true);
  if (part === undefined) return;
  const headings = [...readFileSync(place, "utf8").matchAll(/^#+ (.*)$/gm)];
  expect(headings.map(([, heading = ""]) => anchor(heading))).toContain(part);
});

it("has every document in the index", () => {
  const index = documents.find(({ path }) => path === "docs/README.md")?.text ?? "";
  for (const { path } of documents) {
    if (!path.startsWith("docs/") || path === "docs/README.md") continue;
    expect(index).toContain(`(${path.slice("docs/".length)})`);
  }
});
