import { join } from "node:path";
import { createClient } from "../../../source/api/client.ts";
import type { FileStore } from "../../../source/api/service.ts";
import { createAuth, type OwnedAuth } from "../../../source/api/session/auth.ts";
import type { ServiceConnection } from "../../../source/api/session/authorized-send.ts";
import { createTokenRequests } from "../../../source/api/session/token-requests.ts";
import type { Credentials } from "../../../source/base/environment-types.ts";
import { Secret } from "../../../source/base/secret.ts";
import { openStateStore, type StateStore } from "../../../source/config/state-store.ts";
import { createSend } from "../../../source/network/http.ts";
import type { Sandbox } from "../../../source/sandbox/sandbox.ts";
import { test as base } from "../test.ts";

/** Retries that do not keep a test waiting. */
const quickRetries = { tries: 3, firstDelayMs: 1, longestDelayMs: 50 };

/** One program's view of the service. */
interface Program {
  auth: OwnedAuth;
  connection: ServiceConnection;
  fileStore: FileStore;
  stateStore: StateStore;
  notices: string[];
}

interface ProgramOptions {
  credentials?: Credentials;
  nowMs?: () => number;
  /** How long `settled` waits for the answer to a token request. */
  answerPatienceMs?: number;
  /** While it is full, nothing can be written to the conf file. */
  disk?: { isFull: boolean };
  /** Name of a settings folder beside the shared one. */
  settings?: string;
}

interface Service {
  sandbox: Sandbox;
  credentials: Extract<Credentials, { kind: "password" }>;
  /** Settings folder of all programs that name no other. */
  directory: string;
  /** Another program of the same person, as after a restart; with `settings` one that keeps its own there. */
  program(options?: ProgramOptions): Program;
}

function serviceAt(sandbox: Sandbox, root: string): Service {
  return {
    sandbox,
    directory: join(root, "settings"),
    credentials: {
      kind: "password",
      username: sandbox.username,
      password: new Secret(sandbox.password),
      appKey: sandbox.appKey,
    },
    program({ credentials, disk, settings = "settings", ...timing } = {}) {
      const notices: string[] = [];
      const notice = (text: string) => void notices.push(text);
      const { host } = sandbox;
      const stateStore = openStateStore({ directory: join(root, settings), notice });
      const send = createSend({ silenceMs: 60_000, userAgent: "lseg-cfs/test" });
      const requests = createTokenRequests(host, send, quickRetries);
      const auth = createAuth({
        host,
        requests,
        stateStore: disk === undefined ? stateStore : onDisk(stateStore, disk),
        credentials,
        notice,
        ...timing,
      });
      const connection = { host, send, tokens: auth.tokens };
      const fileStore = createClient({ ...connection, retries: quickRetries });
      return { auth, connection, fileStore, stateStore, notices };
    },
  };
}

/** Tests with programs of this process that use the sandbox. */
export const test = base.extend("service", ({ folder, sandbox }) => serviceAt(sandbox, folder));

function onDisk(stateStore: StateStore, disk: { isFull: boolean }): StateStore {
  return {
    ...stateStore,
    exclusive: (work, waiting) =>
      stateStore.exclusive(
        ({ read, write }) =>
          work({
            read,
            write(state) {
              if (disk.isFull) throw new Error("ENOSPC: no space left on device");
              write(state);
            },
          }),
        waiting,
      ),
  };
}

/** All items of a listing. */
export async function collect<Item>(pages: AsyncIterable<{ items: Item[] }>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page.items);
  return items;
}
