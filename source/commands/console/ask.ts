import type { Parts } from "../../app/compose.ts";
import type { Credentials } from "../../base/environment-types.ts";
import { AppError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { type Call, isInteractive } from "./call.ts";
import { ask, type Prompt } from "./prompt.ts";
import { usageError } from "./usage-error.ts";

export interface KnownCredentials {
  username?: string | undefined;
  appKey?: string | undefined;
}

/** Asks for missing credentials in the order of the sign-in form, offering the last ones used. */
export async function askCredentials(
  { username, appKey }: KnownCredentials,
  { auth }: Parts,
  call: Call,
): Promise<Credentials> {
  const last = auth.account();
  const known = last?.kind === "password" ? last : undefined;
  const user =
    username ??
    (await askFor("user name", call, {
      prompt: "User name (machine id):",
      fallback: known?.username,
    }));
  const password = await askFor("password", call, { prompt: "Password:", silent: true });
  const key =
    appKey ?? (await askFor("app key", call, { prompt: "App key:", fallback: known?.appKey }));
  return { kind: "password", username: user, password: new Secret(password), appKey: key };
}

/** Rejects with an AppError of kind usage for an empty answer. */
async function askFor(name: string, call: Call, question: Prompt): Promise<string> {
  const answer = await ask(call, question);
  if (answer !== "") return answer;
  throw usageError(`the ${name} is empty`, "Run the command again and type it.", "Signing in");
}

export function wrongCredentials(answered: string): AppError {
  return usageError(
    answered,
    "Use cfs login on a terminal, or --username U --app-key K --password-stdin, or RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.",
    "Signing in",
  );
}

/** Signs in, and asks whether to take over if another program holds the session. */
export async function askTakeOver<Result>(
  signIn: (takeOver: boolean) => Promise<Result>,
  call: Call,
): Promise<Result> {
  try {
    return await signIn(false);
  } catch (thrown) {
    const isTaken = thrown instanceof AppError && thrown.reason === "session-quota";
    if (!isTaken || !isInteractive(call)) throw thrown;
    const answer = await ask(call, {
      prompt: "Another program is signed in with this id. Take over its session? (y/N)",
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw thrown;
    return signIn(true);
  }
}
