import { hexOf, seedOf } from "./random.ts";

/**
 * An id that depends on `name` alone. Verified: hex in groups of 4-4-8-4-12, unlike a UUID, and the
 * first digit is 4 in every known example.
 */
export function idOf(name: string): string {
  const hex = `4${hexOf(seedOf(name), 31)}`;
  return hex.replace(/(.{4})(.{4})(.{8})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** Verified: UTC, whole seconds, "Z". */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
