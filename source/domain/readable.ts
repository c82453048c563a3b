/** Shown for a missing value. */
export const unknown = "–";

const byteUnits = ["kB", "MB", "GB", "TB", "PB"] as const;

/** Rounded to decimal units: "512 B", "2.4 MB", "93 MB". */
export function readableBytes(bytes: number | undefined): string {
  if (bytes === undefined) return unknown;
  if (bytes < 1000) return `${Math.max(0, Math.round(bytes))} B`;
  let amount = bytes;
  let shown = "";
  for (const unit of byteUnits) {
    amount /= 1000;
    shown = `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
    if (amount < 999.5) break;
  }
  return shown;
}

/** "54 MB", or "at least 54 MB" if some sizes are unknown; undefined if all are. */
export function readableSum(sizes: readonly (number | undefined)[]): string | undefined {
  const known = sizes.filter((size) => size !== undefined);
  if (known.length === 0) return undefined;
  const sum = readableBytes(known.reduce((total, size) => total + size, 0));
  return known.length < sizes.length ? `at least ${sum}` : sum;
}

/** A whole number with commas between the thousands: "4,310". */
export function readableCount(count: number): string {
  return Math.abs(count) < 1000 ? String(count) : count.toLocaleString("en-US");
}

/** "1 file", "2 files", "4,310 file sets". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${readableCount(count)} ${count === 1 ? singular : plural}`;
}

/** 5 gives "05". */
export function twoDigits(amount: number): string {
  return String(amount).padStart(2, "0");
}

/** To the minute, in UTC: "2023-11-26T16:18:44Z" gives "2023-11-26 16:18". */
export function readableTime(utc: string | undefined): string {
  if (utc === undefined || utc === "") return unknown;
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(utc);
  return parts ? `${parts[1]} ${parts[2]}` : utc;
}

/** Local time, with the date unless it is today: "14:02", "2026-11-23 14:02". */
export function readableClock(ms: number, nowMs: number): string {
  const date = (at: Date) =>
    `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
  const at = new Date(ms);
  const clock = `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  return date(at) === date(new Date(nowMs)) ? clock : `${date(at)} ${clock}`;
}

/** Seconds in at most two units: "42s", "3m05s", "2h07m", "4d11h". */
export function readableSeconds(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return unknown;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${twoDigits(whole % 60)}s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}d${twoDigits(hours % 24)}h`;
}

/** "ETA 12m18s", or "ETA unknown". */
export function readableEta(seconds: number | undefined): string {
  const remaining = readableSeconds(seconds);
  return `ETA ${remaining === unknown ? "unknown" : remaining}`;
}

/** Bytes per second: "18 MB/s"; zero is shown as unknown. */
export function readableRate(bytesPerSecond: number): string {
  return bytesPerSecond > 0 ? `${readableBytes(bytesPerSecond)}/s` : unknown;
}

/** "9d", "35h", "45m": rounded down, in the unit of which there are at least two. */
export function readableAge(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${readableCount(Math.floor(hours / 24))}d`;
}
