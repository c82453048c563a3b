import { readableAge } from "./readable.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const yearMs = 365 * dayMs;

/** Rounded down: "11d left", "35h left", "90m left", "expired"; undefined without an end. */
export function availabilityText(
  availableTo: string | undefined,
  nowMs: number,
): string | undefined {
  const endMs = Date.parse(availableTo ?? "");
  if (Number.isNaN(endMs)) return undefined;
  const remainingMs = endMs - nowMs;
  if (remainingMs <= 0) return "expired";
  if (remainingMs >= 3 * yearMs) return `${Math.floor(remainingMs / yearMs)}y left`;
  return `${readableAge(Math.max(minuteMs, remainingMs))} left`;
}

/** True within the last two days. */
export function endsSoon(availableTo: string | undefined, nowMs: number): boolean {
  const remainingMs = Date.parse(availableTo ?? "") - nowMs;
  return remainingMs > 0 && remainingMs < 2 * dayMs;
}

/** The elapsed share of the time between two ends, also outside 0 to 1; undefined without both. */
export function elapsedShare(
  from: string | undefined,
  to: string | undefined,
  nowMs: number,
): number | undefined {
  const startMs = Date.parse(from ?? "");
  const lengthMs = Date.parse(to ?? "") - startMs;
  return lengthMs > 0 ? (nowMs - startMs) / lengthMs : undefined;
}
