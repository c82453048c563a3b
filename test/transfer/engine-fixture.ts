import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import {
  createTransferEngine,
  type TransferEngineOptions,
} from "../../source/transfer/create-engine.ts";
import type { Transfer, TransferEngine, TransferFile } from "../../source/transfer/engine.ts";
import { startObjectServer } from "../support/fakes/object-server.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

/** A fixture with a small object store, a folder, and engines that download to it. */
export const test = base
  .extend("server", async ({}, { onCleanup }) => {
    const server = await startObjectServer();
    onCleanup(() => server.close());
    return server;
  })
  /** The download folder. */
  .extend("directory", ({ folder }) => folder)
  /** Mounts a separate file system in memory at the folder; false if this process is not allowed to. */
  .extend("mountSmall", ({ directory }, { onCleanup }) => {
    return (options: string): boolean => {
      const words = ["-t", "tmpfs", "-o", options, "tmpfs", directory];
      if (spawnSync("mount", words, { stdio: "ignore" }).status !== 0) return false;
      onCleanup(() => void spawnSync("umount", ["--lazy", directory], { stdio: "ignore" }));
      return true;
    };
  })
  .extend("createEngine", ({ server }, { onCleanup }) => {
    const engines: TransferEngine[] = [];
    onCleanup(async () => {
      await Promise.all(engines.map((engine) => engine.stop()));
    });
    return (options: Partial<TransferEngineOptions> = {}) => {
      const engine = createTransferEngine({ source: server.source, retryDelayMs: 5, ...options });
      engines.push(engine);
      return engine;
    };
  })
  /** Adds an object and returns its listing. */
  .extend("offer", ({ server }) => {
    return (fileId: string, body: Buffer, facts: Partial<TransferFile> = {}): TransferFile => {
      server.put(fileId, body);
      return { fileId, fileSetId: "set", name: `${fileId}.bin`, bytes: body.length, ...facts };
    };
  })
  /** Queues files and waits until all transfers have ended. */
  .extend("fetchAll", ({ directory }) => {
    return async (engine: TransferEngine, files: TransferFile[], overwrite = false) => {
      engine.add(files.map((file) => ({ file, directory, overwrite })));
      await engine.idle();
      return engine.snapshot().transfers;
    };
  })
  .extend("fetchOne", ({ fetchAll }) => {
    return async (engine: TransferEngine, file: TransferFile) => {
      await fetchAll(engine, [file]);
      return only(engine);
    };
  })
  /** Lets an engine fetch a file until this many bytes are on disk, then stops it. */
  .extend("fetchSome", ({ directory }) => {
    return async (engine: TransferEngine, file: TransferFile, bytes: number) => {
      engine.add([{ file, directory }]);
      await waitUntil(() => only(engine).bytesDone >= bytes);
      await engine.stop();
      return only(engine);
    };
  })
  .extend("content", ({ directory }) => {
    return (name: string) => fs.readFile(path.join(directory, name));
  })
  /** Expects this file and no other in the folder. */
  .extend("expectOnly", ({ content, directory }) => {
    return async (name: string, body: Buffer) => {
      expect((await content(name)).equals(body)).toBe(true);
      expect(await fs.readdir(directory)).toEqual([name]);
    };
  });

/** The first transfer of an engine, which is the only one in most tests. */
export function only(engine: TransferEngine): Transfer {
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
