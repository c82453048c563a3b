import { redact } from "./redaction.ts";

/** What failed, as far as a caller must tell failures apart. Each kind has one exit code. */
export type ErrorKind =
  | "usage"
  | "sign-in"
  | "not-found"
  | "service"
  | "integrity"
  | "disk"
  | "interrupted"
  | "unexpected";

/** What the program itself tells failures apart by. The service's own codes are never among them. */
export type FailureReason =
  /** No answer, or one that broke off. */
  | "network"
  /** Nothing arrived for as long as is waited. */
  | "silence"
  /** The server's certificate is not trusted. */
  | "untrusted"
  | "proxy-refused"
  /** The service gave an address that may not be asked. */
  | "forbidden-address"
  | "rate-limited"
  /** Another session of the same id is active. */
  | "session-quota"
  | "session-ended"
  /** The service did not take the app key or the client. */
  | "wrong-client"
  /** The service did not take the user name, the password or the secret. */
  | "wrong-credentials"
  /** Another process holds the lock. */
  | "locked"
  | "no-space"
  /** The bytes are not what they should be. */
  | "damaged";

/** Exit codes that scripts hold on to. */
export const exitCodes: Readonly<Record<ErrorKind, number>> = {
  unexpected: 1,
  usage: 2,
  "sign-in": 3,
  "not-found": 4,
  service: 5,
  integrity: 6,
  disk: 7,
  interrupted: 130,
};

/** Kinds of what another time may end by itself. */
const passing: ReadonlySet<ErrorKind> = new Set(["service", "sign-in", "disk"]);

export interface ErrorFacts {
  kind: ErrorKind;
  /** What was tried, as the beginning of a sentence: "Signing in as GE-A-1". */
  tried: string;
  /** What was answered, in the service's own words where there are any. */
  answered: string;
  /** What the person can do next, as a sentence. */
  advice?: string | undefined;
  /** HTTP status of the answer, where there was one. */
  status?: number | undefined;
  reason?: FailureReason | undefined;
  /** The service's own error code: "invalid_grant", "EDS.CFS.NoBucketFound", "AccessDenied". */
  serviceCode?: string | undefined;
  /** The system's code: "ENOSPC". */
  errno?: string | undefined;
  /** The id that the service's support asks for. */
  requestId?: string | undefined;
  /** Milliseconds after which the service allows another try. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * An expected failure, told in sentences: what was tried, what was answered, what to do next.
 * Anything else that is thrown is a bug. Secrets are taken out when the error is made.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly kind: ErrorKind;
  readonly tried: string;
  readonly answered: string;
  readonly advice: string | undefined;
  readonly status: number | undefined;
  readonly reason: FailureReason | undefined;
  readonly serviceCode: string | undefined;
  readonly errno: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(facts: ErrorFacts) {
    const tried = redact(facts.tried);
    const answered = redact(facts.answered).replace(/[.\s]+$/, "");
    const id = facts.requestId === undefined ? "" : ` (request ${redact(facts.requestId)})`;
    const advice = facts.advice === undefined ? "" : ` ${redact(facts.advice)}`;
    const end = id === "" && /[.!?]"$/.test(answered) ? "" : ".";
    super(`${tried}: ${answered}${id}${end}${advice}`, { cause: facts.cause });
    this.kind = facts.kind;
    this.tried = tried;
    this.answered = answered;
    this.advice = facts.advice === undefined ? undefined : redact(facts.advice);
    this.status = facts.status;
    this.reason = facts.reason;
    this.serviceCode = facts.serviceCode;
    this.errno = facts.errno;
    this.requestId = facts.requestId === undefined ? undefined : redact(facts.requestId);
    this.retryAfterMs = facts.retryAfterMs;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }

  /** True where the same may succeed at another time. */
  get mayPass(): boolean {
    return passing.has(this.kind);
  }

  /** The same failure in other words; this one is its cause. */
  retold(words: Partial<Pick<ErrorFacts, "kind" | "tried" | "advice" | "reason">>): AppError {
    const { kind, tried, answered, advice, reason, status, requestId, retryAfterMs } = this;
    const { serviceCode, errno } = this;
    const codes = { reason, status, serviceCode, errno, requestId, retryAfterMs };
    return new AppError({ kind, tried, answered, advice, ...codes, ...words, cause: this });
  }
}

/** Any thrown value as an AppError; what is not one already is an unexpected failure of `tried`. */
export function toAppError(thrown: unknown, tried: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const answered = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError({ kind: "unexpected", tried, answered, cause: thrown });
}

/** True when `thrown` is what an aborted AbortSignal makes fetch, streams and timers throw. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}
