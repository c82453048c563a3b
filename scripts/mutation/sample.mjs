import { createHash } from "node:crypto";

/** Variables that the driver passes to the processes that Stryker starts. */
export const order = JSON.parse(process.env.CFS_MUTATION ?? "{}");

/** True if the mutant is in the sample; the same seed gives the same sample. */
export function isInSample({ file, line, column, mutatorName, replacement }, { seed, share }) {
  const text = JSON.stringify([seed, file, line, column, mutatorName, replacement]);
  return createHash("sha256").update(text).digest().readUInt32BE(0) < share * 2 ** 32;
}
