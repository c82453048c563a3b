import { join } from "node:path";
import { createClient } from "../api/client.ts";
import type { FileStore } from "../api/service.ts";
import { createAuth, type OwnedAuth } from "../api/session/auth.ts";
import type { ServiceConnection } from "../api/session/authorized-send.ts";
import { createTokenCommandAuth } from "../api/session/token-command.ts";
import { createTokenRequests } from "../api/session/token-requests.ts";
import { Bandwidth } from "../base/bandwidth.ts";
import { cacheDirectory } from "../base/directories.ts";
import { parseLimitRate } from "../base/limit-rate.ts";
import { userAgent } from "../base/version.ts";
import type { Environment } from "../config/environment.ts";
import { type OpenState, openState, type PreferencesFile } from "../config/preferences.ts";
import { profileFolder } from "../config/profile-folder.ts";
import { credentialsOfProfile } from "../config/profiles.ts";
import { type ResolvedSettings, resolveSettings } from "../config/settings.ts";
import type { StateStore } from "../config/state-store.ts";
import type { ListingCache } from "../listing-cache/contract.ts";
import { createListingCache } from "../listing-cache/listing-cache.ts";
import type { Exchange } from "../network/exchange.ts";
import { createLastStore } from "../network/last-store.ts";
import type { Network } from "../network/network.ts";
import type { RequestOptions, Requests } from "../network/open-network.ts";
import { noRetries, retryPolicy } from "../network/retry.ts";
import type { ObjectSource } from "../objects/source.ts";
import { firstConnections } from "../transfer/connections/connection-pool.ts";
import { createTransferEngine } from "../transfer/create-engine.ts";
import type { TransferEngine } from "../transfer/engine.ts";
import { threadBeside } from "./built-assets.ts";

const unverified = "NODE_TLS_REJECT_UNAUTHORIZED";

export interface Parts {
  auth: OwnedAuth;
  connection: ServiceConnection;
  fileStore: FileStore;
  objects: ObjectSource;
  /** Requests to a store that files are written to. */
  exchange: Exchange;
  /** Connects to the service and the store for a call that downloads files. */
  connectAhead(): void;
  /** The rate limit of everything that `objects` opens. */
  bandwidth: Bandwidth;
  preferences: PreferencesFile;
  listingCache: ListingCache;
  stateStore: StateStore;
  stateDirectory: string;
  settingsPath: string;
}

export interface ComposeOptions {
  /** The conf file, if it is already open. */
  opened?: OpenState;
  /** A sign-in fails instead of waiting out a longer pause. */
  longestPauseMs?: number;
  /** The rate limit of the process, if it is known already. */
  bandwidth?: Bandwidth | undefined;
}

/** Builds the parts for one host without sending a request. */
export async function compose(
  environment: Environment,
  notice: (text: string) => void,
  {
    opened: { preferences, stateStore } = openState(
      environment.configDirectory,
      notice,
      environment.profile,
    ),
    longestPauseMs,
    bandwidth = limitedBy(environment, preferences),
  }: ComposeOptions = {},
): Promise<Parts> {
  const { host, profile, tokenCommand } = environment;
  ignoreUnverified(notice);
  const cache = profileFolder(cacheDirectory(environment.configDirectory), profile);
  const { connectAhead, exchange, open, send } = createRequests({
    bandwidth,
    network: await networkOf(environment),
    silenceMs: environment.requestTimeoutMs,
    stallTimeoutMs: environment.stallTimeoutMs,
    userAgent,
    locate: (fileId, signal) => locate(fileId, signal),
    lastStore: createLastStore(join(cache, "last-store.json"), host),
  });
  // Other processes wait for the lock, so retries are short.
  const tokenRetries = { ...retryPolicy, tries: 3, longestDelayMs: 5_000 };
  // The lock covers at most three requests: a sign-in, a renewal to find the user of
  // the other session, and another sign-in.
  const longestTryMs = environment.requestTimeoutMs + tokenRetries.longestDelayMs;
  const lockPatienceMs = 3 * tokenRetries.tries * longestTryMs;
  const auth =
    tokenCommand !== undefined
      ? createTokenCommandAuth({ host, command: tokenCommand })
      : createAuth({
          host,
          requests: createTokenRequests(host, send, tokenRetries),
          stateStore,
          credentials: credentialsOfProfile(environment.credentials, profile, stateStore.read()),
          notice,
          lockPatienceMs,
          longestPauseMs,
        });
  const connection = { host, send, tokens: auth.tokens };
  const fileStore = createClient({ ...connection, retries: retryPolicy });
  // The object reader retries the whole unit of work; nested retries would multiply.
  const { fileUrl: locate } = createClient({ ...connection, retries: noRetries });
  return {
    auth,
    connection,
    fileStore,
    objects: { locate, open },
    exchange,
    connectAhead() {
      const first = firstConnections(bandwidth.now().bytesPerSecond);
      const { connections = first } = transferSettings(environment, preferences);
      connectAhead(new URL(host), Math.min(first, connections));
    },
    bandwidth,
    preferences,
    listingCache: createListingCache({
      directory: cache,
      nowMs: Date.now,
    }),
    stateStore,
    stateDirectory: profileFolder(join(stateStore.path, ".."), profile),
    settingsPath: stateStore.path,
  };
}

function limitedBy({ limitRate }: Environment, preferences: PreferencesFile): Bandwidth {
  const { settings } = settingsIn(preferences);
  return new Bandwidth(limitRate ?? parseLimitRate(settings.limitRate));
}

/** The settings of the file, without options and variables. */
function settingsIn(preferences: PreferencesFile) {
  return resolveSettings({ variables: {}, kept: preferences.keptSettings() });
}

/** Certificates are always verified; unless unset, Node would warn that they are not. */
function ignoreUnverified(notice: (text: string) => void): void {
  if (process.env[unverified] !== "0") return;
  delete process.env[unverified];
  notice(
    `${unverified}=0 is ignored: certificates are always verified; --ca-file trusts another authority.`,
  );
}

/** Loads TLS only if there are certificates to read. */
async function networkOf({ certificateFiles, proxyFor }: Environment): Promise<Network> {
  if (certificateFiles.length === 0) return { proxyFor };
  const { trustedCertificates } = await import("../network/certificates.ts");
  return { proxyFor, secureContext: trustedCertificates(certificateFiles) };
}

/** Files at a time, and connections in all. */
export function transferSettings(
  environment: Environment,
  preferences: PreferencesFile,
): Pick<ResolvedSettings["settings"], "jobs" | "connections"> {
  const { settings } = settingsIn(preferences);
  const { jobs = settings.jobs, connections = settings.connections } = environment;
  return { jobs, connections };
}

interface TransferOptions {
  /**
   * For the terminal program, where a person can stop downloads: retries while the network is away, and
   * offers incomplete downloads at the next start.
   */
  isInteractive: boolean;
  /** False removes partial files at the end; true by default. */
  keepsParts?: boolean;
  recordsSha256?: boolean;
}

export function composeTransfers(
  environment: Environment,
  { bandwidth, objects, preferences, stateDirectory }: Parts,
  { isInteractive, keepsParts, recordsSha256 }: TransferOptions,
): TransferEngine {
  const { retryDelayMs, stallTimeoutMs } = environment;
  const { jobs, connections } = transferSettings(environment, preferences);
  return createTransferEngine({
    source: objects,
    retryDelayMs,
    retriesUntilStopped: isInteractive,
    stallTimeoutMs,
    workerUrl: threadBeside("verify-worker.js"),
    jobs,
    connections,
    bandwidth,
    stateDirectory: isInteractive ? stateDirectory : undefined,
    keepsParts,
    recordsSha256,
  });
}

/** Loads HTTP and TLS with the first request, because the first screens need neither. */
function createRequests(options: RequestOptions): Requests {
  let loading: Promise<Requests> | undefined;
  const load = () => {
    loading ??= import("../network/open-network.ts").then(({ openNetwork }) =>
      openNetwork(options),
    );
    return loading;
  };
  return {
    send: async (request) => (await load()).send(request),
    open: async (request) => (await load()).open(request),
    exchange: async (request) => (await load()).exchange(request),
    connectAhead: async (service, downloads) => (await load()).connectAhead(service, downloads),
  };
}
