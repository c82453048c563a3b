import type { FileSet, Package, StoredFile } from "../domain/entities.ts";
import { naturalOrder } from "../domain/natural-order.ts";
import {
  readableBytes,
  readableCount,
  readableRate,
  readableSeconds,
  readableTime,
} from "../domain/readable.ts";
import type { Transfer } from "../transfer/engine.ts";
import type { Entry } from "./entry.ts";
import type { TableKind } from "./place.ts";

/** One column of a table: what it says, how it sorts, and how long it stays when room gets scarce. */
export interface Column {
  id: string;
  title: string;
  /** Cells; the name takes what is left. */
  width: number;
  align: "left" | "right";
  /** Columns with a lower number go first. */
  stays: number;
  text(entry: Entry): string;
  /** What it is sorted by; undefined sorts last. */
  value(entry: Entry): string | number | undefined;
  /** True where the largest or newest is wanted first. */
  descending?: boolean;
  /** Not shown where no row has anything in it. */
  optional?: boolean;
}

type Shape = Pick<Column, "id" | "title" | "width" | "stays"> &
  Partial<Pick<Column, "align" | "descending" | "optional">>;

const nameColumn: Column = {
  id: "name",
  title: "Name",
  width: 0,
  align: "left",
  stays: 100,
  text: (entry) => entry.name,
  value: (entry) => entry.name,
};

function ofPackage(shape: Shape, value: (item: Package) => string | undefined): Column {
  const read = (entry: Entry) => (entry.kind === "package" ? value(entry.item) : undefined);
  return { align: "left", ...shape, value: read, text: (entry) => read(entry) ?? "" };
}

function ofFileSet<Value extends string | number>(
  shape: Shape,
  value: (item: FileSet) => Value | undefined,
  text: (value: Value | undefined) => string,
): Column {
  const read = (entry: Entry) => (entry.kind === "file-set" ? value(entry.item) : undefined);
  return { align: "left", ...shape, value: read, text: (entry) => text(read(entry)) };
}

function ofFile<Value extends string | number>(
  shape: Shape,
  value: (item: StoredFile) => Value | undefined,
  text: (value: Value | undefined) => string,
): Column {
  const read = (entry: Entry) => (entry.kind === "file" ? value(entry.item) : undefined);
  return { align: "left", ...shape, value: read, text: (entry) => text(read(entry)) };
}

function ofTransfer<Value extends string | number>(
  shape: Shape,
  value: (item: Transfer) => Value | undefined,
  text: (value: Value | undefined) => string,
): Column {
  const read = (entry: Entry) => (entry.kind === "transfer" ? value(entry.item) : undefined);
  return { align: "left", ...shape, value: read, text: (entry) => text(read(entry)) };
}

const deliveryColumn: Column = {
  id: "kind",
  title: "Kind",
  width: 6,
  align: "left",
  stays: 30,
  optional: true,
  text: (entry) => ("delivery" in entry ? (entry.delivery ?? "") : ""),
  value: (entry) => ("delivery" in entry ? entry.delivery : undefined),
};

const asIs = (value: string | undefined) => value ?? "";
const time = { width: 16, descending: true } as const;

/** A file set's own date: the end of its content, else when it was made. */
export function fileSetDate(fileSet: FileSet): string | undefined {
  return fileSet.contentTo ?? fileSet.created;
}

/** Share of the file that is on disk, 0 to 1; undefined while its size is not known. */
export function transferShare(transfer: Transfer): number | undefined {
  if (transfer.state === "saved" || transfer.state === "skipped") return 1;
  if (transfer.bytesTotal === undefined) return undefined;
  if (transfer.bytesTotal === 0) return 0;
  return Math.min(1, transfer.bytesDone / transfer.bytesTotal);
}

/** A share as a whole percentage; 100 only when nothing is missing. */
export function percent(share: number | undefined): string {
  return share === undefined ? "" : `${Math.floor(share * 100)}%`;
}

const entitled = (item: Package) =>
  item.isEntitled === undefined ? undefined : item.isEntitled ? "yes" : "no";

export const columns: Readonly<Record<TableKind, readonly Column[]>> = {
  packages: [
    nameColumn,
    ofPackage({ id: "entitled", title: "Entitled", width: 8, stays: 40, optional: true }, entitled),
    ofPackage(
      { id: "type", title: "Type", width: 6, stays: 20, optional: true },
      (item) => item.packageType,
    ),
    {
      ...ofPackage({ id: "modified", title: "Modified", stays: 30, ...time }, (p) => p.modified),
      text: (entry) => (entry.kind === "package" ? readableTime(entry.item.modified) : ""),
    },
  ],
  "file-sets": [
    nameColumn,
    deliveryColumn,
    ofFileSet({ id: "date", title: "Date, UTC", stays: 50, ...time }, fileSetDate, readableTime),
    ofFileSet(
      { id: "files", title: "Files", width: 6, align: "right", stays: 20, descending: true },
      (item) => item.numFiles,
      (count) => readableCount(count ?? 0),
    ),
    ofFileSet({ id: "status", title: "Status", width: 8, stays: 40 }, (item) => item.status, asIs),
    ofFileSet(
      { id: "until", title: "Available until", width: 16, stays: 10 },
      (item) => item.availableTo,
      readableTime,
    ),
  ],
  files: [
    nameColumn,
    { ...deliveryColumn, stays: 10 },
    ofFile(
      { id: "size", title: "Size", width: 8, align: "right", stays: 50, descending: true },
      (item) => item.fileSizeInBytes,
      readableBytes,
    ),
    ofFile(
      { id: "created", title: "Created, UTC", stays: 20, ...time },
      (f) => f.created,
      readableTime,
    ),
  ],
  downloads: [
    nameColumn,
    ofTransfer({ id: "state", title: "State", width: 9, stays: 90 }, (t) => t.state, asIs),
    ofTransfer(
      { id: "progress", title: "Progress", width: 12, stays: 80 },
      transferShare,
      () => "",
    ),
    ofTransfer(
      { id: "percent", title: "", width: 4, align: "right", stays: 85 },
      transferShare,
      percent,
    ),
    ofTransfer(
      { id: "size", title: "Size", width: 8, align: "right", stays: 60, descending: true },
      (t) => t.bytesTotal ?? t.file.bytes,
      readableBytes,
    ),
    ofTransfer(
      { id: "rate", title: "Rate", width: 9, align: "right", stays: 70, descending: true },
      (t) => t.bytesPerSecond,
      (rate) => (rate ? readableRate(rate) : ""),
    ),
    ofTransfer(
      { id: "left", title: "Left", width: 9, align: "right", stays: 50 },
      (t) => (t.state === "running" ? t.secondsLeft : undefined),
      (seconds) => (seconds === undefined ? "" : readableSeconds(seconds)),
    ),
  ],
};

export interface Sort {
  columnId: string;
  descending: boolean;
}

/** How each table is sorted at first; without one rows stay as they came. */
export const firstSorts: Readonly<Record<TableKind, Sort | undefined>> = {
  packages: { columnId: "name", descending: false },
  "file-sets": { columnId: "date", descending: true },
  files: { columnId: "name", descending: false },
  downloads: undefined,
};

function order(left: string | number | undefined, right: string | number | undefined): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return naturalOrder(String(left), String(right));
}

/** `entries` in the order of `sort`: unknown values last, equal ones by name. */
export function sorted(
  kind: TableKind,
  entries: readonly Entry[],
  sort: Sort | undefined,
): readonly Entry[] {
  const column = columns[kind].find(({ id }) => id === sort?.columnId);
  if (!sort || !column) return entries;
  const sign = sort.descending ? -1 : 1;
  const keyed = entries.map((entry) => ({ entry, value: column.value(entry) }));
  keyed.sort((left, right) => {
    if (left.value === undefined || right.value === undefined) {
      if (left.value !== right.value) return left.value === undefined ? 1 : -1;
    } else {
      const difference = order(left.value, right.value);
      if (difference !== 0) return sign * difference;
    }
    return naturalOrder(left.entry.name, right.entry.name);
  });
  return keyed.map(({ entry }) => entry);
}
