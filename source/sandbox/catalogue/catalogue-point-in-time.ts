import { mix, seedOf } from "../model/random.ts";
import type { CataloguePart } from "./catalogue.ts";
import { dayMs, lastWeekday, startOfDay } from "./recurring-delivery.ts";

/*
 * ESG Point in Time. Verified: 115 zip files in one set, of which the set names 25; no content dates;
 * ".F." in a name is full, ".I." incremental; out on Mondays by 09:00 UTC, there until the Sunday of the week after.
 */

const monday = 1;
const measures = ["AnalyticValueScore", "DataPoint", "Indicator", "PillarScore", "TopicScore"];
const firstYear = 2003;
const fullYears = 20;

export const addPointInTime: CataloguePart = (catalogue, nowMs, historyWeeks) => {
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
