import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { circles, sharedNames, violations } from "./check-imports.ts";
import { namesToSeparate } from "./names-to-separate.ts";
import { readImports } from "./read-imports.ts";
import { rules } from "./rules.ts";

const files = readImports(fileURLToPath(new URL("../..", import.meta.url)));

test("each folder imports what its rule allows, and needs all of it", () => {
  expect(violations(files, rules)).toEqual([]);
});

test("no files import each other in a circle, types and late imports included", () => {
  expect(circles(files)).toEqual([]);
});

test("no name is exported by two files, except those that are still to be separated", () => {
  expect(sharedNames(files)).toEqual([...namesToSeparate].sort());
});

test("only the demo and the command of that name load the sandbox", () => {
  const importers = files
    .filter(({ path }) => !path.startsWith("source/sandbox/"))
    .filter(({ imports }) => imports.some(({ target }) => target.startsWith("source/sandbox/")))
    .map(({ path }) => path);
  expect(importers.sort()).toEqual(["source/app/demo.ts", "source/commands/tools/sandbox.ts"]);
});
