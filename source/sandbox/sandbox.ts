import { createSessions } from "./auth/sessions.ts";
import { createTokenService } from "./auth/token-service.ts";
import { bodyDigest, singlePartBytes } from "./body/file-bytes.ts";
import { createSandboxCatalogue, type SandboxCatalogue } from "./catalogue/catalogue.ts";
import { fillCatalogue } from "./catalogue/standard-catalogue.ts";
import { createFileStore } from "./file-store/file-store.ts";
import { createFaults, type Faults } from "./http/faults.ts";
import { type SandboxRequest, startOrigin } from "./http/origin.ts";
import { textReply } from "./http/reply.ts";
import { type Assumptions, defaultAssumptions } from "./model/assumptions.ts";
import { createObjectHandler } from "./object-store/object-store.ts";
import { createPresigner } from "./object-store/presigned-url.ts";
import { createSandboxPush, type SandboxPush } from "./push/push.ts";
import { apiPlace, createApi } from "./router.ts";

export { bodyDigest, entityTag, fileBytes } from "./body/file-bytes.ts";
export type { NewFile, NewFileSet } from "./catalogue/catalogue.ts";
export { addHostileNames } from "./catalogue/hostile-names.ts";
export type { Effect } from "./http/faults.ts";
export type { SandboxFile, SandboxFileSet } from "./model/entities.ts";
export { namedFaults } from "./named-faults.ts";

export interface SandboxOptions {
  /** Of the API; default: any free port, as for the object store. */
  port?: number;
  /** Per connection to the object store. */
  bytesPerSecond?: number;
  /** Default 300. */
  accessTokenSeconds?: number;
  /** Default 900. */
  refreshTokenSeconds?: number;
  /** Before each answer of both origins. */
  latencyMs?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Default 10. */
  historyWeeks?: number;
  /** Starts with an empty catalogue. */
  empty?: boolean;
  /** Computes MD5s of large files soon after file sets are first listed. */
  digestsAhead?: boolean;
  /** How often something new is published for subscriptions to file notifications; default: never. */
  publishEveryMs?: number;
  /** PEM texts; both origins then use https. */
  tls?: { key: string; cert: string };
}

/** The service and the object store, on two ports of 127.0.0.1. */
export interface Sandbox {
  /** Origin of the API. */
  host: string;
  objectHost: string;
  username: string;
  /** A sign-in can change it. */
  readonly password: string;
  /** A second account with the same app key, catalogue and entitlements. */
  other: Readonly<{ username: string; password: string }>;
  appKey: string;
  clientId: string;
  clientSecret: string;
  catalogue: SandboxCatalogue;
  faults: Faults;
  assumptions: Assumptions;
  /** Of both origins, oldest first. */
  requests: readonly SandboxRequest[];
  /** File notifications. */
  push: SandboxPush;
  /** Leaves refresh tokens valid. */
  expireAccessTokens(): void;
  endSessions(): void;
  /** Presigned URLs issued so far answer 400 ExpiredToken. */
  expireUrls(): void;
  /** Signs in the same user as another program, which ends the current session. */
  signInElsewhere(): void;
  close(): Promise<void>;
}

// "Verified" in a comment: seen in LSEG's samples or libraries. "Assumed": likely.

/** Each sandbox has its own catalogue, sessions, faults and log. Rejects if the port is in use. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const accessTokenSeconds = options.accessTokenSeconds ?? 300;
  const refreshTokenSeconds = options.refreshTokenSeconds ?? 900;
  const account = {
    username: "GE-A-01234567-8-9012",
    password: "sandbox-Password-1",
    other: { username: "GE-A-01234567-8-9013", password: "sandbox-Password-1" },
    appKey: "0123456789abcdef0123456789abcdef01234567",
    clientId: "GE-0123456789ab",
    clientSecret: "sandbox-secret-0123-4567-89ab",
  };
  const faults = createFaults();
  const requests: SandboxRequest[] = [];
  const assumptions = defaultAssumptions();
  const catalogue = createSandboxCatalogue(now);
  if (!options.empty) fillCatalogue(catalogue, now(), options.historyWeeks ?? 10);

  const sessions = createSessions(now, { accessTokenSeconds, refreshTokenSeconds }, assumptions);
  const presigner = createPresigner(now, account.appKey);
  const hosts = { host: "", objectHost: "" };
  const fileStore = createFileStore({
    catalogue,
    assumptions,
    now,
    hosts: () => hosts,
    presign: (file, urlSeconds = assumptions.urlSeconds) =>
      presigner.sign(file, catalogue, hosts.objectHost, urlSeconds),
  });
  const signIn = createTokenService(account, sessions, assumptions, now, accessTokenSeconds);
  const digests = createDigestsAhead(options.digestsAhead ? catalogue : undefined);
  const push = createSandboxPush({
    catalogue,
    assumptions,
    now,
    host: () => hosts.host,
    publishEveryMs: options.publishEveryMs,
  });
  const answer = createApi(signIn, sessions, fileStore, push.handlers);

  const common = { faults, requests, now, tls: options.tls, latencyMs: options.latencyMs ?? 0 };
  const objects = await startOrigin({
    ...common,
    name: "objects",
    port: 0,
    bytesPerSecond: options.bytesPerSecond,
    placeOf: () => "objects",
    answer: createObjectHandler(catalogue, presigner, now),
  });
  hosts.objectHost = objects.host;
  const api = await startOrigin({
    ...common,
    name: "api",
    port: options.port ?? 0,
    placeOf: (_method, path) => apiPlace(path),
    async answer(request, effects, onClose) {
      if (request.place === "file-sets") digests.begin();
      return textReply(await answer(request, effects, onClose));
    },
  }).catch(async (thrown: unknown) => {
    await objects.close();
    throw thrown;
  });
  hosts.host = api.host;

  return {
    ...hosts,
    ...account,
    get password() {
      return account.password;
    },
    catalogue,
    faults,
    assumptions,
    requests,
    push: push.push,
    expireAccessTokens: sessions.expireAccessTokens,
    endSessions: sessions.endAll,
    expireUrls: presigner.changeCredentials,
    signInElsewhere() {
      sessions.open(account.username, true);
    },
    async close() {
      digests.end();
      push.close();
      await Promise.all([api.close(), objects.close()]);
    },
  };
}

interface DigestsAhead {
  begin(): void;
  end(): void;
}

/** A command that only lists ends before this, and needs no MD5. */
const aheadAfterMs = 1_000;

/** Computes MD5s of large files before they are requested; does nothing without a catalogue. */
function createDigestsAhead(catalogue: SandboxCatalogue | undefined): DigestsAhead {
  let state: "new" | "begun" | "over" = catalogue ? "new" : "over";
  let timer: NodeJS.Timeout | undefined;
  async function run(): Promise<void> {
    for (const file of catalogue?.files.values() ?? []) {
      if (state === "over") return;
      if (file.bytes <= singlePartBytes || file.listedMd5 === "missing") continue;
      await bodyDigest(file, "md5");
    }
  }
  return {
    begin() {
      if (state !== "new") return;
      state = "begun";
      timer = setTimeout(() => void run(), aheadAfterMs);
    },
    end() {
      state = "over";
      clearTimeout(timer);
    },
  };
}
