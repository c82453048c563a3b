import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundle } from "../../scripts/bundle.mjs";
import { commandTree } from "../../source/commands/help-text.ts";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, start } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

let sandbox: Sandbox;
let home: Home;
let built: string;
/** Chunk → the modules that it holds. */
let modulesOf: Map<string, string[]>;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "cfs-test-"));
  const { outputs } = await bundle(built);
  modulesOf = new Map(
    Object.entries(outputs).map(([path, { inputs }]) => [basename(path), Object.keys(inputs)]),
  );
  sandbox = await startSandbox({ historyWeeks: 1 });
  home = await makeHome(credentialsOf(sandbox));
});

afterAll(async () => {
  await sandbox.close();
  await home.remove();
  await rm(built, { recursive: true, force: true });
});

/** The modules that were loaded while the call ran, as the engine's own record of scripts tells. */
async function modulesLoaded(words: readonly string[]): Promise<string[]> {
  const record = await mkdtemp(join(built, "record-"));
  const environment = { ...home.environment, NODE_V8_COVERAGE: record };
  const program = join(built, "cli.js");
  const running = start(words, { directory: home.directory, environment, program });
  const serves = words[0] === "sandbox";
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
    for (const [, chunk = ""] of text.matchAll(/"url":"[^"]*\/([^"/]+\.c?js)"/g)) loaded.add(chunk);
  }
  return [...loaded].flatMap((chunk) => modulesOf.get(chunk) ?? []);
}

const screens =
  /^source\/(ui|store|keys)\/|node_modules\/(ink|react|react-reconciler|zustand|yoga-layout)\//;

/** Packages that a dependency imports for what this program never asks of it. */
const unasked = /node_modules\/(ajv|ajv-formats|semver|fetch-blob|web-streams-polyfill)\//;

it("no part of the program holds what its dependencies need for other programs", () => {
  const held = [...modulesOf.values()].flat();
  expect(held).toContain("node_modules/conf/dist/source/index.js");
  expect(held.filter((name) => unasked.test(name))).toEqual([]);
});

it("no command loads React, Ink, the store or a screen", async () => {
  const file = [...sandbox.catalogue.files.values()].find(({ bytes }) => bytes < 100_000);
  const id = file?.id ?? "";
  const calls = [
    ["help"],
    ["doctor"],
    ["login"],
    ["status"],
    ["config"],
    ["buckets"],
    ["packages", "bulk-ESG"],
    ["file-sets", "bulk-ESG", "--limit", "1"],
    ["files", file?.filesetId ?? ""],
    ["url", id],
    ["peek", id],
    ["get", id],
    ["sync", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "-o", "pit", "--dry-run"],
    ["sync", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "-o", "pit", "--name", "nothing"],
    ["sandbox", "--json"],
    ["completion", "bash"],
    ["names", "buckets"],
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
