const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

const day = /^(\d{4})(-?)(\d{2})\2(\d{2})$/;
const timeOfDay =
  /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(?:(Z)|([+-]\d{2})(?::?(\d{2}))?)?$/i;

/** UTC to the second, from ISO 8601 (UTC without a zone) or a span back from `nowMs` (`7d`). */
export function parseMoment(text: string, nowMs: number): string | undefined {
  const seconds = spanSeconds(text);
  if (seconds !== undefined) return toServiceTime(Math.max(0, nowMs - seconds * 1_000));
  const [dayText = "", timeText = "00:00", ...more] = text.split(/[T ]/i);
  const date = isoDay(dayText);
  const time = isoTime(timeText);
  if (date === undefined || time === undefined || more.length > 0) return undefined;
  const ms = Date.parse(`${date}T${time}`);
  return Number.isNaN(ms) ? undefined : toServiceTime(ms);
}

/** With hyphens; undefined for 30 February, which Date accepts as a day of March. */
function isoDay(text: string): string | undefined {
  const [, year, , month, dayOfMonth] = day.exec(text) ?? [];
  const date = `${year}-${month}-${dayOfMonth}`;
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date) ? date : undefined;
}

/** With colons, seconds and a zone. */
function isoTime(text: string): string | undefined {
  const found = timeOfDay.exec(text);
  if (found === null) return undefined;
  const [, hour, minute = "00", second = "00", fraction = "0", , zoneHour, zoneMinute] = found;
  const zone = zoneHour === undefined ? "Z" : `${zoneHour}:${zoneMinute ?? "00"}`;
  return `${hour}:${minute}:${second}.${fraction}${zone}`;
}

/** The seconds of a span such as `15m`, `36h` or `7d`; undefined for other texts. */
export function spanSeconds(text: string): number | undefined {
  const span = /^(\d{1,6})([smhdw])$/.exec(text);
  return span === null ? undefined : Number(span[1]) * (unitSeconds[span[2] ?? ""] ?? 0);
}

/** UTC with seconds, without fractions. */
export function toServiceTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
