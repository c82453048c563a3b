import { sessionQuotaCode } from "../api/refusal.ts";
import type { Credentials, Session } from "../api/service.ts";
import type { Parts } from "../compose.ts";
import { AppError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { Call } from "./call.ts";
import { ask, readFirstLine } from "./prompt.ts";
import { withParts } from "./signed-in.ts";

export interface LoginOptions {
  username?: string;
  appKey?: string;
  passwordStdin?: boolean;
  takeOver?: boolean;
}

/** `cfs login`: by the words of the call, else by the environment, else by asking on the terminal. */
export function login(options: LoginOptions, call: Call): Promise<void> {
  return withParts(call, async (parts) => {
    const credentials = await readCredentials(options, parts, call);
    const session = await signIn(parts, credentials, options.takeOver ?? false, call);
    call.stderr.write(
      session.kind === "password"
        ? `Signed in as ${session.user} at ${session.host}. The session is kept; the password is not.\n`
        : `The credentials of ${session.user} work at ${session.host}. They are not kept: leave them in the environment.\n`,
    );
  });
}

async function readCredentials(
  options: LoginOptions,
  parts: Parts,
  call: Call,
): Promise<Credentials> {
  const { username, appKey, passwordStdin } = options;
  if (passwordStdin) {
    if (username === undefined || appKey === undefined) {
      throw wrongWords("--password-stdin needs --username and --app-key");
    }
    return {
      kind: "password",
      username,
      appKey,
      password: given("password", await readFirstLine(call)),
    };
  }
  const { credentials } = call.environment;
  if (credentials !== undefined && username === undefined && appKey === undefined)
    return credentials;
  if (!call.stdin.isTTY || !call.stderr.isTTY) {
    throw wrongWords("there is no terminal to ask on, and no credentials were given");
  }
  const last = parts.preferences.lastAccount();
  const known = last?.kind === "password" ? last : undefined;
  const user =
    username ?? (await ask(call, { prompt: "User name (machine id):", fallback: known?.username }));
  const password = given("password", await ask(call, { prompt: "Password:", silent: true }));
  const key = appKey ?? (await ask(call, { prompt: "App key:", fallback: known?.appKey }));
  if (user === "" || key === "") throw wrongWords("the user name and the app key may not be empty");
  return { kind: "password", username: user, password, appKey: key };
}

async function signIn(
  parts: Parts,
  credentials: Credentials,
  takeOver: boolean,
  call: Call,
): Promise<Session> {
  try {
    return await parts.auth.signIn(credentials, { takeOver, signal: call.signal });
  } catch (thrown) {
    const quota = thrown instanceof AppError && thrown.code === sessionQuotaCode;
    if (!quota || takeOver || !call.stdin.isTTY || !call.stderr.isTTY) throw thrown;
    const answer = await ask(call, {
      prompt: "Another program is signed in with this id. Take over its session? (y/N)",
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw thrown;
    return parts.auth.signIn(credentials, { takeOver: true, signal: call.signal });
  }
}

function given(what: string, text: string): Secret {
  if (text === "") throw wrongWords(`the ${what} is empty`);
  return new Secret(text);
}

function wrongWords(answered: string): AppError {
  return new AppError({
    kind: "usage",
    tried: "Signing in",
    answered,
    advice:
      "Use cfs login on a terminal, or --username U --app-key K --password-stdin, or RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.",
  });
}
