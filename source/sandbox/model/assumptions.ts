/**
 * What is not known about the service, and limits that accounts differ in. Each value is the likely
 * one; tests change them while the sandbox runs, so that a client is right in either case.
 */
export interface Assumptions {
  /** Status of the refusal "Session quota is reached." */
  quotaStatus: 400 | 401 | 403;
  /** A refresh token that was used before: refused; refused and its session ended; or still good. */
  spentRefreshToken: "refused" | "ends-session" | "accepted";
  /** Sign-ins and refreshes of a user within one minute before 429. Verified: more than 50 may be blocked. */
  tokenRequestsPerMinute: number;
  /** Whether `@nextLink` repeats modifiedSince. */
  nextLinkKeepsModifiedSince: boolean;
  /** Whether the content windows of /file-sets keep a set without content dates. */
  undatedContent: "left-out" | "kept";
  /** Which buckets /buckets shows. */
  bucketList: "all" | "entitled" | "refused";
  /** What /packages answers for a bucket that does not exist. */
  unknownBucketInPackages: "empty" | "not-found";
  /** Status of /stream where doNotRedirect is not true. */
  redirectStatus: 302 | 303 | 307 | 308;
  /** Seconds that a presigned address is good for. Verified: 21600. */
  urlSeconds: number;
}

export function defaultAssumptions(): Assumptions {
  return {
    quotaStatus: 400,
    spentRefreshToken: "refused",
    tokenRequestsPerMinute: 50,
    nextLinkKeepsModifiedSince: true,
    undatedContent: "left-out",
    bucketList: "all",
    unknownBucketInPackages: "empty",
    redirectStatus: 302,
    urlSeconds: 21_600,
  };
}
