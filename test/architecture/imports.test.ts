import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Import {
  from: string;
  /** A file inside the repository, or the name of a package. */
  to: string;
  typeOnly: boolean;
}

const sources = readdirSync(join(root, "source"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join("source", name));

const imports: Import[] = sources.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;"']*?from\s+"([^"]+)"/gm),
    ...text.matchAll(/^import\s+()"([^"]+)"/gm),
    ...text.matchAll(/\bimport\(\s*()"([^"]+)"/g),
  ];
  return found.map(([, type, to = ""]) => ({
    from,
    to: to.startsWith(".") ? relative(root, join(root, dirname(from), to)) : to,
    typeOnly: Boolean(type),
  }));
});

function offenders(
  folder: string,
  forbidden: RegExp,
  options: { typesToo?: boolean } = {},
): string[] {
  return imports
    .filter(({ from }) => from.startsWith(`source/${folder}/`))
    .filter(({ typeOnly }) => options.typesToo || !typeOnly)
    .filter(({ to }) => forbidden.test(to))
    .map(({ from, to }) => `${from} imports ${to}`);
}

const nodeFiles = "node:fs|node:fs/promises|node:http|node:https|node:net";

describe("who may import whom", () => {
  it("finds imports at all", () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it.each<[string, string]>([
    [
      "ui",
      `^source/(api|catalogue|preview|transfer|config|commands|sandbox)/|^(${nodeFiles}|conf|node-fetch)$`,
    ],
    [
      "store",
      `^source/(api|catalogue|preview|transfer|config|commands|sandbox|ui)/|^(${nodeFiles}|conf|node-fetch|react|ink)$`,
    ],
    [
      "keys",
      `^source/(api|catalogue|preview|transfer|config|commands|sandbox|ui)/|^(${nodeFiles}|conf|node-fetch|react|ink)$`,
    ],
    ["commands", "^source/(ui|store|keys|terminal)/|^(react|ink|zustand.*|ink-select-input)$"],
    [
      "transfer",
      "^source/(api|ui|store|keys|commands|config|sandbox|terminal)/|^(react|ink|zustand.*)$",
    ],
    [
      "preview",
      "^source/(api|ui|store|keys|commands|config|sandbox|terminal)/|^(react|ink|zustand.*)$",
    ],
    [
      "unpack",
      "^source/(api|ui|store|keys|commands|config|sandbox|terminal)/|^(react|ink|zustand.*)$",
    ],
    [
      "sync",
      "^source/(ui|store|keys|commands|config|sandbox|terminal)/|^(commander|react|ink|zustand.*)$",
    ],
    ["api", "^source/(ui|store|keys|commands|sandbox|terminal)/|^(react|ink|zustand.*)$"],
    [
      "config",
      "^source/(api|ui|store|keys|commands|sandbox|terminal|transfer)/|^(react|ink|zustand.*)$",
    ],
    [
      "catalogue",
      "^source/(api|transfer|config|commands|sandbox|store|ui|keys|terminal)/|^(react|ink|conf)$",
    ],
    [
      "doctor",
      "^source/(transfer|store|keys|ui|commands|sandbox)/|^(commander|react|ink|zustand.*)$",
    ],
    ["terminal", "^source/(api|transfer|config|commands|sandbox|store|ui)/|^(react|ink)$"],
    [
      "sandbox",
      "^source/(api|transfer|config|commands|store|ui|keys|terminal)/|^(react|ink|node-fetch)$",
    ],
  ])("source/%s keeps to its own", (folder, forbidden) => {
    expect(offenders(folder, new RegExp(forbidden))).toEqual([]);
  });

  it("lets domain import nothing but itself", () => {
    expect(offenders("domain", /^(?!source\/domain\/)/, { typesToo: true })).toEqual([]);
  });

  it("loads the sandbox from the composition alone", () => {
    const loaders = imports
      .filter(
        ({ from, to }) => to.startsWith("source/sandbox/") && !from.startsWith("source/sandbox/"),
      )
      .map(({ from }) => from);
    expect(new Set(loaders)).toEqual(new Set(["source/demo.ts", "source/commands/sandbox.ts"]));
  });
});
