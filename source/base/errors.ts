import { sanitize } from "../domain/sanitize.ts";
import { redact } from "./secret.ts";

/** Each kind has one exit code. */
export type ErrorKind =
  | "usage"
  | "sign-in"
  | "not-found"
  | "service"
  | "integrity"
  | "disk"
  | "time-limit"
  | "unmet"
  | "interrupted"
  | "unexpected";

/** The program's own reasons; the service's codes are in `serviceCode`. */
export type FailureReason =
  /** No answer, or an incomplete one. */
  | "network"
  | "silence"
  | "untrusted"
  | "proxy-refused"
  /** The service gave an address that is not allowed. */
  | "forbidden-address"
  /** An address that was given has expired, and there is no session to request another. */
  | "address-expired"
  | "rate-limited"
  | "session-quota"
  | "session-ended"
  | "wrong-client"
  | "wrong-credentials"
  | "locked"
  | "no-space"
  | "damaged";

/** Exit codes that scripts rely on. */
export const exitCodes: Readonly<Record<ErrorKind, number>> = {
  unexpected: 1,
  usage: 2,
  "sign-in": 3,
  "not-found": 4,
  service: 5,
  integrity: 6,
  disk: 7,
  "time-limit": 8,
  unmet: 9,
  interrupted: 130,
};

/** Kinds that may succeed when repeated later. */
const passing: ReadonlySet<ErrorKind> = new Set(["service", "sign-in", "disk"]);

export interface ErrorFacts {
  kind: ErrorKind;
  /** The beginning of a sentence: "Signing in as GE-A-1". */
  tried: string;
  /** In the service's own words if it gave any. */
  answered: string;
  /** The cause alone, for a row of a table: "connection refused". By default what was answered. */
  brief?: string | undefined;
  /** A sentence. */
  advice?: string | undefined;
  status?: number | undefined;
  reason?: FailureReason | undefined;
  /** The service's own error code: "invalid_grant", "EDS.CFS.NoBucketFound", "AccessDenied". */
  serviceCode?: string | undefined;
  errno?: string | undefined;
  /** True if other files of the same folder probably fail for the same reason. */
  isOfFolder?: boolean | undefined;
  /** The id that LSEG support asks for. */
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * An expected failure as sentences: what was tried, what was answered, what to do next. Any other error is
 * a bug. Secrets are redacted, and characters that steer a terminal are removed.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly kind: ErrorKind;
  readonly tried: string;
  readonly answered: string;
  readonly brief: string;
  readonly advice: string | undefined;
  readonly status: number | undefined;
  readonly reason: FailureReason | undefined;
  readonly serviceCode: string | undefined;
  readonly errno: string | undefined;
  readonly isOfFolder: boolean;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(facts: ErrorFacts) {
    const tried = shown(facts.tried);
    const answered = shown(facts.answered).replace(/[.\s]+$/, "");
    const requestId = facts.requestId === undefined ? undefined : shown(facts.requestId);
    const advice = facts.advice === undefined ? undefined : shown(facts.advice);
    const id = requestId === undefined ? "" : ` (request ${requestId})`;
    const end = id === "" && /[.!?]"$/.test(answered) ? "" : ".";
    const next = advice === undefined ? "" : ` ${advice}`;
    super(`${tried}: ${answered}${id}${end}${next}`, { cause: facts.cause });
    this.kind = facts.kind;
    this.tried = tried;
    this.answered = answered;
    this.brief = facts.brief === undefined ? answered : shown(facts.brief);
    this.advice = advice;
    this.status = facts.status;
    this.reason = facts.reason;
    this.serviceCode = facts.serviceCode;
    this.errno = facts.errno;
    this.isOfFolder = facts.isOfFolder ?? false;
    this.requestId = requestId;
    this.retryAfterMs = facts.retryAfterMs;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }

  get mayPass(): boolean {
    return passing.has(this.kind);
  }

  /** The same failure with some facts replaced; `cause` is this one. */
  withFacts(facts: Partial<Pick<ErrorFacts, "kind" | "tried" | "advice" | "reason">>): AppError {
    const { kind, tried, answered, brief, advice, reason, status, requestId, retryAfterMs } = this;
    const { serviceCode, errno, isOfFolder } = this;
    const codes = { reason, status, serviceCode, errno, isOfFolder, requestId, retryAfterMs };
    return new AppError({ kind, tried, answered, brief, advice, ...codes, ...facts, cause: this });
  }
}

/** Removing hidden characters may join the parts of a secret, so the text is redacted before and after. */
function shown(text: string): string {
  return redact(sanitize(redact(text)));
}

/** Any thrown value as an AppError; other values become an unexpected failure of `tried`. */
export function toAppError(thrown: unknown, tried: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const answered = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError({ kind: "unexpected", tried, answered, cause: thrown });
}

/** True for the error that fetch, streams and timers throw when their AbortSignal aborts. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}

/** True if zlib could not unpack the data; false if it could not allocate memory. */
export function isDamagedData(thrown: unknown): thrown is Error {
  const code = errnoOf(thrown) ?? "";
  return (code.startsWith("Z_") && code !== "Z_MEM_ERROR") || code === "ERR_BUFFER_TOO_LARGE";
}

/** The system's code in an error, such as "ENOSPC"; undefined for other values. */
export function errnoOf(thrown: unknown): string | undefined {
  if (thrown instanceof AppError) return thrown.errno;
  const isCoded = thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";
  return isCoded ? String(thrown.code) : undefined;
}
