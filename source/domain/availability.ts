import { counted } from "./readable.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Rounded down: "3 more days"; within two days "47 hours left"; undefined without an end. */
export function availabilityWords(
  availableTo: string | undefined,
  nowMs: number,
): string | undefined {
  const endMs = Date.parse(availableTo ?? "");
  if (Number.isNaN(endMs)) return undefined;
  const remainingMs = endMs - nowMs;
  if (remainingMs <= 0) return "ended";
  if (remainingMs < hourMs)
    return `${counted(Math.max(1, Math.floor(remainingMs / minuteMs)), "minute")} left`;
  if (remainingMs < 2 * dayMs) return `${counted(Math.floor(remainingMs / hourMs), "hour")} left`;
  if (remainingMs < 1_000 * dayMs) return counted(Math.floor(remainingMs / dayMs), "more day");
  return counted(Math.floor(remainingMs / (365 * dayMs)), "more year");
}

/** True within the last two days. */
export function endsSoon(availableTo: string | undefined, nowMs: number): boolean {
  const remainingMs = Date.parse(availableTo ?? "") - nowMs;
  return remainingMs > 0 && remainingMs < 2 * dayMs;
}
