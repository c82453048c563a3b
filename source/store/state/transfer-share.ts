import type { Transfer, TransferTotals } from "../../transfer/engine.ts";

/** Share of the file that is on disk, 0 to 1; undefined while its size is not known. */
export function transferShare(transfer: Transfer): number | undefined {
  if (transfer.state === "saved" || transfer.state === "skipped") return 1;
  if (transfer.bytesTotal === undefined || transfer.state === "cancelled") return undefined;
  if (transfer.bytesTotal === 0) return 0;
  return Math.min(1, transfer.bytesDone / transfer.bytesTotal);
}

/** The same of all files together; undefined while no size is known. */
export function totalShare({ bytesDone, bytesTotal }: TransferTotals): number | undefined {
  return bytesTotal > 0 ? Math.min(1, bytesDone / bytesTotal) : undefined;
}

/** A share as a whole percentage; 100 only when nothing is missing. */
export function percent(share: number | undefined): string {
  return share === undefined ? "" : `${Math.floor(share * 100)}%`;
}
