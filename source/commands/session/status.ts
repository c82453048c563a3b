import type { Session } from "../../api/service.ts";
import type { Parts } from "../../app/compose.ts";
import { toServiceTime } from "../../domain/moment.ts";
import { readableTime } from "../../domain/readable.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import type { StatusJson } from "../console/json-records.ts";
import { withSession } from "../console/with-session.ts";

/** `cfs status`: asks the service, so that the answer is current. */
export function status(options: CommonOptions, call: Call): Promise<void> {
  const show = async (_: Parts, session: Session) => {
    const expires =
      session.expiresAtMs === undefined ? undefined : toServiceTime(session.expiresAtMs);
    const { profile } = call.environment;
    const output = createOutput(call.stdout);
    if (options.json) {
      const { user, host, kind } = session;
      output.json({ user, host, kind, expires, profile } satisfies StatusJson);
      return;
    }
    output.pairs([
      ...(profile === undefined ? [] : ([["profile", profile]] as const)),
      ["user", session.user],
      ["host", session.host],
      ["until", `${readableTime(expires)} UTC, renewed while in use`],
    ]);
  };
  return withSession(call, show, { asks: false });
}
