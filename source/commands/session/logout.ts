import type { Parts } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import { type Call, createOutput } from "../console/call.ts";
import { withProfile } from "../console/with-session.ts";

const forgottenAdvice =
  "The session is forgotten on this machine; at the service it may last until its tokens expire.";

/** `cfs logout`: deletes the session from disk even if revoking it fails. */
export function logout(call: Call): Promise<void> {
  return withProfile(call, async (parts) => {
    const user = await signOut(parts, call.signal);
    const output = createOutput(call.stderr);
    output.line(user === undefined ? "You were not signed in." : `${user} is signed out.`);
  });
}

/** Resolves with the user whose session ended. Rejects if revoking failed; the session is forgotten then too. */
export async function signOut(
  { auth, listingCache, preferences }: Parts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const session = auth.session();
  if (session !== undefined) await listingCache.forget(session);
  preferences.setLastVisit(undefined);
  try {
    await auth.signOut(signal);
  } catch (thrown) {
    const wasKept = session !== undefined;
    const isForgotten = thrown instanceof AppError && wasKept && auth.session() === undefined;
    throw isForgotten ? thrown.withFacts({ advice: forgottenAdvice }) : thrown;
  }
  return session?.user;
}
