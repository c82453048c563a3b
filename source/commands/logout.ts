import type { Call } from "./call.ts";
import { createOutput } from "./output.ts";
import { withParts } from "./signed-in.ts";

/** `cfs logout`: revokes at the service and forgets on disk; forgets even where revoking fails. */
export function logout(call: Call): Promise<void> {
  return withParts(call, async ({ auth, catalogue, preferences }) => {
    const session = auth.session();
    if (session !== undefined) await catalogue.forget(session);
    preferences.setLastVisit(undefined);
    await auth.signOut(call.signal);
    const output = createOutput(call.stderr);
    output.line(session === undefined ? "Nobody was signed in." : `${session.user} is signed out.`);
  });
}
