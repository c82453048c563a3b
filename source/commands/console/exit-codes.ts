import { type ErrorKind, exitCodes } from "../../base/errors.ts";

/** One exit code, or several with one meaning, for the help. */
export interface ExitCodeRecord {
  codes: readonly number[];
  meaning: string;
}

const meanings: Readonly<Record<Exclude<ErrorKind, "interrupted">, string>> = {
  unexpected: "anything not below",
  usage: "usage error, or it needs a terminal",
  "sign-in": "not signed in, or the sign-in was refused",
  "not-found": "no such bucket, package, file set or file, or not entitled to it",
  service: "the service or the network failed, after retries; or the address is not allowed",
  integrity: "what arrived is not what the service has",
  disk: "the destination: full, not writable",
  "time-limit": "ended by --max-duration; the same call continues",
  unmet: "cfs expect: late, incomplete or about to expire",
};

const terminated = 143;

/** Exit codes that scripts rely on, lowest first. */
export const exitCodeRecords: readonly ExitCodeRecord[] = [
  { codes: [0], meaning: "done" },
  { codes: [exitCodes.unexpected], meaning: meanings.unexpected },
  { codes: [exitCodes.usage], meaning: meanings.usage },
  { codes: [exitCodes["sign-in"]], meaning: meanings["sign-in"] },
  { codes: [exitCodes["not-found"]], meaning: meanings["not-found"] },
  { codes: [exitCodes.service], meaning: meanings.service },
  { codes: [exitCodes.integrity], meaning: meanings.integrity },
  { codes: [exitCodes.disk], meaning: meanings.disk },
  { codes: [exitCodes["time-limit"]], meaning: meanings["time-limit"] },
  { codes: [exitCodes.unmet], meaning: meanings.unmet },
  { codes: [exitCodes.interrupted, terminated], meaning: "interrupted" },
];
