import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { syncTest } from "./sync-fixture.ts";

const it = syncTest.extend("runsHere", true);

const both = ["a.csv.gz", "b.zip"];

it("fetches only the selected files, and nothing more in the next run", async ({
  offer,
  names,
  saved,
  askedBy,
}) => {
  offer("Feed-Csv-Init-2026-11-22", 20, ["init.csv.gz"]);
  offer("Feed-Csv-Delta-2026-11-22", 20, ["delta.csv.gz"]);
  offer("Pit-2026-11-22", 20, ["Pit.2025.F.2026-11-22.zip", "Pit.2026.I.2026-11-22.zip"]);
  const words = ["--kind", "delta", "--exclude", "*.txt"];
  expect((await saved(...words)).sort()).toEqual(["Pit.2026.I.2026-11-22.zip", "delta.csv.gz"]);
  expect(await askedBy(() => saved(...words))).toEqual(["file-sets"]);
  expect(await saved("--format", "csv")).toEqual(["init.csv.gz"]);
  expect(await names()).toHaveLength(3);
});

it("fetches for another selection what the folder lacks, and keeps the rest complete", async ({
  offer,
  out,
  saved,
  sync,
  askedBy,
}) => {
  offer("Set", 20, both);
  expect(await saved("--include", "*.gz")).toEqual(["a.csv.gz"]);
  expect((await sync("--include", "*.zip")).stderr).toContain("1 new file, 0 up to date");
  const again = () => saved("--include", "*.gz");
  expect(await askedBy(again)).toEqual(["file-sets"]);
  expect(await saved()).toEqual([]);
  await rm(join(out, "a.csv.gz"));
  expect(await again()).toEqual(["a.csv.gz"]);
});

it("--prune keeps the files that a narrower selection leaves out", async ({
  offer,
  sync,
  names,
  saved,
}) => {
  const old = offer("Old-Init-2026-11-15", 200, ["old.csv.gz", "old.zip"]);
  offer("New-Delta-2026-11-22", 20, both);
  await sync();
  const all = ["a.csv.gz", "b.zip", "old.csv.gz", "old.zip"];
  for (const words of [
    ["--include", "*.zip"],
    ["--kind", "delta"],
  ]) {
    const dry = await sync(...words, "--prune", "--dry-run", "--json");
    expect(dry.objects()).toEqual([]);
    expect(await saved(...words, "--prune")).toEqual([]);
    expect(await names()).toEqual(all);
  }
  old.availableToMs = 0;
  await sync("--include", "*.zip", "--prune");
  expect(await names()).toEqual(all);
  await sync("--prune");
  expect(await names()).toEqual(["a.csv.gz", "b.zip"]);
});
