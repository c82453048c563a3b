import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { toTransferFile } from "../../source/domain/entities.ts";
import { createObjectStore } from "../../source/network/object-store.ts";
import type { SandboxFile } from "../../source/sandbox/sandbox.ts";
import { createTransferEngine } from "../../source/transfer/create-engine.ts";
import { test as base } from "../support/sandbox/service.ts";
import { only } from "./engine-fixture.ts";

/** A fixture with an empty sandbox and a folder. */
export const test = base
  /** The download folder; the settings are beside it. */
  .extend("directory", async ({ folder }) => {
    const directory = join(folder, "out");
    await mkdir(directory);
    return directory;
  })
  .extend("fileStore", async ({ service }) => {
    const { credentials } = service;
    const { auth, fileStore } = service.program({ credentials });
    await auth.resume();
    return fileStore;
  })
  /** Lists the file and fetches it into the folder, as a program would that has just started. */
  .extend("fetchOne", ({ directory, fileStore }) => {
    return async ({ id }: SandboxFile, stallTimeoutMs = 60_000) => {
      const engine = createTransferEngine({
        source: createObjectStore({ locate: fileStore.fileUrl, userAgent: "cfs/test" }),
        connections: 1,
        stallTimeoutMs,
        retryDelayMs: 5,
      });
      engine.add([{ file: toTransferFile(await fileStore.file(id)), directory }]);
      await engine.idle();
      await engine.stop();
      return only(engine);
    };
  });
