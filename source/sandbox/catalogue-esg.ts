import type { CataloguePart } from "./catalogue.ts";
import { addPointInTime } from "./catalogue-point-in-time.ts";
import type { SandboxPackage } from "./entities.ts";
import { addSeries, dayMs, type Series, startOfDay } from "./series.ts";

/*
 * bulk-ESG: the bucket with the most packages. Ids of known packages are those of LSEG's samples.
 */

const weekly = { everyDays: 7, availableDays: 14, time: "16:04:11.525", kind: "esg" } as const;
const both = ["Jsonl", "Csv"] as const;
const megabyte = 1_000_000;

function rawSeries(title: string, pillarBytes: number): Series[] {
  return ["Environmental", "Governance", "Social", "Source"].map((pillar) => ({
    ...weekly,
    title: `${title}-${pillar}`,
    formats: both,
    init: { bytes: pillar === "Source" ? pillarBytes / 6 : pillarBytes, parts: 3 },
    delta: { bytes: pillarBytes / 40 },
    contentType: "ESG Raw Full B",
  }));
}

function plainSeries(title: string, contentType: string, bytes: number): Series[] {
  return [
    {
      ...weekly,
      title,
      formats: both,
      init: { bytes },
      delta: { bytes: Math.round(bytes / 30) },
      contentType,
    },
  ];
}

/** Packages that the account may list but not open. */
const notEntitled: readonly [name: string, contentType: string][] = [
  ["Bulk-ESG-Global-Carbon-Full-v1", "ESG Carbon"],
  ["Bulk-ESG-Global-Controversies-v1", "ESG Controversies"],
  ["Bulk-ESG-Global-Raw-Current-SchemeA-v1", "ESG Raw Current A"],
  ["Bulk-ESG-Global-SFDR-v1", "ESG SFDR"],
];

const entitled: readonly [name: string, contentType: string, bytes: number][] = [
  ["Bulk-ESG-Global-EUTaxonomy-v1", "ESG EU Taxonomy", 6.2 * megabyte],
  ["Bulk-ESG-Global-Scores-Full-SchemeB-v1", "ESG Scores", 16.1 * megabyte],
  ["Bulk-ESG-Global-Scores-Current-SchemeB-v1", "ESG Scores Current", 2.4 * megabyte],
  ["Bulk-ESG-Global-Scores-Wealth-Standard-v1", "ESG Scores Wealth", 1.1 * megabyte],
  ["Bulk-ESG-Global-Symbology-Instrument-v1", "ESG Symbology Instrument", 9.7 * megabyte],
  ["Bulk-ESG-Global-Symbology-Quote-v1", "ESG Symbology Quote", 14.9 * megabyte],
  ["Bulk-ESG-Europe-Scores-Full-SchemeB-v1", "ESG Scores", 4.4 * megabyte],
];

export const addEsg: CataloguePart = (catalogue, nowMs, historyWeeks) => {
  const add = (
    fields: Partial<SandboxPackage> & Pick<SandboxPackage, "packageName">,
    series: readonly Series[],
  ) => {
    const createdMs = startOfDay(nowMs) - 900 * dayMs;
    const owner = catalogue.addPackage({
      bucketNames: ["bulk-ESG"],
      createdMs,
      modifiedMs: createdMs + 400 * dayMs,
      ...fields,
    });
    return series.map((each) => addSeries(catalogue, owner, each, nowMs, historyWeeks));
  };

  catalogue.addBucket({ name: "bulk-ESG", attributes: ["ESG", "Bulk"] });
  const raw = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
  const deliveries = add(
    { packageName: raw, packageId: "4288-ebb6-93372235-acb2-89882a826af1" },
    rawSeries(raw, 86.8 * megabyte),
  );
  // As observed: the newest Social Csv Init has 7 parts of 93 MB, and lists their md5.
  const social = deliveries[2]?.find((fileSet) => fileSet.name.includes("-Csv-Init-"));
  if (social) {
    const [first, ...others] = catalogue.filesOf(social);
    if (first) {
      for (const file of [first, ...others]) {
        file.bytes = 93_000_000 + (file.seed % 200_000);
        file.listedMd5 = "true";
      }
      for (let part = 3; part < 7; part++) {
        catalogue.addFile(social, {
          filename: first.filename.replace(/part\d/, `part${part}`),
          bytes: 93_000_000 + part * 30_011,
          listedMd5: "true",
        });
      }
    }
  }

  const wealth = "Bulk-ESG-Global-Wealth-Standard-v2";
  add({ packageName: wealth, packageId: "408c-ba29-cae68349-abb7-ba38f6d7fce7" }, [
    {
      ...weekly,
      title: wealth,
      formats: both,
      init: { bytes: 48 * megabyte, parts: 3 },
      delta: { bytes: 2.2 * megabyte },
      contentType: "ESG Wealth Standard",
      resultCount: 3_855_140,
    },
  ]);
  const symbology = "Bulk-ESG-Global-Symbology-Organization-v1";
  add({ packageName: symbology, packageId: "4037-e79c-96b73648-a42a-6b65ef8ccbd1" }, [
    {
      ...weekly,
      title: symbology,
      kind: "symbology",
      formats: both,
      init: { bytes: 2.4 * megabyte },
      delta: { bytes: 31_000 },
      contentType: "ESG Symbology Organization",
    },
  ]);
  for (const [packageName, contentType, bytes] of entitled) {
    add({ packageName }, plainSeries(packageName, contentType, bytes));
  }
  for (const [packageName, contentType] of notEntitled) {
    add({ packageName, isEntitled: false }, plainSeries(packageName, contentType, 5 * megabyte));
  }
  addPointInTime(catalogue, nowMs, historyWeeks);
};
