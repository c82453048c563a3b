/** Faults that the sandbox can simulate, by the names that commands use for them. */
export const faultNames = {
  "bad-password": "sign-ins: 400, the user name or password is wrong",
  "bad-app-key": "sign-ins: 401, the app key is wrong",
  "dead-refresh-token": "renewals of a session: 400, invalid_grant",
  "session-quota": "sign-ins without --take-over: 400, the id is in use",
  "expires-in": "tokens say that they last 30 seconds",
  "token-expired": "all but sign-ins: 401, the access token is over",
  "missing-scope": "all but sign-ins: 403, a scope is missing",
  "not-entitled": "all but sign-ins: 403, not entitled",
  "bucket-not-found": "listings of packages and file sets: 404, no such bucket",
  "file-set-not-found": "listings of files: 404, no such file set",
  "file-not-found": "records of single files: 404",
  "too-many-requests": "all but sign-ins: 429",
  "service-error": "all but sign-ins: 503",
  "html-page": "all but sign-ins: 502 and the page of a proxy",
  redirect: "all but sign-ins: 302 to a port without a server",
  "empty-list": "listings have nothing in them",
  "next-link": "the next page of a listing is on another host",
  "url-expired": "files: 403, the address is past its time",
  "expired-token": "files: 400, the credentials of the address are over",
  "signature-mismatch": "files: 403, the address was changed on its way",
  "not-there": "files: 404, not there yet",
  "slow-down": "files: 503, fewer connections, please",
  "internal-error": "files: 500",
  cut: "files: the connection ends after 64 kB",
  stall: "files: nothing comes after 64 kB",
  slow: "files: 200 kB a second on each connection",
  corrupt: "files: a byte is wrong",
  "ignore-range": "files: the whole file, whatever part is requested",
} as const;

export type FaultName = keyof typeof faultNames;

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(faultNames, text);
}
