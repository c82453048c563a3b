import type { CataloguePart } from "./catalogue.ts";
import { addSeries, dayMs, type Series, startOfDay, sunday } from "./recurring-delivery.ts";

interface Product {
  bucket: string;
  packageName: string;
  packageId?: string;
  packageType?: string;
  isEntitled?: boolean;
  series: readonly Omit<Series, "title">[];
}

const megabyte = 1_000_000;
const jsonl = ["Jsonl"] as const;
const both = ["Jsonl", "Csv"] as const;
const weekly = { everyDays: 7, availableDays: 30, time: "04:30:02.118" } as const;
const greenRevenue = { weekday: sunday, time: "21:03:20.924" } as const;
const daily = { everyDays: 1, availableDays: 14, time: "02:15:40.702" } as const;

const products: readonly Product[] = [
  {
    bucket: "bulk-FMRD",
    packageName: "Bulk-FMRD-Global-Instruments-v1",
    packageId: "4d48-d7ff-edcc3d38-8243-a4f7517962b8",
    series: [
      {
        ...daily,
        kind: "reference",
        formats: both,
        delta: { bytes: 3.4 * megabyte },
        contentType: "FMRD Instruments",
        newestPending: true,
      },
      {
        ...weekly,
        kind: "reference",
        formats: both,
        init: { bytes: 412 * megabyte, parts: 4 },
        contentType: "FMRD Instruments",
      },
    ],
  },
  {
    bucket: "bulk-FMRD",
    packageName: "Bulk-FMRD-Global-CorporateActions-v1",
    series: [
      { ...daily, kind: "reference", formats: jsonl, delta: { bytes: 260_000 }, missed: 2 },
      {
        ...weekly,
        kind: "reference",
        formats: jsonl,
        init: { bytes: 4.1 * megabyte },
        // Older than the missed Delta, so that its chain has the gap.
        leastAgeDays: 5,
      },
    ],
  },
  {
    bucket: "bulk-FMRD",
    packageName: "Bulk-FMRD-Global-Derivatives-v1",
    isEntitled: false,
    series: [{ ...daily, kind: "reference", formats: jsonl, delta: { bytes: megabyte } }],
  },
  {
    bucket: "bulk-Symbology",
    packageName: "Bulk-Symbology-Global-BondISINSusFinMapping-v1",
    packageId: "4c80-73a0-fcef949b-bfde-2b9b8117cfb0",
    series: [
      {
        ...weekly,
        availableDays: 14,
        kind: "bond-mapping",
        formats: both,
        init: { bytes: 11.3 * megabyte },
        delta: { bytes: 140_000 },
        contentType: "Symbology BondISINSusFinMapping",
      },
    ],
  },
  {
    bucket: "bulk-Symbology",
    packageName: "Bulk-Symbology-Global-Quotes-v1",
    series: [
      {
        ...daily,
        kind: "symbology",
        formats: jsonl,
        delta: { bytes: 5.8 * megabyte },
        contentType: "Symbology Quotes",
      },
    ],
  },
  {
    bucket: "bulk-GreenRevenue",
    packageName: "Bulk-GR-Global-Standard-Full-v1",
    packageId: "4316-d43b-81c40763-8e6a-0dbec8162ab1",
    series: [
      {
        ...weekly,
        kind: "green-revenue",
        formats: both,
        ...greenRevenue,
        init: { bytes: 7.9 * megabyte },
        delta: { bytes: 96_000 },
        contentType: "GR Global Standard Full",
      },
    ],
  },
  {
    bucket: "bulk-GreenRevenue",
    packageName: "Bulk-GR-Global-Summary-Full-v1",
    packageId: "4e94-6d63-fea034dc-90e2-de33895bd4e9",
    series: [
      {
        ...weekly,
        kind: "green-revenue",
        formats: both,
        ...greenRevenue,
        init: { bytes: 620_000 },
        delta: { bytes: 14_000 },
        contentType: "GR Global Summary Full",
      },
    ],
  },
  {
    bucket: "STARMINE_PREDICTIVE_ANALYTICS_SMARTECON_LIVE",
    packageName: "StarMine-SmartEcon-Live-v1",
    packageId: "40d4-1404-58533484-afe8-718650a4e0d4",
    packageType: "core",
    series: [
      {
        ...daily,
        kind: "starmine",
        formats: ["Csv"],
        init: { bytes: 1.8 * megabyte },
        delta: { bytes: 21_000 },
        // Publishers may omit both.
        listedMd5: "missing",
        listedSize: "missing",
      },
    ],
  },
  {
    bucket: "bulk-Messenger",
    packageName: "Bulk-Messenger-Compliance-v1",
    isEntitled: false,
    series: [{ ...daily, kind: "reference", formats: jsonl, delta: { bytes: megabyte } }],
  },
];

export const addReference: CataloguePart = (catalogue, nowMs, historyWeeks) => {
  const createdMs = startOfDay(nowMs) - 700 * dayMs;
  for (const { bucket, series, ...fields } of products) {
    const owner = catalogue.addPackage({
      ...fields,
      bucketNames: [bucket],
      createdMs,
      modifiedMs: createdMs + 90 * dayMs,
    });
    for (const each of series) {
      addSeries(catalogue, owner, { ...each, title: fields.packageName }, nowMs, historyWeeks);
    }
  }
};
