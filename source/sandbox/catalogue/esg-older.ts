import { mix, seedOf } from "../model/random.ts";
import type { CataloguePart } from "./catalogue.ts";
import { dayMs, lastWeekday, startOfDay, sunday } from "./recurring-delivery.ts";

// The bucket ESG. Verified: names with the day alone, lower-case init and delta, and row counts.

interface OlderSeries {
  packageName: string;
  packageId: string;
  contentType: string;
  kinds: readonly [init: string, delta: string];
  rows: number;
  /** Of an Init; a Delta is one file. */
  parts: number;
  availableDays: number;
}

const lower = ["init", "delta"] as const;
const upper = ["Init", "Delta"] as const;

const older: readonly OlderSeries[] = [
  {
    packageName: "RFT-ESG-Scores-Current",
    packageId: "4157-5865-69f2417d-8b77-21a75f7f12ad",
    contentType: "ESG Scores",
    kinds: lower,
    rows: 12_219,
    parts: 1,
    availableDays: 31,
  },
  {
    packageName: "RFT-ESG-Scores-Wealth-Standard",
    packageId: "4bcc-4602-0a57ebb2-baf0-1fc9825e76b6",
    contentType: "ESG Scores",
    kinds: lower,
    rows: 32_573,
    parts: 1,
    availableDays: 31,
  },
  {
    packageName: "RFT-ESG-Sources-Full",
    packageId: "4308-bc80-2054dc20-83db-6224911311d0",
    contentType: "ESG Sources",
    kinds: upper,
    rows: 109_585,
    parts: 8,
    availableDays: 14,
  },
];

export const addOlderEsg: CataloguePart = (catalogue, nowMs, historyWeeks) => {
  const lastSunday = lastWeekday(sunday, startOfDay(nowMs) / dayMs);
  for (const { packageName, packageId, contentType, kinds, rows, ...series } of older) {
    catalogue.addPackage({ packageName, packageId, bucketNames: ["ESG"] });
    for (let week = 0; week < Math.min(5, historyWeeks); week++) {
      const midnightMs = (lastSunday - week * 7) * dayMs;
      const day = new Date(midnightMs).toISOString().slice(0, 10);
      const contentToMs = midnightMs + (17 * 60 + 5) * 60_000;
      for (const kind of kinds) {
        const isInit = kind === kinds[0];
        const name = `${packageName}-${kind}-${day}`;
        const count = isInit ? series.parts : 1;
        const createdMs = contentToMs + (440 + (mix(seedOf(name), 1) % 60)) * 1000;
        catalogue.addFileSet({
          name,
          packageId,
          attributes: [
            { name: "ContentType", value: contentType },
            { name: "ResultCount", value: String(isInit ? rows : Math.round(rows / 5)) },
          ],
          contentFromMs: isInit ? 0 : contentToMs - 7 * dayMs,
          contentToMs,
          availableFromMs: createdMs,
          availableToMs: createdMs + series.availableDays * dayMs,
          createdMs,
          modifiedMs: createdMs + 19_000,
          files: Array.from({ length: count }, (_, part) => ({
            filename: `${name}${count > 1 ? `-part0${part}` : ""}.jsonl.gz`,
            bytes: 300_000 + (mix(seedOf(name), part + 2) % 2_000_000),
          })),
        });
      }
    }
  }
};
