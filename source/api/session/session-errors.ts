import { AppError } from "../../base/errors.ts";
import { sessionQuotaCode } from "../replies/refusal.ts";

/** The code of the error when a session is refused and nothing else can sign in. */
export const sessionEndedCode = "session-ended";

/** True for a sign-in or a refresh that the service refused. */
export function isRefusal(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.kind === "sign-in";
}

/** True where another session of the same id lives. */
export function isQuota(thrown: unknown): thrown is AppError {
  return isRefusal(thrown) && thrown.code === sessionQuotaCode;
}

/** The kept token was refused, and so was a sign-in beside the session that lives at the service. */
export function quotaAfterRefusal(cause: AppError): AppError {
  return cause.retold({
    advice:
      "The kept session was refused too. If its last renewal was lost in a power failure or a crash, the session in the way is its own, and ends by itself within minutes; otherwise another program has it. To end it now, run cfs login --take-over.",
  });
}

/** The environment's credentials were refused so often that they are not sent until then. */
export function refusedOften(user: string, untilMs: number): AppError {
  return new AppError({
    kind: "sign-in",
    tried: `Signing in as ${user} with what the environment has`,
    answered:
      "it was refused three times within ten minutes, and is not sent again by itself for now",
    advice: `Repeated failures lock an account. Correct it and sign in with cfs login, or wait until ${new Date(untilMs).toISOString()}.`,
    code: "refused-often",
  });
}

/** A refresh was refused and nothing else can sign in. */
export function sessionEnded(user: string, cause: AppError): AppError {
  return cause.retold({
    kind: "sign-in",
    tried: `Renewing the session of ${user}`,
    advice: "The session has ended, or another program took it over: sign in again (cfs login).",
    code: sessionEndedCode,
  });
}

export function notSignedIn(): AppError {
  return new AppError({
    kind: "sign-in",
    tried: "Looking for a session",
    answered: "nobody is signed in",
    advice: "Sign in with cfs login, or set RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.",
  });
}
