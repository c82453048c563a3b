import type { Transfer } from "../transfer/engine.ts";

/** It runs, or will as soon as there is room. */
export function isUnderWay({ state }: Transfer): boolean {
  return state === "queued" || state === "running" || state === "verifying";
}

/** Nothing more becomes of it by itself. */
export function isEnded({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped" || state === "failed" || state === "cancelled";
}

/** How many are wanted: all but the cancelled ones. */
export function wantedCount(transfers: readonly Transfer[]): number {
  return transfers.filter(({ state }) => state !== "cancelled").length;
}
