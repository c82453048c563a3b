import type { FileSet, Package, StoredFile } from "../../domain/entities.ts";
import type { Transfer } from "../../transfer/engine.ts";
import type { Entry } from "./row.ts";

/** One column of a table: what it says, how it sorts, and how long it stays when room gets scarce. */
export interface Column {
  id: string;
  title: string;
  /** Cells; the name takes what is left. */
  width: number;
  align: "left" | "right";
  /** Columns with a lower number go first. */
  stays: number;
  text(entry: Entry, nowMs: number): string;
  /** What it is sorted by; undefined sorts last. */
  value(entry: Entry): string | number | undefined;
  /** True where the largest or newest is wanted first. */
  descending?: boolean;
  /** Not shown where no row has anything in it. */
  optional?: boolean;
  /** Not shown unless a row wants it, though none may have anything in it at the moment. */
  wantedBy?(entry: Entry): boolean;
}

type Shape = Pick<Column, "id" | "title" | "width" | "stays"> &
  Partial<Pick<Column, "align" | "descending" | "optional" | "wantedBy">>;

export function ofPackage(shape: Shape, value: (item: Package) => string | undefined): Column {
  const read = (entry: Entry) => (entry.kind === "package" ? value(entry.item) : undefined);
  return { align: "left", ...shape, value: read, text: (entry) => read(entry) ?? "" };
}

export function ofFileSet<Value extends string | number>(
  shape: Shape,
  value: (item: FileSet) => Value | undefined,
  text: (value: Value | undefined) => string,
): Column {
  const read = (entry: Entry) => (entry.kind === "file-set" ? value(entry.item) : undefined);
  const told = (entry: Entry) => (entry.kind === "file-set" ? text(value(entry.item)) : "");
  return { align: "left", ...shape, value: read, text: told };
}

export function ofFile<Value extends string | number>(
  shape: Shape,
  value: (item: StoredFile) => Value | undefined,
  text: (value: Value | undefined) => string,
): Column {
  const read = (entry: Entry) => (entry.kind === "file" ? value(entry.item) : undefined);
  const told = (entry: Entry) => (entry.kind === "file" ? text(value(entry.item)) : "");
  return { align: "left", ...shape, value: read, text: told };
}

export function ofTransfer<Value extends string | number>(
  shape: Shape,
  value: (item: Transfer) => Value | undefined,
  text: (value: Value | undefined) => string,
): Column {
  const read = (entry: Entry) => (entry.kind === "transfer" ? value(entry.item) : undefined);
  const told = (entry: Entry) => (entry.kind === "transfer" ? text(value(entry.item)) : "");
  return { align: "left", ...shape, value: read, text: told };
}
