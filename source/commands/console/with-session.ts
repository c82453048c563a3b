import type { Session } from "../../api/service.ts";
import { compose, type Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import type { LimitRate } from "../../base/limit-rate.ts";
import { type Call, isInteractive } from "./call.ts";

/** Waits for a pending token request before it returns. */
export async function withParts<Result>(
  call: Call,
  work: (parts: Parts) => Promise<Result>,
): Promise<Result> {
  const parts = await compose(call.environment, (text) => call.stderr.write(`cfs: ${text}\n`));
  try {
    return await work(parts);
  } finally {
    await parts.auth.settled();
    await parts.preferences.flush();
    await parts.catalogue.flush();
  }
}

export interface SessionOptions {
  /** False: rejects if nothing is kept and the environment has no credentials. */
  asks?: boolean;
  /** `--limit-rate`, in place of the variable and the setting. */
  limitRate?: LimitRate | undefined;
}

/**
 * Signs in with a kept session for this host, the environment's credentials or answers on a terminal;
 * otherwise rejects with an AppError of kind sign-in.
 */
export function withSession<Result>(
  call: Call,
  work: (parts: Parts, session: Session) => Promise<Result>,
  { asks = true, limitRate }: SessionOptions = {},
): Promise<Result> {
  return withParts(call, async (parts) => {
    if (limitRate !== undefined) parts.bandwidth.change(limitRate);
    const session = await (asks && isInteractive(call)
      ? resumeOrAsk(parts, call)
      : resume(parts, call));
    return work(parts, session);
  });
}

async function resume({ auth }: Parts, call: Call): Promise<Session> {
  const session = await auth.resume({ signal: call.signal });
  if (session === undefined) throw notSignedInError(call);
  return session;
}

async function resumeOrAsk(parts: Parts, call: Call): Promise<Session> {
  const { auth } = parts;
  const { signal } = call;
  const { askCredentials, askTakeOver } = await import("./ask.ts");
  try {
    const session = await askTakeOver((takeOver) => auth.resume({ takeOver, signal }), call);
    if (session !== undefined) return session;
    call.stderr.write(`Not signed in to ${call.environment.host}.\n`);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.reason !== "session-ended") throw thrown;
    const advice = "The session has expired, or another program took it over. Sign in again:";
    call.stderr.write(`cfs: ${thrown.retold({ advice }).message}\n`);
  }
  const credentials = await askCredentials({}, parts, call);
  return askTakeOver((takeOver) => auth.signIn(credentials, { takeOver, signal }), call);
}

function notSignedInError({ environment: { host, missing } }: Call): AppError {
  return new AppError({
    kind: "sign-in",
    tried: `Signing in at ${host}`,
    answered: `no session is kept and the environment has ${missing === undefined ? "no credentials" : `no ${missing}`}`,
    advice: "Sign in with cfs login, or set RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.",
  });
}
