import type { Session } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import type { Credentials } from "../../base/environment-types.ts";
import { AppError, exitCodes } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { askCredentials, askTakeOver, wrongCredentials } from "../console/ask.ts";
import { type Call, isInteractive } from "../console/call.ts";
import { readFirstLine } from "../console/prompt.ts";
import { ReportedFailures } from "../console/reported-failures.ts";
import { withParts } from "../console/with-session.ts";

export interface LoginOptions {
  username?: string;
  appKey?: string;
  passwordStdin?: boolean;
  takeOver?: boolean;
}

/** `cfs login`: from options, the environment or prompts. */
export function login(options: LoginOptions, call: Call): Promise<void> {
  return withParts(call, async (parts) => {
    const credentials = await readCredentials(options, parts, call);
    const { signal } = call;
    const session = await askTakeOver((isWanted) => {
      const takeOver = isWanted || (options.takeOver ?? false);
      return parts.auth.signIn(credentials, { takeOver, signal });
    }, call);
    refuseUnkept(session, call);
    const { profile } = call.environment;
    const where = `${session.host}${profile === undefined ? "" : ` in the profile ${profile}`}`;
    call.stderr.write(
      session.kind === "password"
        ? `Signed in as ${session.user} at ${where}. The session is kept; the password is not.\n`
        : `The credentials of ${session.user} work at ${where}. They are not kept: leave them in the environment.\n`,
    );
  });
}

/** Throws if the session works but could not be kept. */
function refuseUnkept({ unkeptBy, user, host }: Session, { stderr }: Call): void {
  if (unkeptBy === "disk") {
    // The disk error has already been reported.
    stderr.write(`The sign-in as ${user} at ${host} worked, but the session is not kept.\n`);
    throw new ReportedFailures([{ exitCode: exitCodes.disk }]);
  }
  if (unkeptBy === "service") {
    throw new AppError({
      kind: "service",
      tried: `Keeping the session of ${user}`,
      answered: "the service signed in, but gave no refresh token to keep",
      advice: "Leave the credentials in the environment: every command signs in with them.",
    });
  }
}

async function readCredentials(
  { username, appKey, passwordStdin }: LoginOptions,
  parts: Parts,
  call: Call,
): Promise<Credentials> {
  if (passwordStdin) {
    if (username === undefined || appKey === undefined) {
      throw wrongCredentials("--password-stdin needs --username and --app-key");
    }
    const password = await readFirstLine(call);
    if (password === "") throw wrongCredentials("standard input has no password");
    return { kind: "password", username, appKey, password: new Secret(password) };
  }
  const { credentials, missing } = call.environment;
  if (credentials !== undefined && username === undefined && appKey === undefined)
    return credentials;
  if (!isInteractive(call)) {
    const lacks = missing === undefined ? "no credentials were given" : `${missing} is not set`;
    throw wrongCredentials(`there is no terminal to ask on, and ${lacks}`);
  }
  return askCredentials({ username, appKey }, parts, call);
}
