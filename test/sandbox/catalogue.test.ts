import * as v from "valibot";
import { expect, test } from "vitest";
import { fileSetReply } from "../../source/api/replies.ts";
import { contentSets } from "../../source/domain/content-sets.ts";
import { latestInitChain } from "../../source/domain/delivery-chain.ts";
import { gapWords } from "../../source/domain/gap-words.ts";
import { openSandbox, signedIn } from "./client.ts";

const afternoon = Date.UTC(2026, 4, 14, 15, 30);

test("has every known content set with file sets to open", async () => {
  const { catalogue } = await openSandbox({ now: () => afternoon });
  for (const { bucket, packageId } of contentSets) {
    expect(catalogue.packages.get(packageId)?.bucketNames).toContain(bucket);
    const sets = catalogue.sortedFileSets().filter((each) => each.packageId === packageId);
    expect(sets.length).toBeGreaterThan(1);
  }
});

test("is the same at any time of the day", async () => {
  const morning = await openSandbox({ now: () => Date.UTC(2026, 4, 14, 0, 1) });
  const later = await openSandbox({ now: () => afternoon });
  const facts = ({ catalogue }: typeof morning) =>
    catalogue.sortedFileSets().map(({ id, name, createdMs }) => ({ id, name, createdMs }));
  expect(facts(morning)).toEqual(facts(later));
});

test("Deltas form a chain without gaps, Inits begin in 1970", async () => {
  const { catalogue } = await openSandbox({ now: () => afternoon });
  const series = catalogue
    .sortedFileSets()
    .filter((each) => /^Bulk-GreenRevenue-Global-Standard-v1-Csv/.test(each.name))
    .sort((left, right) => (left.contentToMs ?? 0) - (right.contentToMs ?? 0));
  const deltas = series.filter((each) => each.name.includes("-Delta-"));
  expect(deltas.length).toBeGreaterThan(3);
  for (const [at, delta] of deltas.entries()) {
    if (at > 0) expect(delta.contentFromMs).toBe(deltas[at - 1]?.contentToMs);
  }
  for (const each of series.filter((set) => set.name.includes("-Init-"))) {
    expect(each.contentFromMs).toBe(0);
  }
});

test("one series has missed a Delta after its newest Init, on every day of the week", async () => {
  for (let day = 0; day < 7; day++) {
    const now = () => afternoon + day * 24 * 60 * 60 * 1000;
    const client = await signedIn(await openSandbox({ now }));
    const { items } = await client.all("/file-store/v1/file-sets?bucket=bulk-FMRD&pageSize=100");
    const [chain, ...others] = latestInitChain(v.parse(v.array(fileSetReply), items)).filter(
      ({ gaps }) => gaps.length > 0,
    );
    expect(others).toEqual([]);
    expect(chain?.series).toMatch(/^Bulk-FMRD-Global-CorporateActions-v1/);
    expect(chain?.init).toBeDefined();
    expect(chain?.gaps.map(gapWords)).toEqual([expect.stringContaining("gap: 1 day missing")]);
  }
});

test("sets vanish when their availability is over", async () => {
  let nowMs = afternoon;
  const client = await signedIn(await openSandbox({ now: () => nowMs, accessTokenSeconds: 1e7 }));
  const count = async () =>
    (await client.all("/file-store/v1/file-sets?bucket=bulk-ESG&pageSize=100")).items.length;
  expect(await count()).toBeGreaterThan(80);
  nowMs += 15 * 24 * 60 * 60 * 1000;
  expect(await count()).toBe(0);
});

test("files come in all sizes, some without extension, parts not in order", async () => {
  const { catalogue } = await openSandbox({ now: () => afternoon });
  const files = [...catalogue.files.values()];
  expect(files.some((file) => file.bytes > 10e9)).toBe(true);
  expect(files.some((file) => file.bytes < 20_000)).toBe(true);
  expect(files.some((file) => !/\.(gz|zip)$/.test(file.filename))).toBe(true);
  expect(files.some((file) => file.listedSize === "missing")).toBe(true);
  const social = catalogue
    .sortedFileSets()
    .filter((each) => each.name.includes("Social-Csv-Init"))
    .find((each) => catalogue.filesOf(each).length === 7);
  expect(social).toBeDefined();
  const names = social ? catalogue.filesOf(social).map((file) => file.filename) : [];
  expect(names).not.toEqual([...names].sort());
});
