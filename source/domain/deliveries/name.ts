/** Init and Full contain everything, Delta and Update the changes since the last delivery. */
export type DeliveryKind = "Init" | "Delta" | "Full" | "Update";

/** True for the kinds that contain everything. */
export function isComplete(kind: DeliveryKind): boolean {
  return kind === "Init" || kind === "Full";
}

export const deliveryFormats = ["csv", "jsonl", "zip"] as const;

export type DeliveryFormat = (typeof deliveryFormats)[number];

/** By "Init" or "Delta" in the name, or by ".F." or ".I." in point-in-time files. */
export function deliveryKind(name: string): DeliveryKind | undefined {
  const word = /(?<![a-z])(init|delta)(?![a-z])/i.exec(name)?.[1]?.toLowerCase();
  if (word === "init") return "Init";
  if (word === "delta") return "Delta";
  if (/\.F\.\d{4}-/.test(name)) return "Full";
  if (/\.I\.\d{4}-/.test(name)) return "Update";
  return undefined;
}

const time = "[T_ ]\\d{2}[:_.]?\\d{2}(?:[:_.]?\\d{2}(?:[.,]\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?";
/** A date with an optional time: "2023-11-26T16:18:44.000Z", "2023-12-10-0857", "20231210". */
const moment = new RegExp(
  `(?<!\\d)(?:(\\d{4})-(\\d{2})-(\\d{2})(${time}|-\\d{4}(?!\\d))?|((?:19|20)\\d{2})(\\d{2})(\\d{2})(?!\\d))`,
  "i",
);
const kindWord = /(?<![a-z])(?:init|delta)(?![a-z])/i;
const kindLetter = /\.[FI]\.(?=\d{4}-)/;

/** The name without date, time, Init and Delta; Jsonl and Csv are series of their own. */
export function seriesName(name: string): string {
  const rest = name
    .replace(kindLetter, ".")
    .replace(moment, "")
    .replace(kindWord, "")
    .replace(/([-_. ])[-_. ]+/g, "$1")
    .replace(/^[-_. ]+|[-_. ]+$/g, "");
  return rest === "" ? name : rest;
}

/** Milliseconds since 1970, midnight UTC if there is no ISO 8601 time; undefined without a date. */
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

/** The range of Init, Delta or the letter of a point-in-time file, in code units. */
export function kindPlace(name: string): { start: number; end: number } | undefined {
  const found = kindWord.exec(name) ?? kindLetter.exec(name);
  return found ? { start: found.index, end: found.index + found[0].length } : undefined;
}

/** The range of the moment in code units, with an hour without minutes. */
export function momentPlace(name: string): { start: number; end: number } | undefined {
  const found = moment.exec(name);
  if (!found) return undefined;
  const end = found.index + found[0].length;
  const hour = /^T\d{2}(?!\d)/.exec(name.slice(end))?.[0] ?? "";
  return { start: found.index, end: end + hour.length };
}
