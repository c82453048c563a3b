import { dirname } from "node:path";
import { cacheDirectory } from "../../base/directories.ts";
import { AppError } from "../../base/errors.ts";
import type { Environment } from "../../config/environment.ts";
import { openState } from "../../config/preferences.ts";
import { removeProfileFolder } from "../../config/profile-folder.ts";
import { accountOfProfile, type Profile, profilesIn } from "../../config/profiles.ts";
import { toServiceTime } from "../../domain/moment.ts";
import { defaultProfile, profileName, profileNameRule } from "../../domain/profile-name.ts";
import { readableTime } from "../../domain/readable.ts";
import type { Call } from "../console/call.ts";
import type { ColumnsOf } from "../console/columns.ts";
import type { ProfileJson } from "../console/json-records.ts";
import { createRowList, type ListingOptions } from "../console/listing.ts";
import { usageError } from "../console/usage-error.ts";
import { refuseUnknownProfile, withParts } from "../console/with-session.ts";
import { signOut } from "./logout.ts";

const columns: ColumnsOf<"profiles", ProfileJson> = {
  profile: { cell: ({ profile }) => profile },
  user: { cell: ({ user }) => user ?? "–", exact: ({ user }) => user ?? "" },
  host: { cell: ({ host }) => host ?? "–", exact: ({ host }) => host ?? "", leaves: 1 },
  renewed: {
    cell: ({ renewed }) => (renewed === undefined ? "signed out" : `${readableTime(renewed)} UTC`),
    exact: ({ renewed }) => renewed ?? "",
  },
  current: { cell: ({ current }) => (current ? "yes" : "") },
};

/** `cfs profiles`: the accounts that are kept, without a request; `cfs profiles rm NAME` removes one. */
export async function profiles(
  args: readonly string[],
  options: ListingOptions,
  call: Call,
): Promise<void> {
  const [action, name] = args;
  if (action !== undefined) {
    if (action !== "rm") throw wrong(`"${action}" is not rm`);
    if (name === undefined) throw wrong("NAME", "Missing");
    return remove(name, call);
  }
  const rows = createRowList(call, options, columns);
  for (const one of profilesIn(openFile(call).read())) rows.add(toListed(one, call.environment));
  rows.end();
}

function openFile(call: Call, profile?: string) {
  const notice = (text: string) => void call.stderr.write(`cfs: ${text}\n`);
  return openState(call.environment.configDirectory, notice, profile).stateStore;
}

/** Only the service knows for how long an unused session lasts. */
function toListed(profile: Profile, environment: Environment): ProfileJson {
  const { name } = profile;
  const { session, user } = accountOfProfile(profile, environment.host);
  return {
    profile: name,
    user,
    host: session?.host,
    renewed: session && timeOf(session.issuedAtMs),
    current: name === (environment.profile ?? defaultProfile),
  };
}

/** If the clock was far off, the kept time may be no valid date. */
function timeOf(ms: number): string {
  return toServiceTime(Number.isNaN(new Date(ms).getTime()) ? 0 : ms);
}

/** Also removes it if its session could not be revoked; then rejects. */
async function remove(name: string, call: Call): Promise<void> {
  if (name === defaultProfile) {
    const advice = "cfs logout signs it out.";
    throw usageError("the default profile is always kept", advice, "Removing a profile");
  }
  if (!profileName.test(name)) throw wrong(`"${name}" is not a name; use ${profileNameRule}`);
  const file = openFile(call).read();
  refuseUnknownProfile(name, file, "See cfs profiles.");
  const failures = await signOutAll(
    file.profiles?.find((one) => one.name === name),
    call,
  );
  const own = openFile(call, name);
  await own.exclusive(async (transaction) => {
    const empty = { sessions: [], lastAccount: undefined, lastVisit: undefined };
    transaction.write({ ...transaction.read(), ...empty });
  });
  const caches = cacheDirectory(call.environment.configDirectory);
  for (const directory of [caches, dirname(own.path)]) removeProfileFolder(directory, name);
  call.stderr.write(`The profile ${name} is removed.\n`);
  if (failures[0] !== undefined) throw failures[0];
}

/** Resolves with the reasons why sessions were forgotten without being revoked. */
async function signOutAll(profile: Profile | undefined, call: Call): Promise<AppError[]> {
  const failures: AppError[] = [];
  for (const { host } of profile?.sessions ?? []) {
    const environment = { ...call.environment, host, profile: profile?.name };
    const own = { ...environment, credentials: undefined, tokenCommand: undefined };
    try {
      const user = await withParts(call, (parts) => signOut(parts, call.signal), own);
      if (user !== undefined) call.stderr.write(`${user} is signed out.\n`);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      failures.push(thrown);
    }
  }
  return failures;
}

function wrong(answered: string, tried?: string): AppError {
  return usageError(answered, "See cfs profiles --help.", tried);
}
