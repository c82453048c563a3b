import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { fileSetReply } from "../../source/api/replies/replies.ts";
import { contentSets } from "../../source/domain/content-sets.ts";
import { gapText, latestInitChain } from "../../source/domain/deliveries/chain.ts";
import { openSandbox, signedIn } from "../support/sandbox/client.ts";

const afternoon = Date.UTC(2026, 4, 14, 15, 30);

test("has every known content set with file sets to open", async () => {
  const { catalogue } = await openSandbox({ now: () => afternoon });
  for (const { bucket, packageId } of contentSets) {
    expect(catalogue.packages.get(packageId)?.bucketNames).toContain(bucket);
    const sets = catalogue.sortedFileSets().filter((each) => each.packageId === packageId);
    expect(sets.length).toBeGreaterThan(1);
  }
});

/** What the public samples ask for, and take from the answer. */
describe("what the samples ask for", () => {
  const day = (date: number) => Date.UTC(2026, 4, date);

  /** An hour of Sunday evening on which all that comes on Sundays is out. */
  const evening = day(10) + 20 * 3_600_000;

  async function items(query: string, nowMs = afternoon) {
    const client = await signedIn(await openSandbox({ now: () => nowMs }));
    return (await client.list(`/file-store/v1/${query}`)).value;
  }

  const nameHas = (words: readonly string[]) => (item: Record<string, unknown>) =>
    words.every((word) => String(item.name).includes(word));

  test.each([
    ["bulk-symbology", "Symbology BondISINSusFinMapping", ["Bond", "ISIN", "Json", "Init"]],
    ["bulk-ESG", "ESG Scores", ["Scores-Full", "Init", "Jsonl"]],
    ["bulk-ESG", "ESGWealthStandard", ["Raw-Wealth-Standard-v2-ValueScores-Csv-Delta"]],
    ["bulk-ESG", "Symbology Organization", ["Symbology-Organization-v1-Jsonl-Init"]],
    ["bulk-ESG", "Symbology Cusip", ["Symbology-Cusip-v1"]],
    ["bulk-ESG", "Symbology SEDOL", ["Symbology-SEDOL-v1"]],
    ["bulk-ESG", "ESG PIT SDI Full", ["RFT-ESG-PIT-SDI"]],
    ["bulk-greenrevenue", "GR Global Standard Full", ["Bulk-GR-Global-Standard-Full-v1"]],
    ["bulk-greenrevenue", "GR Global Summary Full", ["Bulk-GR-Global-Summary-Full-v1"]],
    ["ESG", "ESG Sources", ["RFT-ESG-Sources-Full-Init"]],
    ["ESG", "ESG Scores", ["RFT-ESG-Scores-Wealth-Standard-init"]],
  ])("in %s the attribute ContentType:%s", async (bucket, contentType, words) => {
    const attributes = encodeURIComponent(`ContentType:${contentType}`);
    const found = await items(`file-sets?bucket=${bucket}&pageSize=100&attributes=${attributes}`);
    expect(found.find(nameHas(words))).toBeDefined();
  });

  test("the first package of a bucket is the one that they print", async () => {
    expect((await items("packages?bucketName=bulk-ESG"))[0]).toMatchObject({
      packageId: "4037-e79c-96b73648-a42a-6b65ef8ccbd1",
      packageName: "Bulk-ESG-Global-Symbology-Organization-v1",
    });
    expect((await items("packages?bucketName=bulk-greenrevenue"))[0]).toMatchObject({
      packageId: "4316-d43b-81c40763-8e6a-0dbec8162ab1",
      packageName: "Bulk-GR-Global-Standard-Full-v1",
    });
  });

  test("what became available since Sunday: each part, format and kind once", async () => {
    const query =
      "file-sets?bucket=bulk-esg&packageId=4288-ebb6-93372235-acb2-89882a826af1&availableFrom=2026-05-10T00:00:00Z";
    for (const nowMs of [evening, afternoon, day(17) + 9 * 3_600_000]) {
      const found = await items(query, nowMs);
      expect(found.map((each) => String(each.name).slice(0, -25)).sort()).toEqual(
        ["Env", "Gov", "Social"].flatMap((part) =>
          ["Csv-Delta", "Csv-Init", "Jsonl-Delta", "Jsonl-Init"].map(
            (kind) => `Bulk-ESG-Global-Raw-Full-SchemeB-v1-${part}-${kind}`,
          ),
        ),
      );
    }
    expect(await items(query, day(10) + 9 * 3_600_000)).toEqual([]);
  });

  test("the Point in Time set of the week, out on Monday morning, with 115 zips", async () => {
    const query = "file-sets?bucket=bulk-ESG&packageId=4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad";
    const found = await items(query, day(11) + 9 * 3_600_000);
    expect(found.find((each) => each.name === "RFT-ESG-PIT-SDI-2026-05-10")).toMatchObject({
      numFiles: 115,
      availableFrom: "2026-05-11T03:14:53Z",
      availableTo: "2026-05-24T02:00:00Z",
      modified: "2026-05-11T03:31:40Z",
    });
  });
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
    .filter((each) => /^Bulk-GR-Global-Standard-Full-v1-Csv/.test(each.name))
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
    expect(chain?.gaps.map(gapText)).toEqual([expect.stringContaining("1 day missing")]);
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
