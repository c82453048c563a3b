import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { documents } from "./documents.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const named = /(?<![\w/])(?:source|test|scripts|bench)\/[\w./-]*\w/g;

it.each(documents)("$path names only files and folders that exist", ({ text }) => {
  const paths = [...new Set(text.match(named) ?? [])];
  expect(paths.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
});

const folders = ["source", "test", "scripts", "bench", "recipes"];
const sourceNames = new Set(
  folders
    .flatMap((folder) =>
      readdirSync(`${root}/${folder}`, { encoding: "utf8", recursive: true }).map((path) =>
        basename(path),
      ),
    )
    .concat(readdirSync(root)),
);

it.each(documents)(
  "$path names only source files that exist, also without their folder",
  ({ text }) => {
    const names = [...text.matchAll(/`(?:[\w.-]+\/)*([\w.-]+\.(?:tsx?|mjs))`/g)];
    const missing = names.flatMap(([, name = ""]) => (sourceNames.has(name) ? [] : [name]));
    expect(missing).toEqual([]);
  },
);
