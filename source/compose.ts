import { join } from "node:path";
import { createAgents } from "./api/agents.ts";
import { createAuth, type OwnedAuth } from "./api/auth.ts";
import { createClient } from "./api/client.ts";
import { createSend } from "./api/http.ts";
import { createObjectAgents } from "./api/object-agents.ts";
import { createObjectStore } from "./api/object-store.ts";
import { retryPolicy } from "./api/retry.ts";
import type { FileStore } from "./api/service.ts";
import { createTokenRequests } from "./api/token-requests.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import { createCatalogue } from "./catalogue/create-catalogue.ts";
import { catalogueDirectory } from "./catalogue/listing-paths.ts";
import type { Environment } from "./config/environment.ts";
import { openKeptState } from "./config/kept-state.ts";
import { createPreferences, type PreferencesFile } from "./config/preferences-file.ts";
import { resolveSettings } from "./config/settings.ts";
import { trustedCertificates } from "./config/trusted-certificates.ts";
import { createTransferEngine } from "./transfer/create-transfer-engine.ts";
import type { TransferEngine } from "./transfer/engine.ts";
import type { ObjectSource } from "./transfer/object-source.ts";
import { userAgent } from "./version.ts";

/** The parts that the terminal program and the commands share. */
export interface Parts {
  auth: OwnedAuth;
  fileStore: FileStore;
  objects: ObjectSource;
  preferences: PreferencesFile;
  catalogue: Catalogue;
  /** Folder of the conf file. */
  stateDirectory: string;
  /** Path of the conf file. */
  settingsPath: string;
}

/** Builds the parts for one host. Nothing is asked of the service yet. */
export function compose(environment: Environment, notice: (text: string) => void): Parts {
  const { host, credentials } = environment;
  const kept = openKeptState({ directory: environment.configDirectory, notice });
  const network = {
    proxyFor: environment.proxyFor,
    secureContext: trustedCertificates(environment.certificateFiles),
  };
  const send = createSend({
    silenceMs: environment.requestTimeoutMs,
    userAgent,
    agentFor: createAgents(network),
  });
  const requests = createTokenRequests(host, send, { ...retryPolicy, tries: 3 });
  const auth = createAuth({ host, requests, kept, credentials, notice });
  const fileStore = createClient({ host, send, tokens: auth.tokens, retries: retryPolicy });
  const objects = createObjectStore({
    locate: fileStore.fileUrl,
    userAgent,
    agentFor: createObjectAgents(network),
  });
  return {
    auth,
    fileStore,
    objects,
    preferences: createPreferences(kept, notice),
    catalogue: createCatalogue({
      directory: catalogueDirectory(environment.configDirectory),
      nowMs: Date.now,
    }),
    stateDirectory: join(kept.path, ".."),
    settingsPath: kept.path,
  };
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
    // Stands beside this module in the bundle.
    workerUrl: new URL("follower-worker.js", import.meta.url),
    ...(jobs === undefined ? {} : { jobs }),
    ...(connections === undefined ? {} : { connections }),
    ...(keepsQueue ? { stateDirectory } : {}),
  });
}
