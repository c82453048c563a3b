import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { documents } from "./documents.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const named = /(?<![\w/])(?:source|test|scripts|bench)\/[\w./-]*\w/g;

it.each(documents)("$path names only files and folders that exist", ({ text }) => {
  const paths = [...new Set(text.match(named) ?? [])];
  expect(paths.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
});
