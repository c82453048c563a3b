import { expect } from "vitest";
import { fileBytes, type Sandbox } from "../../../source/sandbox/sandbox.ts";
import { openSandbox } from "../../support/sandbox/client.ts";
import type { Answer, Kept, Step } from "./walk.ts";

/*
 * The requests that LSEG's sample programs have in common, written as Python's requests sends them:
 * blanks of an address as %20, colons as they are.
 */

const form = { "Content-Type": "application/x-www-form-urlencoded" };
const basic = { Authorization: "Basic {basic}" };
const bearer = { Authorization: "Bearer {accessToken}" };

const tokens = { accessToken: "access_token", refreshToken: "refresh_token" };

/** A Saturday. */
export const nowMs = Date.UTC(2026, 10, 28, 12);

/** What `cfs sandbox` serves then. Another program holds the session, which the samples take over. */
export async function openForSample(): Promise<Sandbox> {
  const sandbox = await openSandbox({ now: () => nowMs });
  sandbox.signInElsewhere();
  return sandbox;
}

/** What a program begins with. The header that its HTTP client makes of (app key, "") has the colon. */
export function variablesOf({ appKey, password, username }: Sandbox): Kept {
  return { appKey, password, username, basic: Buffer.from(`${appKey}:`).toString("base64") };
}

/** All programs use `int(expires_in)`, which is a text. */
function expectLifetime(answer: Answer) {
  expect(answer.at("expires_in")).toMatch(/^\d+$/);
}

/** The body is put together from texts, nothing is encoded; the app key is in it and in the header. */
export const signInByText: Step = {
  ask: "POST /auth/oauth2/v1/token",
  headers: { ...form, ...basic },
  body: "grant_type=password&username={username}&client_id={appKey}&password={password}&takeExclusiveSignOnControl=True&scope=trapi",
  keep: tokens,
  check: expectLifetime,
};

/** The app key is in the header alone. */
export const signInByForm: Step = {
  ask: "POST /auth/oauth2/v1/token",
  headers: { ...form, ...basic, Accept: "application/json" },
  body: "username={username}&password={password}&grant_type=password&scope=trapi&takeExclusiveSignOnControl=true",
  keep: tokens,
  check: expectLifetime,
};

export const refreshByText: Step = {
  ask: "POST /auth/oauth2/v1/token",
  headers: { ...form, ...basic },
  body: "grant_type=refresh_token&client_id={appKey}&refresh_token={refreshToken}",
  keep: tokens,
  check: expectLifetime,
};

export const refreshByForm: Step = {
  ask: "POST /auth/oauth2/v1/token",
  headers: { ...form, ...basic, Accept: "application/json" },
  body: "refresh_token={refreshToken}&grant_type=refresh_token",
  keep: tokens,
  check: expectLifetime,
};

/** After it the access token is good for nothing. */
export const revoke: readonly Step[] = [
  {
    ask: "POST /auth/oauth2/v1/revoke",
    headers: { ...form, ...basic },
    body: "token={accessToken}",
  },
  {
    ask: "GET /file-store/v1/packages?bucketName=bulk-ESG",
    headers: bearer,
    status: 401,
    check: (answer) => expect(answer.at("error.message")).toBe("token expired"),
  },
];

export const get = (target: string, more: Omit<Step, "ask" | "headers"> = {}): Step => ({
  ask: `GET ${target}`,
  headers: bearer,
  ...more,
});

/** The workflow's rule for the name under which it saves. */
function savedName(url: string): string {
  return url.split("?")[0]?.split("/").at(-1)?.replaceAll("%3A", "_") ?? "";
}

/** As the two bulk notebooks ask, with the type of a body that there is not. */
export const getUncached: typeof get = (target, more) => ({
  ...get(target, more),
  headers: { ...bearer, "Content-Type": "application/json", "cache-control": "no-cache" },
});

type Check = (answer: Answer) => void;

/** The bytes of {fileId}, all of them; the name under which they are saved is the file's. */
function expectFile(sandbox: Sandbox, also: Check | undefined) {
  return (answer: Answer, kept: Kept) => {
    const file = sandbox.catalogue.files.get(kept["fileId"] ?? "");
    expect(file && answer.bytes.equals(fileBytes(file))).toBe(true);
    expect(savedName(kept["url"] ?? "")).toBe(file?.filename.replaceAll(":", "_"));
    also?.(answer);
  };
}

const located = "/file-store/v1/files/{fileId}/stream";

/** Asks for the address of {fileId} and gets it as it was given, without the token. */
export const download = (sandbox: Sandbox, also?: Check): Step[] => [
  get(`${located}?doNotRedirect=true`, { keep: { url: "url" } }),
  { ask: "GET {url}", check: expectFile(sandbox, also) },
];

/** Lets the service redirect; the client drops the token on the way to the other host. */
export const downloadByRedirect = (sandbox: Sandbox, also?: Check): Step[] => [
  {
    ...get(located, { status: 302, keep: { url: (answer) => answer.location } }),
    headers: { ...bearer, "cache-control": "no-cache" },
  },
  {
    ask: "GET {url}",
    headers: { "cache-control": "no-cache" },
    check: expectFile(sandbox, also),
  },
];

/** Takes the address apart and lets the client put it together again: other bytes, the same meaning. */
export const downloadReencoded = (sandbox: Sandbox): Step[] => [
  get(`${located}?doNotRedirect=true`, {
    keep: {
      url(answer) {
        const { origin, pathname, searchParams } = new URL(String(answer.at("url")));
        return `${origin}${pathname}?${searchParams}`;
      },
    },
  }),
  { ask: "GET {url}", check: expectFile(sandbox, undefined) },
];
