import { readableBytes, readableTime } from "../../domain/readable.ts";
import type { TableColumn } from "./table.ts";

/** The columns that each listing can print, in the order of its table. */
export const listingColumns = {
  buckets: ["name", "known-from"],
  packages: ["name", "type", "entitled", "modified", "id", "created", "contact"],
  "file-sets": [
    "name",
    "kind",
    "status",
    "files",
    "content-to",
    "available-to",
    "id",
    "content-from",
    "available-from",
    "created",
    "modified",
    "package-id",
  ],
  files: ["name", "size", "id", "file-set", "kind", "md5", "created", "modified"],
  profiles: ["profile", "user", "host", "renewed", "current"],
  subscriptions: ["id", "folder", "notifications"],
  settings: ["setting", "value", "from"],
  steps: ["step", "size", "file", "id", "file-set"],
} as const;

export const outputFormats = ["table", "tsv", "csv", "json"] as const;

type Listing = keyof typeof listingColumns;

/** A column that is `extra` is printed only if it is chosen. */
export type ListingColumn<Item> = Omit<TableColumn<Item>, "name"> & { extra?: boolean };

export type ColumnsOf<Name extends Listing, Item> = Readonly<
  Record<(typeof listingColumns)[Name][number], ListingColumn<Item>>
>;

/** To the minute for people, ISO 8601 for scripts. */
export function timeColumn<Item>(utc: (item: Item) => string | undefined) {
  return {
    cell: (item: Item) => readableTime(utc(item)),
    exact: (item: Item) => utc(item) ?? "",
  };
}

/** Rounded for people, bytes for scripts. */
export function sizeColumn<Item>(bytes: (item: Item) => number | undefined) {
  return {
    cell: (item: Item) => readableBytes(bytes(item)),
    exact: (item: Item) => String(bytes(item) ?? ""),
    align: "right",
  } as const;
}
