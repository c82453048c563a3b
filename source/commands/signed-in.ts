import { compose, type Parts } from "../compose.ts";
import { AppError } from "../errors.ts";
import type { Call } from "./call.ts";

/** Runs `work` with the parts, and waits for a token request under way before it returns. */
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

/**
 * The same for a call that needs a session: a kept one for this host, else the environment's
 * credentials, else an AppError of kind sign-in. Nobody is asked.
 */
export function withSession<Result>(
  call: Call,
  work: (parts: Parts) => Promise<Result>,
): Promise<Result> {
  return withParts(call, async (parts) => {
    const session = await parts.auth.resume({ signal: call.signal });
    if (session === undefined) {
      throw new AppError({
        kind: "sign-in",
        tried: `Signing in at ${call.environment.host}`,
        answered: "no session is kept and the environment has no credentials",
        advice: "Sign in with cfs login, or set RDP_USERNAME, RDP_PASSWORD and RDP_APP_KEY.",
      });
    }
    return work(parts);
  });
}
