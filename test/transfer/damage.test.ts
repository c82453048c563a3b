import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createObjectStore } from "../../source/api/object-store.ts";
import { bodyDigest, type NewFile } from "../../source/sandbox/sandbox.ts";
import { createTransferEngine } from "../../source/transfer/create-transfer-engine.ts";
import { type ServiceFixture, startService } from "../fixtures/service.ts";
import { offerFile } from "./processes.ts";

let service: ServiceFixture;
let program: ReturnType<ServiceFixture["program"]>;
let directory: string;

beforeAll(async () => {
  service = await startService({ empty: true });
  program = service.program({ credentials: service.credentials });
  await program.auth.resume();
});

afterAll(() => service.close());

beforeEach(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), "cfs-damage-"));
});

afterEach(async () => {
  service.sandbox.faults.clear();
  await fs.rm(directory, { recursive: true });
});

/** Fetches a new file, of which the byte at `at` arrives wrong so many times. */
async function fetchDamaged(file: NewFile, at: number, times: number) {
  const object = offerFile(service.sandbox, file);
  service.sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at }, times });
  const listed = await program.fileStore.file(object.id);
  const { fileSizeInBytes, md5 } = listed;
  const engine = createTransferEngine({
    source: createObjectStore({ locate: program.fileStore.fileUrl, userAgent: "cfs/test" }),
    connections: 1,
  });
  engine.add([
    {
      file: {
        fileId: object.id,
        fileSetId: listed.filesetId,
        name: listed.filename,
        ...(fileSizeInBytes === undefined ? {} : { bytes: fileSizeInBytes }),
        ...(md5 === undefined ? {} : { md5 }),
      },
      directory,
    },
  ]);
  await engine.idle();
  await engine.stop();
  return { object, transfer: engine.snapshot().transfers[0] };
}

const bytes = 1_000_000;

describe.each([
  ["by the md5", { filename: "a.csv", bytes, listedMd5: "true" }, bytes / 2, "its md5 is"],
  ["by the md5 of a small file", { filename: "a.csv", bytes: 9_000 }, 4_500, "its md5 is"],
  ["by gzip's CRC", { filename: "a.csv.gz", bytes }, bytes / 2, "its gzip data is damaged"],
  ["by gzip's CRC, which is itself wrong", { filename: "a.gz", bytes }, bytes - 7, "its gzip data"],
  ["by the CRC of a small gzip file", { filename: "a.gz", bytes: 9_000 }, 4_500, "its gzip data"],
  ["by zip's CRC", { filename: "a.zip", bytes }, bytes / 2, "entry 1 of its zip data"],
  ["by zip's directory", { filename: "a.zip", bytes }, bytes - 22, "the zip directory at its end"],
] satisfies [string, NewFile, number, string][])("damage is found %s", (how, given, at, words) => {
  const file: NewFile = { ...given, listedMd5: how.includes("md5") ? "true" : "missing" };

  it("and removed when it stays", async () => {
    const { transfer } = await fetchDamaged(file, at, Number.POSITIVE_INFINITY);
    expect(transfer?.error?.message).toContain(words);
    expect(transfer?.error?.exitCode).toBe(6);
    expect(transfer?.bytesFetched).toBe(2 * given.bytes);
    expect(await fs.readdir(directory)).toEqual([]);
  });

  it("and fetched again once", async () => {
    const { object, transfer } = await fetchDamaged(file, at, 1);
    expect(transfer).toMatchObject({
      state: "saved",
      bytesFetched: 2 * given.bytes,
      sha256: await bodyDigest(object, "sha256"),
    });
  });
});
