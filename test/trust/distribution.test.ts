import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../scripts/bundle.mjs";
import { makeHome, run } from "../support/program/run.ts";

const Program = v.object({
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

let scratch: string;
let bill: v.InferOutput<typeof Bill>;
let program: v.InferOutput<typeof Program>;
let licences: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "cfs-test-"));
  bill = v.parse(Bill, JSON.parse(await readFile("dist/sbom.cdx.json", "utf8")));
  program = v.parse(Program, JSON.parse(await readFile("package.json", "utf8")));
  licences = await readFile("dist/THIRD-PARTY-LICENSES.txt", "utf8");
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("what is shipped", () => {
  it("runs by itself: without packages beside it, and without a script at its installation", async () => {
    const alone = join(scratch, "alone");
    await cp("dist", alone, { recursive: true });
    const home = await makeHome({});
    try {
      const words = ["--demo", "packages", "bulk-ESG", "--json"];
      const { code, stdout } = await run(words, {
        directory: home.directory,
        environment: home.environment,
        program: join(alone, "cli.js"),
      });
      expect(code).toBe(0);
      expect(stdout).toContain("Bulk-ESG");
    } finally {
      await home.remove();
    }
    const manifest = JSON.parse(await readFile("package.json", "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).not.toHaveProperty("optionalDependencies");
    for (const event of ["preinstall", "install", "postinstall", "prepare"]) {
      expect(program.scripts).not.toHaveProperty(event);
    }
  });

  it("asks Node for nothing but Node's own modules", async () => {
    const metafile = await bundle(scratch);
    const asked = new Set(
      Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) =>
        imports.filter(({ external }) => external).map(({ path }) => path),
      ),
    );
    expect(asked).toContain("node:fs");
    const own = new Set(builtinModules);
    expect([...asked].filter((module) => !own.has(module.replace(/^node:/, "")))).toEqual([]);
  });

  it("has its bill of materials: the packages of the bundle, each held to the lock's digest", async () => {
    const lock = v.parse(Lock, JSON.parse(await readFile("package-lock.json", "utf8")));
    const digests = new Set(
      Object.entries(lock.packages).map(([path, { version, integrity }]) => {
        const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
        return `${name} ${version} ${hexOf(integrity ?? "")}`;
      }),
    );
    expect(bill.metadata.component).toEqual({ name: "lseg-cfs", version: program.version });
    for (const { name, version, hashes } of bill.components) {
      expect(digests).toContain(`${name} ${version} ${hashes[0].content}`);
    }
    const names = new Set(bill.components.map(({ name }) => name));
    const tools = Object.keys(program.devDependencies).filter((name) => !names.has(name));
    expect(
      tools.filter((name) => /^(ink|react|node-fetch|conf|zustand|valibot)$/.test(name)),
    ).toEqual([]);
    expect(
      [...names].filter((name) => /esbuild|vitest|biome|typescript|fast-check|node-pty/.test(name)),
    ).toEqual([]);
  });

  it("tells for each package what it stands on, down from the program", () => {
    const known = new Set(bill.components.map((one) => one["bom-ref"]));
    const below = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const open = [`pkg:npm/lseg-cfs@${program.version}`];
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      for (const next of below.get(ref) ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        open.push(next);
      }
    }
    expect(reached).toEqual(known);
  });

  it("carries the licence of each of them, word for word", async () => {
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
