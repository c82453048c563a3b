import type { FaultName } from "../domain/fault-names.ts";
import type { Fault, Faults, PlacedRequest } from "./http/faults.ts";
import { namedFaults } from "./named-faults.ts";

const lists = ["buckets", "packages", "file-sets", "files"] as const;
const fileStore = [...lists, "package", "file", "stream"] as const;

const bytesBefore = 64_000;

/** Nobody listens on the port "discard" of this machine. */
const nowhere = "http://127.0.0.1:9/";

const grant = ({ form }: PlacedRequest) => form?.get("grant_type");

const isPolite = (request: PlacedRequest) =>
  grant(request) === "password" &&
  request.form?.get("takeExclusiveSignOnControl")?.toLowerCase() !== "true";

const switches: Readonly<Record<FaultName, Fault>> = {
  "bad-password": { on: "token", effect: namedFaults.badPassword() },
  "bad-app-key": { on: "token", effect: namedFaults.badAppKey() },
  "dead-refresh-token": {
    on: "token",
    when: (request) => grant(request) === "refresh_token",
    effect: namedFaults.deadRefreshToken(),
  },
  "session-quota": { on: "token", when: isPolite, effect: namedFaults.sessionQuota() },
  "expires-in": { on: "token", effect: namedFaults.expiresIn("30") },
  "token-expired": { on: fileStore, effect: namedFaults.tokenExpired() },
  "missing-scope": { on: fileStore, effect: namedFaults.missingScope() },
  "not-entitled": { on: fileStore, effect: namedFaults.notEntitled() },
  "bucket-not-found": { on: ["packages", "file-sets"], effect: namedFaults.bucketNotFound() },
  "file-set-not-found": { on: "files", effect: namedFaults.fileSetNotFound() },
  "file-not-found": { on: "file", effect: namedFaults.fileNotFound() },
  "too-many-requests": { on: fileStore, effect: namedFaults.tooManyRequests() },
  "service-error": { on: fileStore, effect: namedFaults.serviceError() },
  "html-page": { on: fileStore, effect: namedFaults.htmlPage() },
  redirect: { on: fileStore, effect: namedFaults.redirect(nowhere) },
  "empty-list": { on: lists, effect: namedFaults.emptyList() },
  "next-link": { on: lists, effect: namedFaults.nextLink(nowhere) },
  "url-expired": { on: "objects", effect: namedFaults.urlExpired() },
  "expired-token": { on: "objects", effect: namedFaults.expiredToken() },
  "signature-mismatch": { on: "objects", effect: namedFaults.signatureMismatch() },
  "not-there": { on: "objects", effect: namedFaults.notThere() },
  "slow-down": { on: "objects", effect: namedFaults.slowDown() },
  "internal-error": { on: "objects", effect: namedFaults.internalError() },
  cut: { on: "objects", effect: { kind: "cutAfter", bytes: bytesBefore } },
  stall: { on: "objects", effect: { kind: "stall", afterBytes: bytesBefore } },
  slow: { on: "objects", effect: { kind: "slow", bytesPerSecond: 200_000 } },
  corrupt: { on: "objects", effect: { kind: "corrupt", at: 0 } },
  "ignore-range": { on: "objects", effect: { kind: "ignoreRange" } },
};

/** Switches on the fault of this name; returns what takes it away again. */
export function switchFault(faults: Faults, name: FaultName): () => void {
  return faults.add(switches[name]);
}
