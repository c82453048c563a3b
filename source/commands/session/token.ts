import type { Parts } from "../../app/compose.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import type { TokenJson } from "../console/json-records.ts";
import { usageError } from "../console/usage-error.ts";
import { withSession } from "../console/with-session.ts";

export interface TokenOptions extends CommonOptions {
  yes?: boolean;
}

/** `cfs token`: prints a valid access token, which is a secret, to a pipe. */
export async function token(options: TokenOptions, call: Call): Promise<void> {
  if (call.stdout.isTTY && !options.yes) {
    throw usageError(
      "the access token is a secret, and this is a terminal",
      "Print it into a pipe, or add --yes.",
      "Printing the access token",
    );
  }
  const print = async ({ auth }: Parts) => {
    const accessToken = (await auth.tokens.current(call.signal)).reveal();
    const output = createOutput(call.stdout);
    if (!options.json) {
      output.line(accessToken);
      return;
    }
    const expiresAtMs = auth.session()?.expiresAtMs ?? call.nowMs();
    const expiresIn = Math.max(0, Math.floor((expiresAtMs - call.nowMs()) / 1_000));
    output.json({ access_token: accessToken, expires_in: expiresIn } satisfies TokenJson);
  };
  await withSession(call, print, { asks: false });
}
