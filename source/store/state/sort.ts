import { naturalOrder } from "../../domain/ordering.ts";
import { columns } from "./columns.ts";
import type { TableKind } from "./place.ts";
import type { Entry } from "./row.ts";

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
