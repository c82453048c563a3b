import type { Question } from "./follow.ts";

/**
 * What shows that a file is the service's, the strongest first: its listed md5, the CRCs that its format
 * holds, or only its size, as the service lists it or the object store announces it.
 */
export const verifications = ["md5", "gzip", "zip", "size"] as const;

export type VerifiedBy = (typeof verifications)[number];

/**
 * The strongest of the checks that a file has passed; undefined where there was none: the body came
 * without a length, the service lists neither size nor md5, and the format holds no CRC.
 */
export function strongestOf(
  passed: readonly Question[],
  hasKnownSize: boolean,
): VerifiedBy | undefined {
  const isPassed = (way: VerifiedBy) => (way === "size" ? hasKnownSize : passed.includes(way));
  return verifications.find(isPassed);
}
