import { readableRate, twoDigits } from "../domain/readable.ts";

/** A span of the local day with its rate, in minutes since midnight; it passes midnight if it ends earlier. */
interface TimetableEntry {
  from: number;
  to: number;
  bytesPerSecond: number;
}

/** How fast the process may receive objects, by the time of day. */
export interface LimitRate {
  /** As it was written: "08:00-18:00 5M, 20M". */
  text: string;
  entries: readonly TimetableEntry[];
  /** Outside the entries. */
  otherwise: number;
}

/** The limit at a moment. */
export interface LimitNow {
  /** Infinity without a limit. */
  bytesPerSecond: number;
  /** The local time at which another entry of the timetable begins. */
  until?: string | undefined;
}

const noLimit = Number.POSITIVE_INFINITY;

export const unlimited: LimitRate = { text: "off", entries: [], otherwise: noLimit };

/** What `parseLimitRate` accepts, for errors. */
export const wantedLimitRate =
  "a rate of at least 1k such as 500k or 20M, off, or times with rates such as 08:00-18:00 5M";

/** A slower transfer would look stalled. */
const leastBytesPerSecond = 1_000;

const exponents: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3 };

/** Decimal units as in all output of the program: 5M is 5 MB/s, 5Mi is 5,242,880 B/s. */
function parseRate(text: string): number | undefined {
  if (/^(off|unlimited|0)$/i.test(text)) return noLimit;
  const parts = /^(\d+(?:\.\d+)?) ?(?:([kmg])(i?))?(?:b(?:\/s)?)?$/i.exec(text);
  if (parts === null) return undefined;
  const unit = parts[3] ? 1_024 : 1_000;
  const rate = Math.round(
    Number(parts[1]) * unit ** (exponents[parts[2]?.toLowerCase() ?? ""] ?? 0),
  );
  return rate >= leastBytesPerSecond && Number.isSafeInteger(rate) ? rate : undefined;
}

const minutesOfDay = 24 * 60;

function parseTime(hours = "", minutes = ""): number | undefined {
  const at = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && at <= minutesOfDay ? at : undefined;
}

function parseEntry(text: string): TimetableEntry | undefined {
  const parts = /^(\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2}) +(.+)$/.exec(text);
  const from = parseTime(parts?.[1], parts?.[2]);
  const to = parseTime(parts?.[3], parts?.[4]);
  const bytesPerSecond = parseRate(parts?.[5] ?? "");
  if (parts === null || from === undefined || to === undefined || from === to) return undefined;
  return bytesPerSecond === undefined ? undefined : { from, to, bytesPerSecond };
}

/**
 * A rate ("20M", "500k", "off"), or a timetable in local time with entries separated by commas and at most
 * one rate for the rest of the day. The first entry that fits a time decides. Undefined for other texts.
 */
export function parseLimitRate(text: string): LimitRate | undefined {
  const entries: TimetableEntry[] = [];
  const rest: number[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    const rate = parseRate(part);
    const entry = rate === undefined ? parseEntry(part) : undefined;
    if (rate !== undefined) rest.push(rate);
    else if (entry !== undefined) entries.push(entry);
    else return undefined;
  }
  const [otherwise = noLimit] = rest;
  return rest.length > 1 ? undefined : { text: text.trim(), entries, otherwise };
}

function contains({ from, to }: TimetableEntry, minute: number): boolean {
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}

function clockText(minute: number): string {
  return `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
}

/** The limit at a local time; it can only change at a full minute. */
export function limitAt({ entries, otherwise }: LimitRate, nowMs: number): LimitNow {
  const now = new Date(nowMs);
  const minute = now.getHours() * 60 + now.getMinutes();
  const rateAt = (at: number) =>
    entries.find((entry) => contains(entry, at))?.bytesPerSecond ?? otherwise;
  const bytesPerSecond = rateAt(minute);
  const edges = entries.flatMap(({ from, to }) => [from, to].map((edge) => edge % minutesOfDay));
  const wait = (edge: number) => (edge - minute + minutesOfDay) % minutesOfDay;
  const next = edges
    .filter((edge) => rateAt(edge) !== bytesPerSecond)
    .sort((one, other) => wait(one) - wait(other))[0];
  return { bytesPerSecond, until: next === undefined ? undefined : clockText(next) };
}

/** "5 MB/s". */
export function rateText(bytesPerSecond: number): string {
  return readableRate(bytesPerSecond).replace(".0 ", " ");
}

/** Two digits, as in the settings: "2.5M"; undefined below the smallest limit. */
export function writtenRate(bytesPerSecond: number): string | undefined {
  const rate = Number(bytesPerSecond.toPrecision(2));
  if (rate < leastBytesPerSecond) return undefined;
  return rate < 1_000_000 ? `${rate / 1_000}k` : `${rate / 1_000_000}M`;
}

/** "limited to 5 MB/s until 18:00"; undefined without a limit. */
export function limitText({ bytesPerSecond, until }: LimitNow): string | undefined {
  if (bytesPerSecond === noLimit) return undefined;
  const end = until === undefined ? "" : ` until ${until}`;
  return `limited to ${rateText(bytesPerSecond)}${end}`;
}
