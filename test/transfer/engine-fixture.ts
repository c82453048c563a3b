import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  createTransferEngine,
  type TransferEngineOptions,
} from "../../source/transfer/create-engine.ts";
import type { Transfer, TransferEngine, TransferFile } from "../../source/transfer/engine.ts";
import { type ObjectServer, startObjectServer } from "../support/fakes/object-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** A little object store, a folder, and engines that work between them. */
export interface EngineFixture {
  server: ObjectServer;
  directory: string;
  createEngine(options?: Partial<TransferEngineOptions>): TransferEngine;
  /** An object with its listing. */
  offer(fileId: string, body: Buffer, facts?: Partial<TransferFile>): TransferFile;
  /** Queues files and waits until all have ended. */
  fetchAll(
    engine: TransferEngine,
    files: TransferFile[],
    overwrite?: boolean,
  ): Promise<readonly Transfer[]>;
  fetchOne(engine: TransferEngine, file: TransferFile): Promise<Transfer>;
  content(name: string): Promise<Buffer>;
  /** Lets an engine fetch a file until so many of its bytes are on disk, then stops it. */
  fetchSome(engine: TransferEngine, file: TransferFile, bytes: number): Promise<Transfer>;
  close(): Promise<void>;
}

export async function createEngineFixture(): Promise<EngineFixture> {
  const server = await startObjectServer();
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), "cfs-transfer-"));
  const engines: TransferEngine[] = [];

  const setting: EngineFixture = {
    server,
    directory,
    createEngine(options = {}) {
      const engine = createTransferEngine({
        source: server.source,
        retryDelayMs: 5,
        ...options,
      });
      engines.push(engine);
      return engine;
    },
    offer(fileId, body, facts = {}) {
      server.put(fileId, body);
      return { fileId, fileSetId: "set", name: `${fileId}.bin`, bytes: body.length, ...facts };
    },
    async fetchAll(engine, files, overwrite = false) {
      engine.add(files.map((file) => ({ file, directory, overwrite })));
      await engine.idle();
      return engine.snapshot().transfers;
    },
    async fetchOne(engine, file) {
      await setting.fetchAll(engine, [file]);
      return only(engine);
    },
    content: (name) => fs.readFile(path.join(directory, name)),
    async fetchSome(engine, file, bytes) {
      engine.add([{ file, directory }]);
      await waitUntil(() => only(engine).bytesDone >= bytes);
      await engine.stop();
      return only(engine);
    },
    async close() {
      await Promise.all(engines.map((engine) => engine.stop()));
      await server.close();
      await fs.rm(directory, { recursive: true, force: true });
    },
  };
  return setting;
}

function only(engine: TransferEngine): Transfer {
  const [transfer] = engine.snapshot().transfers;
  if (transfer === undefined) throw new Error("nothing was queued");
  return transfer;
}

export function md5(body: Buffer): string {
  return createHash("md5").update(body).digest("hex");
}

export function sha256(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}
