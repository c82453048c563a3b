import {
  AppError,
  type ErrorFacts,
  type ErrorKind,
  type FailureReason,
} from "../../base/errors.ts";
import { readableSeconds } from "../../domain/readable.ts";
import { sanitize } from "../../domain/sanitize.ts";
import {
  briefReason,
  isComplaint,
  isPage,
  readErrorBody,
  readRetryAfter,
} from "../../network/error-body.ts";
import type { HttpAnswer } from "../../network/http.ts";

const minuteMs = 60_000;

/** A request to the file store as its errors describe it. */
export interface Asked {
  /** "Listing the packages of bulk-ESG". */
  purpose: string;
  /** What to do if the service does not know what was asked for. */
  ifUnknown: string;
}

/** The AppError for a file-store answer other than 200. */
export function serviceRefusal({ purpose, ifUnknown }: Asked, answer: HttpAnswer): AppError {
  const { status } = answer;
  if (isOfGateway(answer))
    return refusal(purpose, answer, { kind: "service", advice: gatewayAdvice(status) });
  const advice = status === 404 ? ifUnknown : serviceAdvice(answer);
  return refusal(purpose, answer, { kind: serviceKind(status), advice });
}

/** The AppError for a request with the user's own parameters, whose rejection is a usage error. */
export function queryRefusal(asked: Asked, answer: HttpAnswer): AppError {
  const refused = serviceRefusal(asked, answer);
  const isWrong = answer.status === 400 && isComplaint(answer.text);
  return isWrong ? refused.withFacts({ kind: "usage" }) : refused;
}

/** Reasons by the service's codes for a refused sign-in. */
const signInReasons: ReadonlyMap<string, FailureReason> = new Map([
  ["invalid_client", "wrong-client"],
  ["unauthorized_client", "wrong-client"],
  ["access_denied", "wrong-credentials"],
  ["invalid_grant", "wrong-credentials"],
]);

export function signInRefusal(purpose: string, answer: HttpAnswer): AppError {
  const { code = "", message = "" } = readErrorBody(answer.text);
  if (isClientError(answer.status) && /session quota is reached/i.test(message)) {
    return refusal(purpose, answer, {
      kind: "sign-in",
      advice:
        "Another program is signed in with this id: end it there, or take over its session (cfs login --take-over).",
      reason: "session-quota",
    });
  }
  const kind = isRefusedSignIn(answer) ? "sign-in" : "service";
  const reason = kind === "sign-in" ? signInReasons.get(code) : undefined;
  return refusal(purpose, answer, { kind, advice: signInAdvice(answer, kind), reason });
}

function gatewayAdvice(status: number): string {
  const advice = "Something answered in the service's place: check RDP_HOST and the proxy.";
  return status >= 500 ? `${advice} If both are right, try again later.` : advice;
}

/** A gateway's answer does not concern accounts or data. */
function isOfGateway({ status, text }: HttpAnswer): boolean {
  const isRedirect = status >= 300 && status < 400;
  return isRedirect || (status !== 429 && isPage(text));
}

/** A gateway's refusal does not end the session. */
function isRefusedSignIn({ status, text }: HttpAnswer): boolean {
  return (status === 400 || status === 401 || status === 403) && !isPage(text);
}

function refusal(
  purpose: string,
  answer: HttpAnswer,
  facts: Pick<ErrorFacts, "kind" | "advice" | "reason">,
): AppError {
  const body = readErrorBody(answer.text);
  const ofHeader = answer.header("x-request-id") ?? answer.header("x-amz-request-id") ?? "";
  const requestId = body.requestId ?? sanitize(ofHeader).slice(0, 100);
  return new AppError({
    ...facts,
    tried: purpose,
    answered: `${isPage(answer.text) ? "a gateway" : "the service"} answered ${answer.status}${saidIn(body.message)}`,
    brief: briefReason(body.message, answer.status),
    status: answer.status,
    serviceCode: body.code,
    requestId: requestId || undefined,
    retryAfterMs: retryAfterMs(answer),
  });
}

function retryAfterMs(answer: HttpAnswer): number | undefined {
  return readRetryAfter(answer.header("retry-after"), Date.now());
}

/** The quoted answer after its status; text that already has quotes gets no others. */
function saidIn(message: string | undefined): string {
  if (!message) return "";
  return message.includes('"') ? `: ${message}` : `, "${message}"`;
}

function isClientError(status: number): boolean {
  return status >= 400 && status < 500;
}

function serviceKind(status: number): ErrorKind {
  if (status === 401) return "sign-in";
  if (status === 403 || status === 404 || status === 410 || status === 451) return "not-found";
  return "service";
}

function serviceAdvice(answer: HttpAnswer): string {
  const { status } = answer;
  if (status === 401) return "Sign in again: cfs login.";
  if (status === 403) {
    return "Your account may lack the entitlement, or the data may no longer be available. Ask your LSEG representative.";
  }
  if (status === 429) {
    const waitMs = retryAfterMs(answer);
    const span =
      waitMs === undefined || waitMs <= minuteMs ? "a minute" : readableSeconds(waitMs / 1_000);
    return `Too many requests: wait ${span}, then try again.`;
  }
  if (status >= 500) return "The service has a problem: try again later.";
  return "Check the names and filters, then try again.";
}

function signInAdvice(answer: HttpAnswer, kind: ErrorKind): string {
  if (kind === "service") {
    const { status, text } = answer;
    const isOfService = status === 429 || (status >= 500 && !isPage(text));
    return isOfService ? serviceAdvice(answer) : gatewayAdvice(status);
  }
  switch (readErrorBody(answer.text).code) {
    case "invalid_client":
      return "Check the app key (or the client id and secret).";
    case "invalid_grant":
    case "access_denied":
      return "Check the user name and the password. It was not retried: repeated failures can lock your account.";
    default:
      return "Check the user name, the password and the app key, or the client id and secret.";
  }
}
