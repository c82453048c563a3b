import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { toTransferFile } from "../../source/domain/entities.ts";
import { createObjectStore } from "../../source/network/object-store.ts";
import type { Sandbox, SandboxFile } from "../../source/sandbox/sandbox.ts";
import { createTransferEngine } from "../../source/transfer/create-engine.ts";
import type { Transfer } from "../../source/transfer/engine.ts";
import { startService } from "../support/sandbox/service.ts";

/** A sandbox with nothing listed, and a folder. */
export interface SandboxFixture {
  sandbox: Sandbox;
  directory: string;
  /** Lists the file and fetches it into the folder, as a program would that has just started. */
  fetchOne(object: SandboxFile): Promise<Transfer>;
  close(): Promise<void>;
}

export async function createSandboxFixture(): Promise<SandboxFixture> {
  const service = await startService({ empty: true });
  const { sandbox, credentials } = service;
  const { auth, fileStore } = service.program({ credentials });
  await auth.resume();
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), "cfs-sandbox-"));
  return {
    sandbox,
    directory,
    async fetchOne({ id }) {
      const engine = createTransferEngine({
        source: createObjectStore({ locate: fileStore.fileUrl, userAgent: "cfs/test" }),
        connections: 1,
        stallTimeoutMs: 1_000,
        retryDelayMs: 5,
      });
      engine.add([{ file: toTransferFile(await fileStore.file(id)), directory }]);
      await engine.idle();
      await engine.stop();
      const [transfer] = engine.snapshot().transfers;
      if (transfer === undefined) throw new Error("nothing was queued");
      return transfer;
    },
    async close() {
      await service.close();
      await fs.rm(directory, { recursive: true });
    },
  };
}
