import type { Credentials, Variables } from "../base/environment-types.ts";
import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { isAllowedAddress } from "../domain/address.ts";
import type { CertificateFile } from "../network/certificates.ts";
import { type ProxyFor, readProxies } from "../network/proxy.ts";

export const defaultHost = "https://api.refinitiv.com";

/** What the environment says, validated. Spans are in milliseconds. */
export interface Environment {
  /** Origin of the service. */
  host: string;
  /** Origin of the object store, where it is known before a file is asked for: that of the demo. */
  objectHost?: string;
  /** Complete credentials only; v1 before v2. */
  credentials: Credentials | undefined;
  /** The variable that credentials lack which were begun: "RDP_APP_KEY". */
  missing: string | undefined;
  configDirectory: string | undefined;
  /** Files at a time. */
  jobs: number | undefined;
  /** Connections in all. */
  connections: number | undefined;
  retryDelayMs: number;
  stallTimeoutMs: number;
  requestTimeoutMs: number;
  /** The way out to each address. */
  proxyFor: ProxyFor;
  /** Files of certificates that are trusted beside those that Node brings: where each comes from, and its path. */
  certificateFiles: readonly CertificateFile[];
}

/** What the call's words say of the network. */
export interface NetworkFlags {
  caFile?: string | undefined;
}

/**
 * Reads the environment. Throws an AppError: kind usage for a value that is not of its form,
 * kind service for an address that is not allowed.
 */
export function readEnvironment(variables: Variables, flags: NetworkFlags = {}): Environment {
  return {
    host: readHost(variables["RDP_HOST"]),
    credentials: readCredentials(variables),
    missing: missingCredential(variables),
    configDirectory: variables["CFS_CONFIG_DIR"] || undefined,
    jobs: readCount(variables, "CFS_JOBS"),
    connections: readCount(variables, "CFS_CONNECTIONS"),
    retryDelayMs: readSeconds(variables, "CFS_RETRY_DELAY", 10) * 1_000,
    stallTimeoutMs: readPatience(variables, "CFS_STALL_TIMEOUT", 30) * 1_000,
    requestTimeoutMs: readPatience(variables, "CFS_REQUEST_TIMEOUT", 30) * 1_000,
    proxyFor: readProxies(variables),
    certificateFiles: certificateFiles(flags, variables),
  };
}

/** Without --ca-file none: Node reads NODE_EXTRA_CA_CERTS by itself. */
function certificateFiles({ caFile }: NetworkFlags, variables: Variables): CertificateFile[] {
  if (caFile === undefined) return [];
  const extra = variables["NODE_EXTRA_CA_CERTS"];
  return [
    { by: "--ca-file", path: caFile },
    ...(extra ? [{ by: "NODE_EXTRA_CA_CERTS", path: extra }] : []),
  ];
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
    throw refuse("it is no address");
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
  const begun = kinds.find((names) => names.some((name) => variables[name]));
  return begun?.find((name) => !variables[name]);
}

function readCount(variables: Variables, name: string): number | undefined {
  const text = variables[name];
  if (text === undefined || text === "") return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 256) return count;
  throw wrongValue(name, text, "a whole number from 1 to 256");
}

function readSeconds(variables: Variables, name: string, fallback: number): number {
  const text = variables[name];
  if (text === undefined || text === "") return fallback;
  const seconds = secondsIn(text);
  if (seconds !== undefined && seconds <= 86_400) return seconds;
  throw wrongValue(name, text, "a number of seconds from 0 to 86400");
}

/** Without any patience nothing would ever arrive. */
function readPatience(variables: Variables, name: string, fallback: number): number {
  const text = variables[name];
  if (text === undefined || text === "") return fallback;
  const seconds = secondsIn(text);
  if (seconds !== undefined && seconds >= 0.1 && seconds <= 86_400) return seconds;
  throw wrongValue(name, text, "a number of seconds from 0.1 to 86400");
}

function secondsIn(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function wrongValue(name: string, text: string, wanted: string): AppError {
  return new AppError({
    kind: "usage",
    tried: `Reading ${name}`,
    answered: `"${text}" is not ${wanted}`,
    advice: `Set ${name} to ${wanted}, or leave it out.`,
  });
}
