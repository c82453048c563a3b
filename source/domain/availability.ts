import { counted } from "./readable.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * How long something is still available at `nowMs`, rounded down so that it never promises too much:
 * "3 more days", and when it ends soon, within two days, "47 hours left", "20 minutes left", then "ended".
 * Undefined where the publisher set no end.
 */
export function availabilityWords(
  availableTo: string | undefined,
  nowMs: number,
): string | undefined {
  const endMs = Date.parse(availableTo ?? "");
  if (Number.isNaN(endMs)) return undefined;
  const leftMs = endMs - nowMs;
  if (leftMs <= 0) return "ended";
  if (leftMs < hourMs)
    return `${counted(Math.max(1, Math.floor(leftMs / minuteMs)), "minute")} left`;
  if (leftMs < 2 * dayMs) return `${counted(Math.floor(leftMs / hourMs), "hour")} left`;
  if (leftMs < 1_000 * dayMs) return counted(Math.floor(leftMs / dayMs), "more day");
  return counted(Math.floor(leftMs / (365 * dayMs)), "more year");
}

/** True within the last two days, when the words are "… left". */
export function endsSoon(availableTo: string | undefined, nowMs: number): boolean {
  const leftMs = Date.parse(availableTo ?? "") - nowMs;
  return leftMs > 0 && leftMs < 2 * dayMs;
}
