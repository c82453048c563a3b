import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "vitest";
import { bundle } from "../../scripts/bundle.mjs";
import { commandTree } from "../../source/commands/help-text.ts";
import { pathWithStubDuckDb } from "../support/program/stub-duckdb.ts";
import { availableFile } from "../support/sandbox/expected-files.ts";
import { test as base } from "../support/test.ts";

const it = base
  // The newest file set of a week is missing until its time of that day.
  .extend("sandboxOptions", { historyWeeks: 2 })
  /** A separate build, and the modules in each of its chunks. */
  .extend("built", { scope: "file" }, async ({}, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), "cfs-test-modules-"));
    onCleanup(() => rm(directory, { recursive: true }));
    const { outputs } = await bundle(directory);
    const modulesOf = new Map(
      Object.entries(outputs).map(([path, { inputs }]) => [basename(path), Object.keys(inputs)]),
    );
    return { program: join(directory, "cli.js"), modulesOf };
  })
  /** The modules that were loaded during the call, by V8's list of scripts. */
  .extend("modulesLoaded", async ({ built, folder, program }) => {
    const PATH = await pathWithStubDuckDb(folder);
    let calls = 0;
    return async (words: readonly string[]) => {
      calls += 1;
      const record = join(folder, `record-${calls}`);
      await mkdir(record);
      const environment = { NODE_V8_COVERAGE: record, PATH };
      const running = program.start(words, { environment, program: built.program });
      const serves = words[0] === "sandbox" || words[0] === "watch";
      if (serves) {
        await running.until(({ stdout }) => stdout.includes("\n"));
        running.kill("SIGTERM");
      }
      const { code, stderr } = await running.ended;
      expect({ words, code, stderr }).toEqual({
        words,
        code: serves ? 143 : 0,
        stderr: expect.any(String),
      });
      const loaded = new Set<string>();
      for (const name of await readdir(record)) {
        const text = await readFile(join(record, name), "utf8");
        const chunks = text.matchAll(/"url":"[^"]*\/([^"/]+\.c?js)"/g);
        for (const [, chunk = ""] of chunks) loaded.add(chunk);
      }
      return [...loaded].flatMap((chunk) => built.modulesOf.get(chunk) ?? []);
    };
  });

const screens =
  /^source\/(ui|store|keys)\/|node_modules\/(ink|react|react-reconciler|zustand|yoga-layout)\//;

/** Packages that dependencies import only for features that this program does not use. */
const unasked = /node_modules\/(ajv|ajv-formats|semver|fetch-blob|web-streams-polyfill)\//;

it("the program does not bundle unused packages of its dependencies", ({ built }) => {
  const held = [...built.modulesOf.values()].flat();
  expect(held).toContain("node_modules/conf/dist/source/index.js");
  expect(held.filter((name) => unasked.test(name))).toEqual([]);
});

it("no command loads React, Ink, the store or a screen", async ({
  folder,
  sandbox,
  modulesLoaded,
}) => {
  await writeFile(join(folder, "Feed-Init-2026-11-01.csv"), "Id,V\n1,a\n");
  const { filesetId, id } = availableFile(sandbox, ({ bytes }) => bytes < 100_000);
  const calls = [
    ["help"],
    ["doctor"],
    ["login"],
    ["status"],
    ["token"],
    ["profiles"],
    ["config"],
    ["buckets"],
    ["packages", "bulk-ESG"],
    ["file-sets", "bulk-ESG", "--limit", "1"],
    ["files", filesetId],
    ["url", id],
    ["peek", id],
    ["cat", id],
    ["get", id, "--checksums"],
    ["sync", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "-o", "pit", "--dry-run"],
    ["sync", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "-o", "pit", "--name", "nothing"],
    ["watch", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "-o", "pit", "--name", "no", "--json"],
    ["subscriptions"],
    ["plan", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "-o", "pit"],
    ["schema", "plan"],
    ["expect", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI"],
    ["verify", "."],
    ["table", ".", "--series", "Feed*", "--key", "Id", "-o", "current.parquet"],
    ["sandbox", "--json"],
    ["completion", "bash"],
    ["names", "buckets"],
    ["names", "profiles"],
    ["names", "packages", "bulk-ESG"],
    ["logout"],
  ];
  const commands = commandTree().commands.map((command) => command.name());
  expect(commands.filter((name) => !calls.some(([first]) => first === name))).toEqual([]);
  for (const words of calls) {
    const modules = await modulesLoaded(words);
    expect(modules).toContain("cli.tsx");
    expect({ words, screens: modules.filter((name) => screens.test(name)) }).toEqual({
      words,
      screens: [],
    });
  }
});
