import type { Credentials } from "../base/environment-types.ts";
import { defaultProfile } from "../domain/profile-name.ts";
import type { SavedState } from "./state-schema.ts";

/** What one profile has for itself; everything else in the conf file is shared. */
type ProfileState = Pick<SavedState, "sessions" | "lastAccount" | "lastVisit">;

export interface Profile extends ProfileState {
  name: string;
}

/** The conf file as `profile` sees it: with its own sessions in place of those of the default profile. */
export function stateOfProfile(file: SavedState, profile: string | undefined): SavedState {
  if (profile === undefined) return file;
  const { sessions = [], lastAccount, lastVisit } = findProfile(file, profile) ?? {};
  return { ...file, sessions, lastAccount, lastVisit };
}

/** The conf file with what `profile` changed. A profile without a session and an account is dropped. */
export function withStateOfProfile(
  file: SavedState,
  profile: string | undefined,
  state: SavedState,
): SavedState {
  if (profile === undefined) return state;
  const { sessions, lastAccount, lastVisit } = state;
  const own = { ...findProfile(file, profile), name: profile, sessions, lastAccount, lastVisit };
  const others = (file.profiles ?? []).filter(({ name }) => name !== profile);
  const isKept = sessions.length > 0 || lastAccount !== undefined;
  const profiles = isKept ? [...others, own] : others;
  return {
    ...state,
    sessions: file.sessions,
    lastAccount: file.lastAccount,
    lastVisit: file.lastVisit,
    profiles: profiles.length === 0 ? undefined : profiles,
  };
}

/** Every profile of the conf file, the default one first and the others by name. */
export function profilesIn(file: SavedState): readonly Profile[] {
  const { sessions, lastAccount, lastVisit } = file;
  const first = { name: defaultProfile, sessions, lastAccount, lastVisit };
  const byName = (one: Profile, other: Profile) => (one.name < other.name ? -1 : 1);
  return [first, ...(file.profiles ?? []).toSorted(byName)];
}

/** The user of a profile, and the session that a call to `host` uses, otherwise its newest one. */
export function accountOfProfile({ lastAccount, sessions }: Profile, host: string) {
  const session = sessions.find((one) => one.host === host) ?? sessions[0];
  const last = lastAccount?.kind === "client" ? lastAccount.clientId : lastAccount?.username;
  return { session, user: session?.user ?? last };
}

export function hasProfile(file: SavedState, profile: string | undefined): boolean {
  return profile === undefined || findProfile(file, profile) !== undefined;
}

/**
 * The environment's credentials if `profile` may sign in with them by itself. A named profile does so only
 * if they are those of its account: it must never sign in as another one.
 */
export function credentialsOfProfile(
  credentials: Credentials | undefined,
  profile: string | undefined,
  { lastAccount }: Pick<SavedState, "lastAccount">,
): Credentials | undefined {
  if (profile === undefined || credentials === undefined) return credentials;
  const isOwn =
    lastAccount?.kind === "password"
      ? credentials.kind === "password" && credentials.username === lastAccount.username
      : credentials.kind === "client" && credentials.clientId === lastAccount?.clientId;
  return isOwn ? credentials : undefined;
}

function findProfile({ profiles }: SavedState, wanted: string) {
  return profiles?.find(({ name }) => name === wanted);
}
