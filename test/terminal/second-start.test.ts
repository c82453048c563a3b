import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { keys, runInTerminal, type TerminalOptions } from "../support/terminal/run-in-terminal.ts";

const series = "Bulk-ESG-Global-Raw-Full-v1-Social-Csv";
const day = (number: number) => Date.UTC(2026, 10, number);

let sandbox: Sandbox;
let home: Home;

beforeEach(async () => {
  sandbox = await startSandbox({ empty: true });
  home = await makeHome(credentialsOf(sandbox));
  const { packageId } = sandbox.catalogue.addPackage({
    packageName: "Bulk-ESG-Global-Raw-Full-v1",
    bucketNames: ["bulk-ESG"],
  });
  for (const [kind, from, to] of [
    ["Init", 0, 1],
    ["Init", 0, 8],
    ["Delta", 11, 12],
  ] as const) {
    const name = `${series}-${kind}-${new Date(day(to)).toISOString()}`;
    sandbox.catalogue.addFileSet({
      name,
      packageId,
      contentFromMs: kind === "Init" ? 0 : day(from),
      contentToMs: day(to),
      files: [1, 2].map((part) => ({ filename: `${name}-part${part}.csv.gz`, bytes: 20_000 })),
    });
  }
});

afterEach(async () => {
  await sandbox.close();
  await home.remove();
});

const start = (more: Partial<TerminalOptions> = {}) =>
  runInTerminal({ directory: home.directory, environment: home.environment, ...more });

const filesAsked = () => sandbox.requests.filter(({ place }) => place === "files").length;

test("the next start opens where the last one ended, and asks for the files of a READY set no second time", async () => {
  const first = start({ words: ["bulk-esg/Bulk-ESG-Global-Raw-Full-v1"] });
  await first.shows("1/3 file sets");
  first.press("n");
  await first.shows("gap: 3 days missing, 2026-11-08 to 2026-11-11");
  first.press(`G${keys.enter}`);
  await first.shows("1/2 files");
  first.press(`${keys.escape}d`);
  await first.shows("✓");
  first.press(keys.enter);
  await first.shows("1/2 files");
  first.press("q");
  expect(await first.ended).toBe(0);
  const asked = filesAsked();
  expect(asked).toBe(1);

  const second = start();
  await second.shows("/2 files");
  expect(filesAsked()).toBe(asked);
  second.press(keys.escape);
  const screen = (await second.shows("newest only (n)")).join("\n");
  expect(screen).toContain("gap: 3 days missing");
  await second.shows("✓");
  second.press("q");
  expect(await second.ended).toBe(0);

  const fresh = start({ words: ["--fresh"] });
  await fresh.shows("Known buckets");
  fresh.press(keys.ctrlC);
  expect(await fresh.ended).toBe(0);

  const cache = join(home.directory, "settings", "cache");
  // What Node compiled lies there too, where it can be kept, and is nobody's own.
  const ofAccounts = async () => (await readdir(cache)).filter((name) => name !== "compiled");
  expect(await ofAccounts()).toHaveLength(1);
  await run(["logout"], { environment: home.environment });
  expect(await ofAccounts()).toEqual([]);
});
