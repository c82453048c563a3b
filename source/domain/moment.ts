const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

/** UTC to the second, from ISO 8601 (UTC without a zone) or a span back from `nowMs` (`7d`). */
export function parseMoment(text: string, nowMs: number): string | undefined {
  const seconds = spanSeconds(text);
  if (seconds !== undefined) return toServiceTime(Math.max(0, nowMs - seconds * 1_000));
  const iso =
    /^\d{4}-\d{2}-\d{2}(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
      text,
    );
  if (iso === null || !isDay(text.slice(0, 10))) return undefined;
  const zoned = iso[1] !== undefined && iso[2] === undefined ? `${text}Z` : text;
  const ms = Date.parse(zoned.replace(" ", "T").toUpperCase());
  return Number.isNaN(ms) ? undefined : toServiceTime(ms);
}

/** False for 30 February, which Date accepts as a day of March. */
function isDay(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
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
