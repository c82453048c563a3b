import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { NewFile, Sandbox, SandboxFile } from "../../source/sandbox/sandbox.ts";
import { test as base } from "../support/test.ts";
import { buildPrograms } from "./built.ts";

/** What a process tells of its one transfer. */
export interface Told {
  state?: string;
  sha256?: string;
  /** Body bytes that came. */
  bytesFetched: number;
  error?: string;
  exitCode?: number;
}

/** A process of its own with the api client, the object store and the engine as the program has them. */
interface FetchingProcess {
  pid: number;
  told(): Told;
  /** Resolves once this is true of what it tells; rejects when it ends before. */
  until(isSo: (told: Told) => boolean): Promise<void>;
  /** As kill -9 does. */
  kill(): void;
  /** What it told last. */
  ended: Promise<Told>;
}

interface Processes {
  start(
    sandbox: Sandbox,
    order: { fileId: string; directory: string; connections?: number; stallSeconds?: number },
  ): FetchingProcess;
  close(): Promise<void>;
}

/** Builds the program that the processes run. */
async function buildProcesses(): Promise<Processes> {
  const programs = await buildPrograms({
    child: "test/transfer/child.ts",
    "verify-worker": "source/transfer/verify/worker.ts",
  });
  const settings = await mkdtemp(path.join(os.tmpdir(), "cfs-settings-"));
  return {
    start(sandbox, { fileId, directory, connections = 8, stallSeconds = 30 }) {
      const child = fork(fileURLToPath(programs.url("child")), {
        env: {
          PATH: process.env["PATH"],
          RDP_HOST: sandbox.host,
          RDP_CLIENT_ID: sandbox.clientId,
          RDP_CLIENT_SECRET: sandbox.clientSecret,
          CFS_CONFIG_DIR: settings,
          CFS_CONNECTIONS: String(connections),
          CFS_STALL_TIMEOUT: String(stallSeconds),
          CFS_RETRY_DELAY: "0.01",
          FILE_ID: fileId,
          DIRECTORY: directory,
        },
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      let told: Told = { bytesFetched: 0 };
      child.on("message", (message: Told) => {
        told = message;
      });
      const ended = once(child, "close").then(() => told);
      return {
        pid: child.pid ?? 0,
        told: () => told,
        until(isSo) {
          return new Promise((resolve, reject) => {
            child.on("message", () => {
              if (isSo(told)) resolve();
            });
            void ended.then(() => reject(new Error(`it ended: ${JSON.stringify(told)}`)));
          });
        },
        kill: () => void child.kill("SIGKILL"),
        ended,
      };
    },
    async close() {
      await programs.remove();
      await rm(settings, { recursive: true });
    },
  };
}

/** A fixture with processes that fetch files of the sandbox. */
export const test = base.extend("processes", { scope: "file" }, async ({}, { onCleanup }) => {
  const processes = await buildProcesses();
  onCleanup(() => processes.close());
  return processes;
});

/** Lists one more file, in a file set of its own. */
export function offerFile(sandbox: Sandbox, file: NewFile): SandboxFile {
  const { catalogue } = sandbox;
  const { packageId } = catalogue.addPackage({ packageName: "Tests", bucketNames: ["bulk-Test"] });
  const fileSet = catalogue.addFileSet({ name: "Tests", packageId });
  return catalogue.addFile(fileSet, file);
}
