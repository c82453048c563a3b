import type { Gap } from "./delivery-chain.ts";
import { counted, readableTime } from "./readable.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function span(ms: number): string {
  if (ms >= dayMs) return counted(Math.round(ms / dayMs), "day");
  if (ms >= hourMs) return counted(Math.round(ms / hourMs), "hour");
  return counted(Math.max(1, Math.round(ms / 60_000)), "minute");
}

/** A gap in words: "gap: 3 days missing, 2026-11-01 to 2026-11-04"; below two days with the times of day. */
export function gapWords({ from, to }: Gap): string {
  const ms = Date.parse(to) - Date.parse(from);
  const [begin, end] = [readableTime(from), readableTime(to)];
  const stretch =
    ms >= 2 * dayMs ? `${begin.slice(0, 10)} to ${end.slice(0, 10)}` : `${begin} to ${end} UTC`;
  return `gap: ${span(ms)} missing, ${stretch}`;
}
