import { nameFacts } from "../../text/short-name.ts";
import type { Transfer } from "../../transfer/engine.ts";
import { groupRow, type Row } from "../state/row.ts";

/** What needs attention first, then what moves, then what waits, then what has ended. */
const ranks: Readonly<Record<Transfer["state"], number>> = {
  failed: 0,
  running: 1,
  verifying: 1,
  queued: 2,
  paused: 2,
  saved: 3,
  skipped: 3,
  cancelled: 4,
};

type TransferRow = Row & { kind: "transfer" };

const rankOf = ({ item }: TransferRow) => ranks[item.state];

function isTransfer(row: Row): row is TransferRow {
  return row.kind === "transfer";
}

function bySet(rows: readonly TransferRow[]): TransferRow[][] {
  const sets = new Map<string, TransferRow[]>();
  for (const row of rows) {
    const { fileSetId } = row.item.file;
    const own = sets.get(fileSetId);
    if (own) own.push(row);
    else sets.set(fileSetId, [row]);
  }
  return [...sets.values()];
}

/** A set ranks as its first file does, so sets with failed or active files are on top. */
function inOrder(rows: readonly TransferRow[]): TransferRow[][] {
  const sets = bySet(rows).map((set) => set.toSorted((one, other) => rankOf(one) - rankOf(other)));
  const rank = ([first]: TransferRow[]) => (first ? rankOf(first) : 0);
  return sets.toSorted((one, other) => rank(one) - rank(other));
}

/**
 * Groups downloads by file set, each with a row of totals above its files if there are several sets. Sorting is
 * stable, so files in one state keep the order of the queue.
 */
export function groupedRows(rows: readonly Row[], folded: ReadonlySet<string>): Row[] {
  const sets = inOrder(rows.filter(isTransfer));
  if (sets.length === 1) return sets[0] ?? [];
  return sets.flatMap((set): Row[] => {
    if (set.length === 1) return set;
    const group = groupRow(
      set.map(({ item }) => item),
      folded,
    );
    if (folded.has(group.id)) return [group];
    const inside = nameFacts(set.map(({ name }) => name));
    return [group, ...set.map((row) => ({ ...row, inside }))];
  });
}
