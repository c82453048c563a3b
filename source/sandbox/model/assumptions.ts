/** Unknown behaviour of the service, and limits of accounts; tests change them at run time. */
export interface Assumptions {
  /** Status of "Session quota is reached." */
  quotaStatus: 400 | 401 | 403;
  /** The effect of a refresh token that was used before. */
  spentRefreshToken: "refused" | "ends-session" | "accepted";
  /** Token requests of a user per minute before 429. Verified: more than 50 may be blocked. */
  tokenRequestsPerMinute: number;
  nextLinkKeepsModifiedSince: boolean;
  /** Whether content windows of /file-sets match a set without content dates. */
  undatedContent: "left-out" | "kept";
  bucketList: "all" | "entitled" | "refused";
  unknownBucketInPackages: "empty" | "not-found";
  /** Status of /stream without doNotRedirect=true. */
  redirectStatus: 302 | 303 | 307 | 308;
  /** Lifetime of a presigned URL. Verified: 21600. */
  urlSeconds: number;
  /** GET of a subscription that does not exist: an empty list, or 404. */
  unknownSubscription: "empty" | "not-found";
  /** Whether changing a subscription changes its key. */
  changedSubscription: "same-key" | "new-key";
  /** Lifetime of the credentials of a queue. */
  queueCredentialSeconds: number;
  /** Whether sets of packages without entitlement are announced too. */
  announcedSets: "entitled" | "all";
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
    unknownSubscription: "empty",
    changedSubscription: "same-key",
    queueCredentialSeconds: 3600,
    announcedSets: "entitled",
  };
}
