import type { Transfer } from "../../transfer/engine.ts";
import { isDone } from "./download-phases.ts";

/** The downloads of `now` whose files are there since `before`. */
export function doneSince(before: readonly Transfer[], now: readonly Transfer[]): Transfer[] {
  const done = new Set(before.filter(isDone).map(({ id }) => id));
  return now.filter((one) => isDone(one) && !done.has(one.id));
}

/** The downloads of `now` that failed since `before`, perhaps once more. */
export function failedSince(before: readonly Transfer[], now: readonly Transfer[]): Transfer[] {
  const errors = new Map(before.map(({ error, id }) => [id, error]));
  return now.filter(({ error, id, state }) => state === "failed" && errors.get(id) !== error);
}
