import { availabilityText } from "../../domain/availability.ts";
import { stripWeeks } from "../../domain/deliveries/series-summary.ts";
import type { FileSet, Package } from "../../domain/entities.ts";
import {
  readableBytes,
  readableCount,
  readableRate,
  readableSeconds,
  readableTime,
} from "../../domain/readable.ts";
import { activityWord, isUnderWay, percent, transferShare } from "./download-phases.ts";
import type { TableKind } from "./place.ts";
import type { Row } from "./row.ts";

export interface Column {
  id: string;
  title: string;
  /** Cells; the name column takes the rest. */
  width: number;
  /** Cells that it takes where whole names leave room. */
  widest?: number;
  /** Cells that it needs beside the details, without the arrow of a sorted column. */
  narrowest?: number;
  /** Shown only beside whole names. */
  extra?: boolean;
  align: "left" | "right";
  /** Columns with a lower number are dropped first. */
  stays: number;
  text(row: Row, nowMs: number): string;
  /** The sort key; undefined sorts last. */
  value(row: Row): string | number | undefined;
  /** Sorts the largest or newest first. */
  descending?: boolean;
  /** Hidden if it is empty in every row. */
  optional?: boolean;
  /** Shown even if empty, as long as a row wants it. */
  wantedBy?(row: Row): boolean;
}

type Shape = Pick<Column, "id" | "title" | "width" | "stays"> &
  Partial<
    Pick<
      Column,
      "align" | "descending" | "extra" | "narrowest" | "optional" | "wantedBy" | "widest"
    >
  >;

const asIs = (value: string | number | undefined) => String(value ?? "");

/** Builds columns for one kind of row; other rows are empty in them. */
function columnsOf<Item extends object>(itemOf: (row: Row) => Item | undefined) {
  return <Value extends string | number>(
    shape: Shape,
    value: (item: Item) => Value | undefined,
    text: (value: Value | undefined, nowMs: number) => string = asIs,
  ): Column => ({
    align: "left",
    ...shape,
    value(row) {
      const item = itemOf(row);
      return item && value(item);
    },
    text(row, nowMs) {
      const item = itemOf(row);
      return item ? text(value(item), nowMs) : "";
    },
  });
}

const ofPackage = columnsOf((row) => (row.kind === "package" ? row.item : undefined));
const ofFileSet = columnsOf((row) => (row.kind === "file-set" ? row.item : undefined));
const ofSeries = columnsOf((row) => (row.kind === "series" ? row.item : undefined));
const ofFile = columnsOf((row) => (row.kind === "file" ? row.item : undefined));
const ofTransfer = columnsOf((row) => {
  if (row.kind === "group") return row.item.total;
  return row.kind === "transfer" ? row.item : undefined;
});

const nameColumn: Column = {
  id: "name",
  title: "Name",
  width: 0,
  align: "left",
  stays: 100,
  text: (row) => row.name,
  value: (row) => row.name,
};

/** The end of its content, or else its creation date. */
function fileSetDate(fileSet: FileSet): string | undefined {
  return fileSet.contentTo ?? fileSet.created;
}

const deliveryColumn: Column = {
  id: "kind",
  title: "Kind",
  width: 6,
  narrowest: 5,
  align: "left",
  stays: 30,
  optional: true,
  text: (row) => ("delivery" in row ? (row.delivery ?? "") : ""),
  value: (row) => ("delivery" in row ? row.delivery : undefined),
};

const diskColumn: Column = {
  id: "disk",
  title: "Disk",
  width: 4,
  align: "left",
  stays: 42,
  optional: true,
  descending: true,
  text: (row) => ("onDisk" in row && row.onDisk ? "✓" : ""),
  value: (row) => ("onDisk" in row && row.onDisk ? 1 : undefined),
};

const newColumn: Column = {
  id: "new",
  title: "New",
  width: 3,
  align: "left",
  stays: 44,
  optional: true,
  descending: true,
  text: (row) => ("isNew" in row && row.isNew ? "new" : ""),
  value: (row) => ("isNew" in row && row.isNew ? 1 : undefined),
};

const watchColumn: Column = {
  id: "watch",
  title: "Watched",
  width: 8,
  align: "left",
  stays: 50,
  optional: true,
  descending: true,
  text: (row) => (row.kind === "package" ? (row.watch ?? "") : ""),
  value: (row) => (row.kind === "package" && row.watch !== undefined ? 1 : undefined),
};

const time = { width: 16, descending: true } as const;

/** Rate and ETA are hidden once no download runs. */
const underWay = {
  optional: true,
  wantedBy: (row: Row) => row.kind === "transfer" && isUnderWay(row.item),
} as const;

const stateOfTransfer = ofTransfer(
  { id: "state", title: "State", width: 9, stays: 90 },
  activityWord,
);

const stateColumn: Column = {
  ...stateOfTransfer,
  text: (row, nowMs) => (row.kind === "group" ? row.item.counts : stateOfTransfer.text(row, nowMs)),
};

const entitled = (item: Package) =>
  item.isEntitled === undefined ? undefined : item.isEntitled ? "yes" : "no";

export const columns: Readonly<Record<TableKind, readonly Column[]>> = {
  packages: [
    nameColumn,
    watchColumn,
    ofPackage({ id: "entitled", title: "Entitled", width: 8, stays: 40, optional: true }, entitled),
    ofPackage(
      { id: "type", title: "Type", width: 6, stays: 20, optional: true },
      (item) => item.packageType,
    ),
    ofPackage(
      { id: "modified", title: "Modified, UTC", stays: 30, ...time },
      (item) => item.modified,
      readableTime,
    ),
    ofPackage(
      { id: "created", title: "Created, UTC", stays: 10, extra: true, ...time },
      (item) => item.created,
      readableTime,
    ),
  ],
  "file-sets": [
    nameColumn,
    newColumn,
    { ...deliveryColumn, stays: 45 },
    ofFileSet({ id: "date", title: "Date, UTC", stays: 50, ...time }, fileSetDate, readableTime),
    ofFileSet(
      { id: "files", title: "Files", width: 6, align: "right", stays: 20, descending: true },
      (item) => item.numFiles,
      (count) => readableCount(count ?? 0),
    ),
    ofFileSet(
      { id: "status", title: "Status", width: 8, narrowest: 7, stays: 40 },
      (item) => item.status,
    ),
    diskColumn,
    ofFileSet(
      { id: "left", title: "Available", width: 11, narrowest: 9, stays: 10 },
      (item) => item.availableTo,
      (availableTo, nowMs) => availabilityText(availableTo, nowMs) ?? "",
    ),
    ofFileSet(
      { id: "created", title: "Created, UTC", stays: 5, extra: true, ...time },
      (item) => item.created,
      readableTime,
    ),
  ],
  series: [
    nameColumn,
    ofSeries({ id: "kinds", title: "Kinds", width: 17, stays: 10 }, ({ kinds }) => kinds),
    ofSeries(
      { id: "init", title: "Newest Init", width: 11, stays: 40, descending: true, optional: true },
      ({ chain: { init } }) => init && fileSetDate(init),
      (date) => (date === undefined ? "" : readableTime(date).slice(0, 10)),
    ),
    ofSeries(
      {
        id: "deltas",
        title: "Deltas",
        width: 6,
        align: "right",
        stays: 30,
        descending: true,
        optional: true,
      },
      ({ chain: { deltas, init } }) => (init || deltas.length > 0 ? deltas.length : undefined),
      (count) => (count === undefined ? "" : readableCount(count)),
    ),
    ofSeries(
      { id: "chain", title: "Chain", width: 7, stays: 50, optional: true },
      ({ state }) => state,
    ),
    ofSeries(
      { id: "weeks", title: "12 weeks", width: stripWeeks, stays: 45, descending: true },
      ({ moments }) => moments.length,
      () => "",
    ),
  ],
  files: [
    nameColumn,
    // Files may be of the kind Update.
    { ...deliveryColumn, narrowest: undefined, stays: 10 },
    ofFile(
      { id: "size", title: "Size", width: 8, align: "right", stays: 50, descending: true },
      (item) => item.fileSizeInBytes,
      readableBytes,
    ),
    diskColumn,
    ofFile(
      { id: "created", title: "Created, UTC", stays: 20, ...time },
      (f) => f.created,
      readableTime,
    ),
    ofFile(
      { id: "modified", title: "Modified, UTC", stays: 5, extra: true, ...time },
      (f) => f.modified,
      readableTime,
    ),
  ],
  downloads: [
    nameColumn,
    stateColumn,
    ofTransfer(
      { id: "progress", title: "Progress", width: 12, widest: 40, stays: 80 },
      transferShare,
      () => "",
    ),
    ofTransfer(
      { id: "percent", title: "", width: 4, align: "right", stays: 85 },
      transferShare,
      percent,
    ),
    ofTransfer(
      { id: "size", title: "Size", width: 7, align: "right", stays: 60, descending: true },
      (t) => t.bytesTotal ?? t.file.bytes,
      readableBytes,
    ),
    ofTransfer(
      {
        id: "rate",
        title: "Rate",
        width: 8,
        align: "right",
        stays: 70,
        descending: true,
        ...underWay,
      },
      (t) => t.bytesPerSecond,
      (rate) => (rate ? readableRate(rate) : ""),
    ),
    ofTransfer(
      { id: "left", title: "ETA", width: 7, align: "right", stays: 50, ...underWay },
      (t) => (t.state === "running" ? (t.secondsLeft ?? Number.POSITIVE_INFINITY) : undefined),
      (seconds) => (seconds === undefined ? "" : readableSeconds(seconds)),
    ),
    ofTransfer(
      { id: "spent", title: "Elapsed", width: 9, align: "right", stays: 40, descending: true },
      (t) => (t.seconds > 0 ? t.seconds : undefined),
      (seconds) => (seconds === undefined ? "" : readableSeconds(seconds)),
    ),
  ],
};
