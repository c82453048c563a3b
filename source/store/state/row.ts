import { type Gap, gapWords } from "../../domain/delivery-chain.ts";
import { type DeliveryKind, deliveryKind } from "../../domain/delivery-name.ts";
import type { FileSet, Package, StoredFile } from "../../domain/entities.ts";
import type { Transfer } from "../../transfer/engine.ts";

interface Named {
  id: string;
  name: string;
  /** What the filter looks at. */
  search: string;
  /** The same in lower case, made while rows come in: a filter's first letter does not wait for it. */
  lowered: string;
}

interface Delivered {
  delivery: DeliveryKind | undefined;
  /** True where the whole of it is in the download folder. */
  onDisk: boolean;
}

interface Stored extends Delivered {
  /** Where it lies in the download folder: its name there, behind the folder of its set where it is in that. */
  foundAs: string | undefined;
}

interface Published extends Delivered {
  /** It came, or became READY, after the last visit. */
  isNew: boolean;
}

export type Row =
  | (Named & { kind: "package"; item: Package })
  | (Named & Published & { kind: "file-set"; item: FileSet })
  | (Named & Stored & { kind: "file"; item: StoredFile })
  | (Named & { kind: "transfer"; item: Transfer })
  /** What is missing between two file sets. */
  | (Named & { kind: "gap"; item: Gap });

function searched(search: string): Pick<Named, "search" | "lowered"> {
  return { search, lowered: search.toLowerCase() };
}

export function packageRow(item: Package): Row {
  const name = item.packageName;
  const search = `${name} ${item.packageId} ${item.packageType ?? ""}`;
  return { kind: "package", id: item.packageId, name, ...searched(search), item };
}

/** The names of the buckets that the packages among these rows are in. */
export function bucketNamesOf(rows: readonly Row[]): string[] {
  return rows.flatMap((own) => (own.kind === "package" ? own.item.bucketNames : []));
}

/** What a visit saw of a file set; it is another when the set has become READY. */
export function sight({ id, status }: FileSet): string {
  return `${id} ${status}`;
}

/** It is new where the last visit, if there was one, did not see it like this. */
export function fileSetRow(item: FileSet, seen?: ReadonlySet<string>): Row {
  const delivery = deliveryKind(item.name);
  const attributes = item.attributes.map(({ name, value }) => `${name}:${value}`).join(" ");
  const search = `${item.name} ${delivery ?? ""} ${item.status} ${attributes} ${item.id}`;
  return {
    kind: "file-set",
    id: item.id,
    name: item.name,
    ...searched(search),
    item,
    delivery,
    onDisk: false,
    isNew: seen !== undefined && !seen.has(sight(item)),
  };
}

export function fileRow(item: StoredFile): Row {
  const delivery = deliveryKind(item.filename);
  const search = `${item.filename} ${item.id}`;
  return {
    kind: "file",
    id: item.id,
    name: item.filename,
    ...searched(search),
    item,
    delivery,
    onDisk: false,
    foundAs: undefined,
  };
}

export function transferRow(item: Transfer): Row {
  const search = `${item.file.name} ${item.state} ${item.file.fileId}`;
  return { kind: "transfer", id: item.id, name: item.file.name, ...searched(search), item };
}

export function gapRow(item: Gap): Row {
  return { kind: "gap", id: `gap ${item.before.id}`, name: gapWords(item), ...searched(""), item };
}

/** PENDING: its publisher is still adding files. */
export function isPending(fileSet: FileSet): boolean {
  return fileSet.status === "PENDING";
}
