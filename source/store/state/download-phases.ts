import type { Transfer } from "../../transfer/engine.ts";

/** It runs, or will as soon as there is room. */
export function isUnderWay({ state }: Transfer): boolean {
  return state === "queued" || state === "running" || state === "verifying";
}

/** Its file is there, whole. */
export function isDone({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped";
}

/** Nothing more becomes of it by itself. */
export function isEnded(transfer: Transfer): boolean {
  return isDone(transfer) || transfer.state === "failed" || transfer.state === "cancelled";
}

/** How many are wanted: all but the cancelled ones. */
export function wantedCount(transfers: readonly Transfer[]): number {
  return transfers.filter(({ state }) => state !== "cancelled").length;
}
