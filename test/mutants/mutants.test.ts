import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { withSection } from "../../source/documents/written-sections.ts";
import { mutantSection } from "./mutant-section.ts";
import { mutants } from "./mutants.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

describe.each(mutants)("$name", ({ file, replace: [before, after], caughtBy }) => {
  it("replaces a text that occurs once in the file", () => {
    expect(read(file).split(before)).toHaveLength(2);
    expect(after).not.toBe(before);
  });

  it("names an existing test", () => {
    expect(existsSync(path.join(root, caughtBy.file))).toBe(true);
    expect(caughtBy.name).not.toBe("");
  });
});

it("all names are different", () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

it("the documents have the current list (npm run documents writes it)", () => {
  const section = mutantSection();
  const document = read(section.path);
  expect(withSection(document, section)).toBe(document);
});
