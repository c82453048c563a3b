import type { SandboxPackage } from "../model/entities.ts";
import { mix, seedOf } from "../model/random.ts";
import type { CataloguePart } from "./catalogue.ts";
import {
  addSeries,
  dayMs,
  lastWeekday,
  type Series,
  startOfDay,
  sunday,
} from "./recurring-delivery.ts";

// The bucket bulk-ESG, with package ids of LSEG's samples.

const weekly = {
  everyDays: 7,
  weekday: sunday,
  availableDays: 14,
  time: "16:04:11.525",
  kind: "esg",
} as const;
const both = ["Jsonl", "Csv"] as const;
const megabyte = 1_000_000;

function rawSeries(title: string, pillarBytes: number): Series[] {
  return ["Env", "Gov", "Social"].map((pillar) => ({
    ...weekly,
    title: `${title}-${pillar}`,
    time: "16:11:18.777",
    formats: both,
    init: { bytes: pillarBytes, parts: 3 },
    delta: { bytes: pillarBytes / 40 },
    contentType: "ESG Raw Full B",
  }));
}

function plainSeries(title: string, contentType: string, bytes: number): Series[] {
  return [
    {
      ...weekly,
      title,
      kind: contentType.startsWith("ESG Scores") ? "esg-scores" : "esg",
      formats: both,
      init: { bytes },
      delta: { bytes: Math.round(bytes / 30) },
      contentType,
    },
  ];
}

type Plain = [name: string, contentType: string, bytes: number, packageId?: string];

const notEntitled: readonly Plain[] = [
  ["Bulk-ESG-Global-Carbon-Full-v1", "ESG Carbon", 5 * megabyte],
  ["Bulk-ESG-Global-Controversies-v1", "ESG Controversies", 5 * megabyte],
  ["Bulk-ESG-Global-Raw-Current-SchemeA-v1", "ESG Raw Current A", 5 * megabyte],
  ["Bulk-ESG-Global-SFDR-v1", "ESG SFDR", 5 * megabyte, "4583-2efa-f361ce4a-ac1c-8471c9cd5464"],
];

const entitled: readonly Plain[] = [
  ["Bulk-ESG-Global-EUTaxonomy-v1", "ESG EU Taxonomy", 6.2 * megabyte],
  ["Bulk-ESG-Global-Scores-Full-SchemeB-v1", "ESG Scores", 16.1 * megabyte],
  ["Bulk-ESG-Global-Scores-Current-SchemeB-v1", "ESG Scores Current", 2.4 * megabyte],
  ["Bulk-ESG-Global-Scores-Wealth-Standard-v1", "ESG Scores Wealth", 1.1 * megabyte],
  ["Bulk-ESG-Global-Symbology-Instrument-v1", "Symbology Instrument", 9.7 * megabyte],
  ["Bulk-ESG-Global-Symbology-Quote-v1", "Symbology Instrument Quote", 14.9 * megabyte],
  ["Bulk-ESG-Europe-Scores-Full-SchemeB-v1", "ESG Scores", 4.4 * megabyte],
  [
    "Bulk-ESG-Global-Raw-Full-SchemeA-v1",
    "ESG Raw Full A",
    92 * megabyte,
    "4133-fe0b-fe1981eb-b254-ffb9f828b286",
  ],
  [
    "Bulk-ESG-Global-Scores-Full-v1",
    "ESG Scores",
    15.2 * megabyte,
    "4f1d-c1e4-b448e23b-a51a-e4315800de31",
  ],
  [
    "Bulk-ESG-Global-Scores-Wealth-Full-v1",
    "ESG Scores",
    8.6 * megabyte,
    "4de3-40e7-1a057dae-a62a-872cc0277904",
  ],
  [
    "Bulk-ESG-Global-EU-BMR-v1",
    "ESG EU BMR",
    3.1 * megabyte,
    "48d4-e278-215dca78-bb4a-bca14a86a8f5",
  ],
  [
    "Bulk-ESG-Global-Symbology-ISIN-v1",
    "Symbology ISIN",
    5.5 * megabyte,
    "42db-71ff-ea4bd04c-9739-849990675c7d",
  ],
  [
    "Bulk-ESG-Global-Symbology-Cusip-v1",
    "Symbology Cusip",
    1.6 * megabyte,
    "4a7b-19e3-ac9446f0-9db9-9eab901a4953",
  ],
  [
    "Bulk-ESG-Global-Symbology-SEDOL-v1",
    "Symbology SEDOL",
    4.8 * megabyte,
    "48ff-7e86-20bd08b2-8bbf-ee1b93395d59",
  ],
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
  // Verified: the newest Social Csv Init has 7 parts of 93 MB with md5.
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

  const wealth = "Bulk-ESG-Global-Raw-Wealth-Standard-v2";
  add(
    { packageName: wealth, packageId: "408c-ba29-cae68349-abb7-ba38f6d7fce7" },
    ["Analytics", "DataItems", "ValueScores"].map((part) => ({
      ...weekly,
      title: `${wealth}-${part}`,
      time: "18:15:15.433",
      formats: both,
      init: { bytes: 48 * megabyte, parts: 3 },
      delta: { bytes: 2.2 * megabyte },
      contentType: "ESGWealthStandard",
      resultCount: 3_855_140,
    })),
  );
  const symbology = "Bulk-ESG-Global-Symbology-Organization-v1";
  add({ packageName: symbology, packageId: "4037-e79c-96b73648-a42a-6b65ef8ccbd1" }, [
    {
      ...weekly,
      title: symbology,
      kind: "symbology",
      formats: both,
      init: { bytes: 2.4 * megabyte },
      delta: { bytes: 31_000 },
      contentType: "Symbology Organization",
    },
  ]);
  for (const plain of [...entitled, ...notEntitled]) {
    const [packageName, contentType, bytes, packageId] = plain;
    add(
      { packageName, isEntitled: entitled.includes(plain), ...(packageId ? { packageId } : {}) },
      plainSeries(packageName, contentType, bytes),
    );
  }
  addPointInTime(catalogue, nowMs, historyWeeks);
};

// ESG Point in Time. Verified: 115 zips in a set, no content dates, ".F." is full and ".I."
// incremental, available from Monday 09:00 UTC until the Sunday of the next week.

const monday = 1;
const measures = ["AnalyticValueScore", "DataPoint", "Indicator", "PillarScore", "TopicScore"];
const firstYear = 2003;
const fullYears = 20;

const addPointInTime: CataloguePart = (catalogue, nowMs, historyWeeks) => {
  const owner = catalogue.addPackage({
    packageName: "RFT-ESG-PIT-SDI",
    packageId: "4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad",
    bucketNames: ["bulk-ESG"],
    folder: "ESGPIT",
  });
  const lastMonday = lastWeekday(monday, startOfDay(nowMs) / dayMs);
  for (let week = 0; week < Math.min(3, historyWeeks); week++) {
    const midnightMs = (lastMonday - week * 7) * dayMs;
    const createdMs = midnightMs + (3 * 3600 + 14 * 60 + 53) * 1000;
    const sunday = new Date(createdMs - dayMs).toISOString().slice(0, 10);
    const names = measures.flatMap((measure) => [
      ...Array.from(
        { length: fullYears },
        (_, year) => `EsgPIT${measure}.${firstYear + year}.F.${sunday}-0857.zip`,
      ),
      ...Array.from(
        { length: 3 },
        (_, year) => `EsgPIT${measure}.${firstYear + fullYears + year}.I.${sunday}-0857.zip`,
      ),
    ]);
    catalogue.addFileSet({
      name: `RFT-ESG-PIT-SDI-${sunday}`,
      packageId: owner.packageId,
      attributes: [{ name: "ContentType", value: "ESG PIT SDI Full" }],
      availableFromMs: createdMs,
      availableToMs: midnightMs + 13 * dayMs + 2 * 3_600_000,
      createdMs,
      modifiedMs: createdMs + 1_007_000,
      files: names.map((filename) => ({
        filename,
        bytes: 20_000 + (mix(seedOf(filename), 1) % 160_000),
        kind: "esg",
      })),
    });
  }
};
