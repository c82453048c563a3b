import type { Session } from "../../api/service.ts";
import { compose, type Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import type { Environment } from "../../config/environment.ts";
import { hasProfile, profilesIn } from "../../config/profiles.ts";
import { readState, type SavedState } from "../../config/state-schema.ts";
import { closestWord } from "../../domain/closest-word.ts";
import { type Call, isInteractive } from "./call.ts";

/** Waits for a pending token request before it returns. */
export async function withParts<Result>(
  call: Call,
  work: (parts: Parts) => Promise<Result>,
  environment: Environment = call.environment,
): Promise<Result> {
  const parts = await compose(environment, (text) => call.stderr.write(`cfs: ${text}\n`));
  try {
    return await work(parts);
  } finally {
    await parts.auth.settled();
    await parts.preferences.flush();
    await parts.listingCache.flush();
  }
}

/** Like `withParts`, but rejects with an AppError of kind sign-in if the call names an unknown profile. */
export function withProfile<Result>(
  call: Call,
  work: (parts: Parts) => Promise<Result>,
): Promise<Result> {
  return withParts(call, async (parts) => {
    const { profile, tokenCommand } = call.environment;
    if (profile !== undefined && tokenCommand === undefined)
      refuseUnknownProfile(profile, readState(parts.settingsPath));
    return work(parts);
  });
}

interface SessionOptions {
  asks?: boolean;
  /** True if `work` downloads files. */
  downloads?: boolean;
}

/**
 * Signs in with a kept session for this host, the environment's credentials or answers on a terminal;
 * otherwise rejects with an AppError of kind sign-in.
 */
export function withSession<Result>(
  call: Call,
  work: (parts: Parts, session: Session) => Promise<Result>,
  { asks = true, downloads = false }: SessionOptions = {},
): Promise<Result> {
  return withProfile(call, async (parts) => {
    if (downloads) parts.connectAhead();
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
    call.stderr.write(`cfs: ${thrown.withFacts({ advice }).message}\n`);
  }
  const credentials = await askCredentials({}, parts, call);
  return askTakeOver((takeOver) => auth.signIn(credentials, { takeOver, signal }), call);
}

function notSignedInError({
  environment: { credentials, host, missing, profile },
}: Call): AppError {
  const tried = `Signing in at ${host}`;
  if (profile !== undefined && credentials !== undefined) {
    return new AppError({
      kind: "sign-in",
      tried,
      answered: `no session is kept for the profile ${profile}, and the environment's credentials are those of another account`,
      advice: `Sign in with cfs --profile ${profile} login.`,
    });
  }
  const login = profile === undefined ? "cfs login" : `cfs --profile ${profile} login`;
  return new AppError({
    kind: "sign-in",
    tried,
    answered: `no session is kept and the environment has ${missing === undefined ? "no credentials" : `no ${missing}`}`,
    advice: `Sign in with ${login}, or set RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.`,
  });
}

/** Throws an AppError of kind sign-in with the names that exist. */
export function refuseUnknownProfile(
  profile: string,
  file: SavedState,
  advice = `To add it, sign in with cfs --profile ${profile} login.`,
): void {
  if (hasProfile(file, profile)) return;
  const names = profilesIn(file).map(({ name }) => name);
  const closest = closestWord(profile, names);
  const meant = closest === undefined ? "" : ` (did you mean ${closest}?)`;
  const are = names.length === 1 ? "there is only" : "there are";
  throw new AppError({
    kind: "sign-in",
    tried: `Looking for the profile ${profile}`,
    answered: `it does not exist${meant}; ${are} ${names.join(", ")}`,
    advice,
  });
}
