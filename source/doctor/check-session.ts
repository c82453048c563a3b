import type { Environment } from "../config/environment.ts";
import {
  credentialsOfProfile,
  hasProfile,
  profilesIn,
  stateOfProfile,
} from "../config/profiles.ts";
import type { SavedState } from "../config/state-schema.ts";
import { readableSeconds } from "../domain/readable.ts";
import { type DoctorContext, type Finding, ok, warning } from "./finding.ts";

const check = "session";
const passwordVariables = ["RDP_USERNAME", "RDP_PASSWORD", "RDP_APP_KEY"] as const;
const clientVariables = ["RDP_CLIENT_ID", "RDP_CLIENT_SECRET"] as const;

/** Reports the account that would sign in and how, without a request and without secrets. */
export function checkSession(
  file: SavedState | undefined,
  { host, profile, credentials: ofEnvironment }: Environment,
  { variables, nowMs }: Pick<DoctorContext, "variables" | "nowMs">,
): Finding {
  const login = profile === undefined ? "cfs login" : `cfs --profile ${profile} login`;
  if (file !== undefined && !hasProfile(file, profile)) {
    const names = profilesIn(file).map(({ name }) => name);
    const found = `the profile ${profile} does not exist; there are ${names.join(", ")}`;
    return warning(check, found, `Sign in: ${login}`);
  }
  const state = file && stateOfProfile(file, profile);
  const credentials = credentialsOfProfile(ofEnvironment, profile, state ?? {});
  const where = profile === undefined ? host : `${host} in the profile ${profile}`;
  const kept = state?.sessions.find((session) => session.host === host);
  if (kept !== undefined) {
    const ago = readableSeconds(Math.max(0, nowMs() - kept.issuedAtMs) / 1_000);
    const found = `${kept.user} at ${where}, renewed ${ago} ago; the service decides how long it lasts without use`;
    return ok(check, found);
  }
  if (credentials !== undefined) {
    const user = credentials.kind === "password" ? credentials.username : credentials.clientId;
    return ok(check, `none is kept for ${where}; the environment's credentials sign in ${user}`);
  }
  const missing = [passwordVariables, clientVariables].flatMap((names) => {
    const unset = names.filter((name) => !variables[name]);
    return unset.length < names.length ? [...unset] : [];
  });
  const elsewhere = (state?.sessions ?? []).map((session) => session.host);
  const other = elsewhere.length === 0 ? "" : `, only for ${[...new Set(elsewhere)].join(", ")}`;
  return missing.length > 0
    ? warning(
        check,
        `none is kept for ${where}, and the environment's credentials are not complete`,
        `Set ${missing.join(" and ")} too, or sign in: ${login}`,
      )
    : warning(check, `none is kept for ${where}${other}`, `Sign in: ${login}`);
}
