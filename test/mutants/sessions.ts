import type { Mutant } from "./mutant.ts";

const signIn = "test/api/sign-in.test.ts";
const renewal = "test/api/renewal.test.ts";
const signOut = "test/api/sign-out.test.ts";

/** Each refresh token is spent once and none is lost; no secret is sent to another host; no account is locked. */
export const sessionMutants: readonly Mutant[] = [
  {
    name: "a refresh token is spent outside the lock",
    file: "source/api/session/auth.ts",
    replace: [
      "stateStore.exclusive(work, options);",
      "stateStore.exclusive(async (each) => each, options).then(work);",
    ],
    caughtBy: {
      file: renewal,
      name: "spends the refresh token while no other process can read it",
    },
  },
  {
    name: "the refresh token of another process is not read before a refresh",
    file: "source/api/session/auth.ts",
    replace: ["newestRefreshable(transaction, host, renewal)", "renewal"],
    caughtBy: {
      file: renewal,
      name: "sends another program's token with the app key that it was issued for",
    },
  },
  {
    name: "each caller refreshes the session separately",
    file: "source/api/session/auth.ts",
    replace: ["renewing ??= inTime(renew)", "renewing = inTime(renew)"],
    caughtBy: { file: renewal, name: "by one request for all callers" },
  },
  {
    name: "a new refresh token is not kept",
    file: "source/api/session/sign-in.ts",
    replace: ["if (persist(() => keepSession(transaction, kept)))", "if (kept)"],
    caughtBy: { file: signIn, name: "keeps the refresh token" },
  },
  {
    name: "an exit does not wait for a token request",
    file: "source/api/session/auth.ts",
    replace: ["await Promise.race([Promise.all(underWay), patience]);", ""],
    caughtBy: { file: "test/api/shutdown.test.ts", name: "waits for the answer to a refresh" },
  },
  {
    name: "a dead session is not forgotten",
    file: "source/api/session/sign-in.ts",
    replace: ["persist(() => forgetSession(transaction, { host, user: account.user }));", ""],
    caughtBy: { file: renewal, name: "when the kept session is dead, and forgets it" },
  },
  {
    name: "refused credentials of the environment are sent again",
    file: "source/api/session/sign-in.ts",
    replace: ["environmentRefused = true;", ""],
    caughtBy: { file: renewal, name: "sends refused credentials of the environment once" },
  },
  {
    name: "refused passwords are not counted over all processes",
    file: "source/api/session/sign-in.ts",
    replace: ["if (untilMs !== undefined) throw refusedOften(user, untilMs);", ""],
    caughtBy: { file: "test/trust/rate-limit.test.tsx", name: "three times at most" },
  },
  {
    name: "token requests are not counted",
    file: "source/api/session/rate-limit.ts",
    replace: ["persist(() => countRequest(transaction, host, nowMs()));", ""],
    caughtBy: {
      file: "test/trust/rate-limit.test.tsx",
      name: "wait for each other after many sign-ins",
    },
  },
  {
    name: "a sign-in takes over the session of another program",
    file: "source/api/session/sign-in.ts",
    replace: [
      "if (takeOver || !isQuota(thrown) || !(await holdsQuota(transaction, credentials)))",
      "if (takeOver || !isQuota(thrown))",
    ],
    caughtBy: { file: signIn, name: "leaves another program's session alone" },
  },
  {
    name: "signing out does not forget the session if revoking fails",
    file: "source/api/session/sign-out.ts",
    replace: ["if (!(thrown instanceof RateLimited)) forget(transaction);", ""],
    caughtBy: { file: signOut, name: "forgets the session even if revoking fails" },
  },
  {
    name: "signing out does not revoke",
    file: "source/api/session/sign-out.ts",
    replace: ["if (token !== undefined) await requests.revoke(account, token);", "void token;"],
    caughtBy: { file: signOut, name: "revokes with the colon form and forgets" },
  },
  {
    name: "a next link to another host gets the token",
    file: "source/api/listings.ts",
    replace: ["url !== undefined && url.origin === host", "url !== undefined"],
    caughtBy: {
      file: "test/trust/other-hosts.test.ts",
      name: "is not asked by packages an address of its own",
    },
  },
  {
    name: "a redirect of the service is followed",
    file: "source/network/http.ts",
    replace: ['redirect: "manual",', 'redirect: "follow",'],
    caughtBy: { file: signIn, name: "does not follow a redirect of the sign-in" },
  },
  {
    name: "the object store gets an Authorization header",
    file: "source/network/object-store.ts",
    replace: ['Accept: "*/*",', 'Accept: "*/*",\n        Authorization: "Bearer token",'],
    caughtBy: { file: "test/transfer/engine.test.ts", name: "never carries another authorization" },
  },
  {
    name: "a profile writes over the sessions of the default one",
    file: "source/config/state-store.ts",
    replace: [
      "withStateOfProfile(readOrReport(path), options.profile, state)",
      "withStateOfProfile(readOrReport(path), undefined, state)",
    ],
    caughtBy: {
      file: "test/config/state-store.test.ts",
      name: "keeps the session of the profile archive beside the default one",
    },
  },
  {
    name: "a profile signs in with the credentials of another account",
    file: "source/config/profiles.ts",
    replace: ["return isOwn ? credentials : undefined;", "return credentials;"],
    caughtBy: {
      file: "test/commands/profiles.test.ts",
      name: "never sign in as another account by the environment's credentials",
    },
  },
  {
    name: "a call with an unknown profile signs in",
    file: "source/commands/console/with-session.ts",
    replace: ["if (hasProfile(file, profile)) return;", "if (profile) return;"],
    caughtBy: {
      file: "test/commands/profiles.test.ts",
      name: "end with 3 for an unknown name, whatever the environment has",
    },
  },
];
