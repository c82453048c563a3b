import { AppError } from "../../base/errors.ts";
import { type Call, createOutput } from "../console/call.ts";
import { withParts } from "../console/with-session.ts";

const forgottenAdvice =
  "The session is forgotten on this machine; at the service it may last until its tokens expire.";

/** `cfs logout`: deletes the session from disk even if revoking it fails. */
export function logout(call: Call): Promise<void> {
  return withParts(call, async ({ auth, catalogue, preferences }) => {
    const session = auth.session();
    if (session !== undefined) await catalogue.forget(session);
    preferences.setLastVisit(undefined);
    try {
      await auth.signOut(call.signal);
    } catch (thrown) {
      const isForgotten = thrown instanceof AppError && auth.session() === undefined;
      throw isForgotten ? thrown.retold({ advice: forgottenAdvice }) : thrown;
    }
    const output = createOutput(call.stderr);
    output.line(
      session === undefined ? "You were not signed in." : `${session.user} is signed out.`,
    );
  });
}
