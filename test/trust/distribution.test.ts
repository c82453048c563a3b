import { cp, readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { basename, join, resolve } from "node:path";
import * as v from "valibot";
import { describe, expect } from "vitest";
import { bundle } from "../../scripts/bundle.mjs";
import { test as base } from "../support/test.ts";

const Manifest = v.looseObject({
  version: v.string(),
  files: v.array(v.string()),
  scripts: v.record(v.string(), v.string()),
  devDependencies: v.record(v.string(), v.string()),
});
const Lock = v.object({
  packages: v.record(
    v.string(),
    v.object({ version: v.optional(v.string()), integrity: v.optional(v.string()) }),
  ),
});
const Bill = v.object({
  bomFormat: v.literal("CycloneDX"),
  specVersion: v.literal("1.6"),
  metadata: v.object({ component: v.object({ name: v.string(), version: v.string() }) }),
  components: v.array(
    v.object({
      "bom-ref": v.string(),
      name: v.string(),
      version: v.string(),
      hashes: v.tuple([v.object({ alg: v.literal("SHA-512"), content: v.string() })]),
      licenses: v.tuple([v.object({ license: v.object({ id: v.string() }) })]),
    }),
  ),
  dependencies: v.array(v.object({ ref: v.string(), dependsOn: v.array(v.string()) })),
});

const read = async <Schema extends v.GenericSchema>(schema: Schema, path: string) =>
  v.parse(schema, JSON.parse(await readFile(path, "utf8")));

const test = base.extend("variables", {});

const it = test
  .extend("bill", () => read(Bill, "dist/sbom.cdx.json"))
  .extend("manifest", () => read(Manifest, "package.json"))
  .extend("licences", () => readFile("dist/THIRD-PARTY-LICENSES.txt", "utf8"));

describe("what is shipped", () => {
  it("runs without packages and installation scripts", async ({ folder, program, manifest }) => {
    const alone = join(folder, "alone");
    await cp("dist", alone, { recursive: true });
    const words = ["--demo", "packages", "bulk-ESG", "--json"];
    const { code, stdout } = await program.run(words, { program: join(alone, "cli.js") });
    expect(code).toBe(0);
    expect(stdout).toContain("Bulk-ESG");
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).not.toHaveProperty("optionalDependencies");
    for (const event of ["preinstall", "install", "postinstall", "prepare"]) {
      expect(manifest.scripts).not.toHaveProperty(event);
    }
  });

  it("imports only Node's own modules", async ({ folder }) => {
    const metafile = await bundle(folder);
    const asked = new Set(
      Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) =>
        imports.filter(({ external }) => external).map(({ path }) => path),
      ),
    );
    expect(asked).toContain("node:fs");
    const built = Object.keys(metafile.outputs).map((path) => `./${basename(path)}`);
    const own = new Set([...builtinModules, ...built]);
    expect([...asked].filter((module) => !own.has(module.replace(/^node:/, "")))).toEqual([]);
  });

  it("has a bill of materials with the digests of the lock file", async ({ bill, manifest }) => {
    const lock = await read(Lock, "package-lock.json");
    const digests = new Set(
      Object.entries(lock.packages).map(([path, { version, integrity }]) => {
        const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
        return `${name} ${version} ${hexOf(integrity ?? "")}`;
      }),
    );
    expect(bill.metadata.component).toEqual({ name: "lseg-cfs", version: manifest.version });
    for (const { name, version, hashes } of bill.components) {
      expect(digests).toContain(`${name} ${version} ${hashes[0].content}`);
    }
    const names = new Set(bill.components.map(({ name }) => name));
    const tools = Object.keys(manifest.devDependencies).filter((name) => !names.has(name));
    expect(
      tools.filter((name) => /^(ink|react|node-fetch|conf|zustand|valibot)$/.test(name)),
    ).toEqual([]);
    expect(
      [...names].filter((name) => /esbuild|vitest|biome|typescript|fast-check|node-pty/.test(name)),
    ).toEqual([]);
  });

  it("lists the dependencies of each package", ({ bill, manifest }) => {
    const known = new Set(bill.components.map((one) => one["bom-ref"]));
    const below = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const open = [`pkg:npm/lseg-cfs@${manifest.version}`];
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      for (const next of below.get(ref) ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        open.push(next);
      }
    }
    expect(reached).toEqual(known);
  });

  it("contains the licence text of each package", async ({ bill, licences }) => {
    for (const { name, version, licenses } of bill.components) {
      expect(licences).toContain(`\n${name} ${version} (${licenses[0].license.id})\n`);
    }
    const texts = licences.split(/^=+\n.+\n=+\n/m).slice(1);
    expect(texts).toHaveLength(bill.components.length);
    for (const text of texts) expect(text).toMatch(/Copyright|Blue Oak|permission/i);
    const react = await readFile(resolve("node_modules/react/LICENSE"), "utf8");
    expect(licences).toContain(react.trim());
  });
});

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
}
