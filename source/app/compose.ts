import { join } from "node:path";
import { createClient } from "../api/client.ts";
import type { FileStore } from "../api/service.ts";
import { createAuth, type OwnedAuth } from "../api/session/auth.ts";
import { createTokenRequests } from "../api/session/token-requests.ts";
import { cacheDirectory } from "../base/directories.ts";
import { userAgent } from "../base/version.ts";
import type { Environment } from "../config/environment.ts";
import type { PreferencesFile } from "../config/preferences.ts";
import { resolveSettings } from "../config/settings.ts";
import type { ListingCache } from "../listing-cache/contract.ts";
import { createListingCache } from "../listing-cache/listing-cache.ts";
import { createRequests } from "../network/lazy-network.ts";
import type { Network } from "../network/network.ts";
import { noRetries, retryPolicy } from "../network/retry.ts";
import type { ObjectSource } from "../objects/source.ts";
import { createTransferEngine } from "../transfer/create-engine.ts";
import type { TransferEngine } from "../transfer/engine.ts";
import { threadBeside } from "./built-assets.ts";
import { type OpenState, openState } from "./open-state.ts";

const unverified = "NODE_TLS_REJECT_UNAUTHORIZED";

/** The parts that the terminal program and the commands share. */
export interface Parts {
  auth: OwnedAuth;
  fileStore: FileStore;
  objects: ObjectSource;
  preferences: PreferencesFile;
  catalogue: ListingCache;
  /** Folder of the conf file. */
  stateDirectory: string;
  /** Path of the conf file. */
  settingsPath: string;
}

export interface ComposeOptions {
  /** The conf file, where it is open already. */
  kept?: OpenState;
  /** A longer pause before a sign-in is not waited for. */
  longestPauseMs?: number;
}

/** Builds the parts for one host. Nothing is asked of the service yet. */
export async function compose(
  environment: Environment,
  notice: (text: string) => void,
  {
    kept: { preferences, state: kept } = openState(environment.configDirectory, notice),
    longestPauseMs,
  }: ComposeOptions = {},
): Promise<Parts> {
  const { host, credentials } = environment;
  ignoreUnverified(notice);
  const { open, send } = createRequests({
    network: await networkOf(environment),
    silenceMs: environment.requestTimeoutMs,
    userAgent,
    locate: (fileId, signal) => locate(fileId, signal),
  });
  // Other processes wait for the lock meanwhile: the retries are short.
  const tokenRetries = { ...retryPolicy, tries: 3, longestDelayMs: 5_000 };
  // Under the lock there are three requests at most: a sign-in, a renewal to see whose session is in the way,
  // and a sign-in again; a silent service is borne with each try.
  const longestTryMs = environment.requestTimeoutMs + tokenRetries.longestDelayMs;
  const lockPatienceMs = 3 * tokenRetries.tries * longestTryMs;
  const auth = createAuth({
    host,
    requests: createTokenRequests(host, send, tokenRetries),
    kept,
    credentials,
    notice,
    lockPatienceMs,
    longestPauseMs,
  });
  const service = { host, send, tokens: auth.tokens };
  const fileStore = createClient({ ...service, retries: retryPolicy });
  // Who reads an object tries all of it again: its own tries times those of a request would be dozens.
  const { fileUrl: locate } = createClient({ ...service, retries: noRetries });
  return {
    auth,
    fileStore,
    objects: { locate, open },
    preferences,
    catalogue: createListingCache({
      directory: cacheDirectory(environment.configDirectory),
      nowMs: Date.now,
    }),
    stateDirectory: join(kept.path, ".."),
    settingsPath: kept.path,
  };
}

/** Certificates are verified whatever this variable says; Node would warn of the contrary. */
function ignoreUnverified(notice: (text: string) => void): void {
  if (process.env[unverified] !== "0") return;
  delete process.env[unverified];
  notice(
    `${unverified}=0 is ignored: certificates are always verified; --ca-file trusts another authority.`,
  );
}

/** TLS is loaded only where there are certificates to read. */
async function networkOf({ certificateFiles, proxyFor }: Environment): Promise<Network> {
  if (certificateFiles.length === 0) return { proxyFor };
  const { trustedCertificates } = await import("../network/certificates.ts");
  return { proxyFor, secureContext: trustedCertificates(certificateFiles) };
}

/**
 * The transfer engine for these parts. With `keepsQueue` what is not complete at the end is offered at
 * the next start.
 */
export function composeTransfers(
  environment: Environment,
  { objects, preferences, stateDirectory }: Parts,
  { keepsQueue }: { keepsQueue: boolean },
): TransferEngine {
  const { retryDelayMs, stallTimeoutMs } = environment;
  const { settings } = resolveSettings({ variables: {}, kept: preferences.keptSettings() });
  const { jobs = settings.jobs, connections = settings.connections } = environment;
  return createTransferEngine({
    source: objects,
    retryDelayMs,
    stallTimeoutMs,
    workerUrl: threadBeside("follower-worker.js"),
    jobs,
    connections,
    stateDirectory: keepsQueue ? stateDirectory : undefined,
  });
}
