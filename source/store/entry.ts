import { type DeliveryKind, deliveryKind } from "../domain/delivery-kind.ts";
import type { FileSet, Package, StoredFile } from "../domain/entities.ts";
import type { Transfer } from "../transfer/engine.ts";

interface Named {
  id: string;
  name: string;
  /** What the filter looks at. */
  search: string;
}

/** One row of a table, whatever it shows. */
export type Entry =
  | (Named & { kind: "package"; item: Package })
  | (Named & { kind: "file-set"; item: FileSet; delivery: DeliveryKind | undefined })
  | (Named & { kind: "file"; item: StoredFile; delivery: DeliveryKind | undefined })
  | (Named & { kind: "transfer"; item: Transfer });

export function packageEntry(item: Package): Entry {
  const name = item.packageName;
  const search = `${name} ${item.packageId} ${item.packageType ?? ""}`;
  return { kind: "package", id: item.packageId, name, search, item };
}

export function fileSetEntry(item: FileSet): Entry {
  const delivery = deliveryKind(item.name);
  const attributes = item.attributes.map(({ name, value }) => `${name}:${value}`).join(" ");
  const search = `${item.name} ${delivery ?? ""} ${item.status} ${attributes} ${item.id}`;
  return { kind: "file-set", id: item.id, name: item.name, search, item, delivery };
}

export function fileEntry(item: StoredFile): Entry {
  const delivery = deliveryKind(item.filename);
  const search = `${item.filename} ${item.id}`;
  return { kind: "file", id: item.id, name: item.filename, search, item, delivery };
}

export function transferEntry(item: Transfer): Entry {
  const search = `${item.file.name} ${item.state} ${item.file.fileId}`;
  return { kind: "transfer", id: item.id, name: item.file.name, search, item };
}

/** PENDING: its publisher is still adding files. */
export function isPending(fileSet: FileSet): boolean {
  return fileSet.status === "PENDING";
}
