import type { Listed, RecordKind, SandboxFileSet, SandboxPackage } from "../model/entities.ts";
import { mix, seedOf } from "../model/random.ts";
import type { NewFile, SandboxCatalogue } from "./catalogue.ts";

/** Repeated deliveries: each an Init, a Delta to the one before, or both. */
export interface Series {
  /** Prefix of all names. */
  title: string;
  kind: RecordKind;
  formats: readonly ("Jsonl" | "Csv")[];
  /** `bytes` is the approximate size of each part. */
  init?: { bytes: number; parts?: number };
  delta?: { bytes: number };
  everyDays: number;
  /** Day of the week of every delivery; 0 is Sunday. */
  weekday?: number;
  /** Time of day in names: "16:04:11.525". */
  time: string;
  availableDays: number;
  contentType?: string;
  resultCount?: number;
  listedMd5?: Listed;
  listedSize?: Listed;
  /** Makes the newest delivery PENDING. */
  newestPending?: boolean;
  /** Minimum age of the newest delivery. */
  leastAgeDays?: number;
  /** Index from the newest of a delivery to leave out: a gap in the chain. */
  missed?: number;
}

export const sunday = 0;
export const dayMs = 24 * 60 * 60 * 1000;
const secondMs = 1000;

/** Within 5% of `bytes`, and constant for a name. */
function sizeOf(name: string, bytes: number): number {
  return Math.round(bytes * (0.95 + (mix(seedOf(name), 1) % 1000) / 10_000));
}

/** Midnight in UTC. */
export function startOfDay(nowMs: number): number {
  return Math.floor(nowMs / dayMs) * dayMs;
}

function filesOf(series: Series, delivery: "Init" | "Delta", stamp: string, format: string) {
  const size = series[delivery === "Init" ? "init" : "delta"];
  const parts = series.init?.parts ?? 1;
  const isSplit = delivery === "Init" && parts > 1;
  return Array.from({ length: isSplit ? parts : 1 }, (_, part): NewFile => {
    const name = `${series.title}-${delivery}-${stamp}${isSplit ? `-part${part}` : ""}.${format.toLowerCase()}.gz`;
    return {
      filename: name,
      bytes: sizeOf(name, size?.bytes ?? 0),
      kind: series.kind,
      ...(series.listedMd5 ? { listedMd5: series.listedMd5 } : {}),
      ...(series.listedSize ? { listedSize: series.listedSize } : {}),
    };
  });
}

function attributesOf(series: Series): { name: string; value: string }[] {
  const attributes = [];
  if (series.contentType) attributes.push({ name: "ContentType", value: series.contentType });
  if (series.resultCount) {
    attributes.push({ name: "ResultCount", value: String(series.resultCount) });
  }
  return attributes;
}

/** The last such weekday, today included; like `dayNumber` in days since 1970. */
export function lastWeekday(weekday: number, dayNumber: number): number {
  const thursday = 4;
  return dayNumber - ((dayNumber + thursday - weekday + 7) % 7);
}

/** Verified: content ends some minutes before its delivery, at a multiple of five minutes. */
function contentEnd(stampMs: number): number {
  const stepMs = 300 * secondMs;
  return Math.floor((stampMs - 320 * secondMs) / stepMs) * stepMs;
}

/** Without a weekday the age differs between series. */
function newestDelivery(series: Series, nowMs: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = series.time.split(":").map(Number);
  const today = startOfDay(nowMs);
  const age =
    series.weekday === undefined
      ? 1 + ((today / dayMs + seedOf(series.title)) % series.everyDays)
      : today / dayMs - lastWeekday(series.weekday, today / dayMs);
  return (
    today -
    (age + (series.leastAgeDays ?? 0)) * dayMs +
    (hours * 3600 + minutes * 60 + seconds) * secondMs
  );
}

/** Deliveries that are visible or have just expired. */
function deliveryCount(series: Series, historyWeeks: number): number {
  const visible = Math.ceil(series.availableDays / series.everyDays) + 1;
  return Math.min(visible, Math.ceil((historyWeeks * 7) / series.everyDays));
}

/** Adds the series' file sets and returns them, newest first. */
export function addSeries(
  catalogue: SandboxCatalogue,
  owner: SandboxPackage,
  series: Series,
  nowMs: number,
  historyWeeks: number,
): SandboxFileSet[] {
  const periodMs = series.everyDays * dayMs;
  const newestMs = newestDelivery(series, nowMs);
  const kinds = [series.init ? "Init" : undefined, series.delta ? "Delta" : undefined] as const;

  const addSet = (stampMs: number, delivery: "Init" | "Delta", format: string) => {
    const stamp = new Date(stampMs).toISOString();
    const createdMs = stampMs + (60 + (mix(seedOf(stamp), 2) % 600)) * secondMs;
    const isPending = series.newestPending === true && stampMs === newestMs;
    return catalogue.addFileSet({
      name: `${series.title}-${format}-${delivery}-${stamp}`,
      packageId: owner.packageId,
      attributes: attributesOf(series),
      status: isPending ? "PENDING" : "READY",
      // Verified: an Init begins in 1970, a Delta at the end of the previous one.
      contentFromMs: delivery === "Init" ? 0 : contentEnd(stampMs - periodMs),
      contentToMs: contentEnd(stampMs),
      availableFromMs: createdMs,
      availableToMs: createdMs + series.availableDays * dayMs,
      createdMs,
      modifiedMs: createdMs + (1 + (mix(seedOf(stamp), 3) % 1200)) * secondMs,
      files: filesOf(series, delivery, stamp, format),
    });
  };

  const ages = Array.from({ length: deliveryCount(series, historyWeeks) }, (_, age) => age);
  const made = ages.filter((age) => age !== series.missed);
  return made.flatMap((age) =>
    kinds
      .filter((delivery) => delivery !== undefined)
      .flatMap((delivery) =>
        series.formats.map((format) => addSet(newestMs - age * periodMs, delivery, format)),
      ),
  );
}
