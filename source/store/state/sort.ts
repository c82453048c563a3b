import { naturalOrder } from "../../domain/ordering.ts";
import { columns } from "./columns.ts";
import type { TableKind } from "./place.ts";
import type { Row } from "./row.ts";

export interface Sort {
  columnId: string;
  descending: boolean;
}

/** Downloads by file set, failed and active ones first; a sort without a column. */
export const groupOrder = "file-set";

export function isGrouped(sort: Sort | undefined): boolean {
  return sort?.columnId === groupOrder;
}

/** Tables without one keep the order of the service. */
export const firstSorts: Readonly<Record<TableKind, Sort | undefined>> = {
  packages: { columnId: "name", descending: false },
  "file-sets": { columnId: "date", descending: true },
  series: { columnId: "name", descending: false },
  files: { columnId: "name", descending: false },
  downloads: { columnId: groupOrder, descending: false },
};

function order(left: string | number | undefined, right: string | number | undefined): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return naturalOrder(String(left), String(right));
}

/** Unknown values sort last, equal ones by name. */
export function sorted(
  kind: TableKind,
  rows: readonly Row[],
  sort: Sort | undefined,
): readonly Row[] {
  const column = columns[kind].find(({ id }) => id === sort?.columnId);
  if (!sort || !column) return rows;
  const sign = sort.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: column.value(row) }));
  keyed.sort((left, right) => {
    if (left.value === undefined || right.value === undefined) {
      if (left.value !== right.value) return left.value === undefined ? 1 : -1;
    } else {
      const difference = order(left.value, right.value);
      if (difference !== 0) return sign * difference;
    }
    return naturalOrder(left.row.name, right.row.name);
  });
  return keyed.map(({ row }) => row);
}
