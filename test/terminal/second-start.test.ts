import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { keys } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";

const seriesName = "Bulk-ESG-Global-Raw-Full-v1-Social-Csv";
const day = (number: number) => Date.UTC(2026, 10, number);

const test = base.extend("series", { auto: true }, ({ sandbox: { catalogue } }) => {
  const { packageId } = catalogue.addPackage({
    packageName: "Bulk-ESG-Global-Raw-Full-v1",
    bucketNames: ["bulk-ESG"],
  });
  for (const [kind, from, to] of [
    ["Init", 0, 1],
    ["Init", 0, 8],
    ["Delta", 11, 12],
  ] as const) {
    const name = `${seriesName}-${kind}-${new Date(day(to)).toISOString()}`;
    catalogue.addFileSet({
      name,
      packageId,
      contentFromMs: kind === "Init" ? 0 : day(from),
      contentToMs: day(to),
      files: [1, 2].map((part) => ({ filename: `${name}-part${part}.csv.gz`, bytes: 20_000 })),
    });
  }
});

test("the next start opens where the last one ended, without listing the files of a READY set again", async ({
  folder,
  open,
  program,
  sandbox,
}) => {
  const filesAsked = () => sandbox.requests.filter(({ place }) => place === "files").length;
  const first = open({ words: ["bulk-esg/Bulk-ESG-Global-Raw-Full-v1"] });
  await first.shows("1/3 file sets");
  first.press("n");
  await first.shows("gap: 3 days missing, 2026-11-08 to 2026-11-11");
  first.press(`G${keys.enter}`);
  await first.shows("1/2 files");
  first.press(`${keys.escape}d`);
  // Until then q asks.
  await first.shows("Saved 2 files");
  await first.shows("✓");
  first.press(keys.enter);
  await first.shows("1/2 files");
  first.press("q");
  expect(await first.ended).toBe(0);
  const asked = filesAsked();
  expect(asked).toBe(1);

  const second = open();
  await second.shows("/2 files");
  expect(filesAsked()).toBe(asked);
  second.press(keys.escape);
  const screen = (await second.shows("newest only (n)")).join("\n");
  expect(screen).toContain("gap: 3 days missing");
  await second.shows("✓");
  second.press("q");
  expect(await second.ended).toBe(0);

  const fresh = open({ words: ["--fresh"] });
  await fresh.shows("Known buckets");
  fresh.press(keys.ctrlC);
  expect(await fresh.ended).toBe(0);

  const cache = join(folder, "settings", "cache");
  // What Node compiled lies there too, where it can be kept, and is nobody's own.
  const ofAccounts = async () => (await readdir(cache)).filter((name) => name !== "compiled");
  expect(await ofAccounts()).toHaveLength(1);
  await program.run(["logout"]);
  expect(await ofAccounts()).toEqual([]);
});
