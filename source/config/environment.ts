import type { Credentials, Variables } from "../base/environment-types.ts";
import { AppError } from "../base/errors.ts";
import { type LimitRate, parseLimitRate, wantedLimitRate } from "../base/limit-rate.ts";
import { Secret } from "../base/secret.ts";
import { isAllowedAddress } from "../domain/address.ts";
import { defaultProfile, profileName, profileNameRule } from "../domain/profile-name.ts";
import type { CertificateFile } from "../network/certificates.ts";
import { type ProxyFor, readProxies } from "../network/proxy.ts";

export const defaultHost = "https://api.refinitiv.com";

/** The validated environment variables. Spans are in milliseconds. */
export interface Environment {
  host: string;
  /** Origin of the object store if it is known in advance, as for the demo. */
  objectHost?: string;
  /** True if the service ends with the call. */
  isDemo?: boolean;
  /** Undefined if incomplete; v1 takes precedence over v2. */
  credentials: Credentials | undefined;
  /** The variable that incomplete credentials lack: "RDP_APP_KEY". */
  missing: string | undefined;
  /** A line for the shell that prints an access token; then cfs never signs in by itself. */
  tokenCommand: string | undefined;
  configDirectory: string | undefined;
  /** The profile that --profile or CFS_PROFILE names; undefined: the default one. */
  profile: string | undefined;
  jobs: number | undefined;
  connections: number | undefined;
  limitRate: LimitRate | undefined;
  retryDelayMs: number;
  stallTimeoutMs: number;
  requestTimeoutMs: number;
  proxyFor: ProxyFor;
  /** Files of certificates that are trusted in addition to Node's. */
  certificateFiles: readonly CertificateFile[];
}

export interface EnvironmentFlags {
  caFile?: string | undefined;
  profile?: string | undefined;
}

/** Throws an AppError: kind usage for an invalid value, kind service for a forbidden address. */
export function readEnvironment(variables: Variables, flags: EnvironmentFlags = {}): Environment {
  return {
    host: readHost(variables["RDP_HOST"]),
    credentials: readCredentials(variables),
    missing: missingCredential(variables),
    tokenCommand: variables["CFS_TOKEN_COMMAND"] || undefined,
    configDirectory: variables["CFS_CONFIG_DIR"] || undefined,
    profile: readProfile(flags.profile ?? (variables["CFS_PROFILE"] || undefined)),
    jobs: readCount(variables, "CFS_JOBS"),
    connections: readCount(variables, "CFS_CONNECTIONS"),
    limitRate: readLimitRate(variables),
    retryDelayMs: readSeconds(variables, "CFS_RETRY_DELAY", 10) * 1_000,
    stallTimeoutMs: readSeconds(variables, "CFS_STALL_TIMEOUT", 30, leastTimeoutSeconds) * 1_000,
    requestTimeoutMs:
      readSeconds(variables, "CFS_REQUEST_TIMEOUT", 30, leastTimeoutSeconds) * 1_000,
    proxyFor: readProxies(variables),
    certificateFiles: certificateFiles(flags, variables),
  };
}

/** Empty without --ca-file, because Node reads NODE_EXTRA_CA_CERTS itself. */
function certificateFiles({ caFile }: EnvironmentFlags, variables: Variables): CertificateFile[] {
  if (caFile === undefined) return [];
  const extra = variables["NODE_EXTRA_CA_CERTS"];
  return [
    { by: "--ca-file", path: caFile },
    ...(extra ? [{ by: "NODE_EXTRA_CA_CERTS", path: extra }] : []),
  ];
}

/** The flag has been checked already. */
function readProfile(name: string | undefined): string | undefined {
  if (name === undefined || name === defaultProfile) return undefined;
  if (profileName.test(name)) return name;
  throw new AppError({
    kind: "usage",
    tried: "Reading CFS_PROFILE",
    answered: `"${name}" is not the name of a profile`,
    advice: `Use ${profileNameRule}, or unset it.`,
  });
}

function readHost(text: string | undefined): string {
  if (text === undefined || text === "") return defaultHost;
  const refuse = (answered: string) =>
    new AppError({
      kind: "service",
      tried: "Reading RDP_HOST",
      answered,
      advice: `Give an https address such as ${defaultHost}; plain http is for this machine only.`,
    });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse("it is not an address");
  }
  if (url.username !== "" || url.password !== "")
    throw refuse("an address with a name or password in it is not allowed");
  if (!isAllowedAddress(url)) throw refuse(`${url.protocol}//${url.host} is not allowed`);
  return url.origin;
}

function readCredentials(variables: Variables): Credentials | undefined {
  const username = variables["RDP_USERNAME"];
  const password = variables["RDP_PASSWORD"];
  const appKey = variables["RDP_APP_KEY"];
  if (username && password && appKey)
    return { kind: "password", username, password: new Secret(password), appKey };
  const clientId = variables["RDP_CLIENT_ID"];
  const clientSecret = variables["RDP_CLIENT_SECRET"];
  if (clientId && clientSecret)
    return { kind: "client", clientId, clientSecret: new Secret(clientSecret) };
  return undefined;
}

function missingCredential(variables: Variables): string | undefined {
  const kinds = [
    ["RDP_USERNAME", "RDP_PASSWORD", "RDP_APP_KEY"],
    ["RDP_CLIENT_ID", "RDP_CLIENT_SECRET"],
  ];
  const chosen = kinds.find((names) => names.some((name) => variables[name]));
  return chosen?.find((name) => !variables[name]);
}

function readCount(variables: Variables, name: string): number | undefined {
  const text = variables[name];
  if (text === undefined || text === "") return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 256) return count;
  throw wrongValue(name, text, "a whole number from 1 to 256");
}

function readLimitRate(variables: Variables): LimitRate | undefined {
  const name = "CFS_LIMIT_RATE";
  const text = variables[name];
  if (text === undefined || text === "") return undefined;
  const limitRate = parseLimitRate(text);
  if (limitRate !== undefined) return limitRate;
  throw wrongValue(name, text, wantedLimitRate);
}

/** With a limit of 0 every request would fail. */
const leastTimeoutSeconds = 0.1;

function readSeconds(variables: Variables, name: string, fallback: number, least = 0): number {
  const text = variables[name];
  if (text === undefined || text === "") return fallback;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : -1;
  if (seconds >= least && seconds <= 86_400) return seconds;
  throw wrongValue(name, text, `a number of seconds from ${least} to 86400`);
}

function wrongValue(name: string, text: string, wanted: string): AppError {
  return new AppError({
    kind: "usage",
    tried: `Reading ${name}`,
    answered: `"${text}" is not ${wanted}`,
    advice: `Set ${name} to ${wanted}, or unset it.`,
  });
}
