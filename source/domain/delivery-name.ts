/** Init and Full carry everything; Delta and Update what changed since the delivery before. */
export type DeliveryKind = "Init" | "Delta" | "Full" | "Update";

/**
 * What a delivery carries, as its name tells: a part "Init" or "Delta" in any case, or the ".F." and
 * ".I." (incremental) of the point-in-time files. Undefined where the name does not say.
 */
export function deliveryKind(name: string): DeliveryKind | undefined {
  const word = /(?<![a-z])(init|delta)(?![a-z])/i.exec(name)?.[1]?.toLowerCase();
  if (word === "init") return "Init";
  if (word === "delta") return "Delta";
  if (/\.F\.\d{4}-/.test(name)) return "Full";
  if (/\.I\.\d{4}-/.test(name)) return "Update";
  return undefined;
}

const time = "[T_ ]\\d{2}[:_.]?\\d{2}(?:[:_.]?\\d{2}(?:[.,]\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?";
/** A date, with the time that may follow it: "2023-11-26T16:18:44.000Z", "2023-12-10-0857", "20231210". */
const moment = new RegExp(
  `(?<!\\d)(?:(\\d{4})-(\\d{2})-(\\d{2})(${time}|-\\d{4}(?!\\d))?|((?:19|20)\\d{2})(\\d{2})(\\d{2})(?!\\d))`,
  "i",
);
const kindWord = /(?<![a-z])(?:init|delta)(?![a-z])/i;
const kindLetter = /\.[FI]\.(?=\d{4}-)/;

/**
 * The name of the series that a file set belongs to: its name without the date, the time and the words
 * Init and Delta, so that all deliveries of one thing have one series. "-Jsonl-" and "-Csv-" stay: they
 * are series of their own. Where nothing is left, the whole name.
 */
export function seriesName(name: string): string {
  const rest = name
    .replace(kindLetter, ".")
    .replace(moment, "")
    .replace(kindWord, "")
    .replace(/([-_. ])[-_. ]+/g, "$1")
    .replace(/^[-_. ]+|[-_. ]+$/g, "");
  return rest === "" ? name : rest;
}

/**
 * The moment that a name tells, in milliseconds since 1970; a date alone is its midnight in UTC, and of a
 * time in other forms than ISO 8601 only the date counts. Undefined where the name has no date.
 */
export function momentInName(name: string): number | undefined {
  const found = moment.exec(name);
  if (!found) return undefined;
  const [whole, year, month, day, clock, compactYear, compactMonth, compactDay] = found;
  const date = `${year ?? compactYear}-${month ?? compactMonth}-${day ?? compactDay}`;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight)) return undefined;
  if (clock === undefined) return midnight;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(clock) ? whole : `${whole}Z`;
  const exact = Date.parse(zoned);
  return Number.isNaN(exact) ? midnight : exact;
}

/** Where in a name its moment stands, in code units, an hour without minutes included; undefined where it has none. */
export function momentPlace(name: string): { start: number; end: number } | undefined {
  const found = moment.exec(name);
  if (!found) return undefined;
  const end = found.index + found[0].length;
  const hour = /^T\d{2}(?!\d)/.exec(name.slice(end))?.[0] ?? "";
  return { start: found.index, end: end + hour.length };
}
