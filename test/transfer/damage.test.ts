import fs from "node:fs/promises";
import { describe, expect } from "vitest";
import { bodyDigest, type NewFile } from "../../source/sandbox/sandbox.ts";
import { offerFile } from "./processes.ts";
import { test as base } from "./sandbox-fixture.ts";

/** Fetches a new file, of which the byte at `at` arrives wrong so many times. */
const it = base.extend("fetchDamaged", ({ sandbox, fetchOne }) => {
  return async (file: NewFile, at: number, times: number) => {
    const object = offerFile(sandbox, file);
    sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at }, times });
    return { object, transfer: await fetchOne(object) };
  };
});

const bytes = 1_000_000;

describe.each([
  ["by the md5", { filename: "a.csv", bytes }, bytes / 2, "its md5 is"],
  ["by the md5 of a small file", { filename: "a.csv", bytes: 9_000 }, 4_500, "its md5 is"],
  ["by gzip's CRC", { filename: "a.csv.gz", bytes }, bytes / 2, "its gzip data is damaged"],
  ["by gzip's CRC, which is itself wrong", { filename: "a.gz", bytes }, bytes - 7, "its gzip data"],
  ["by the CRC of a small gzip file", { filename: "a.gz", bytes: 9_000 }, 4_500, "its gzip data"],
  ["by zip's CRC", { filename: "a.zip", bytes }, bytes / 2, "entry 1 of its zip data"],
  ["by zip's directory", { filename: "a.zip", bytes }, bytes - 22, "the zip directory at its end"],
])("damage is found %s", (how, given, at, words) => {
  const file: NewFile = { ...given, listedMd5: how.includes("md5") ? "true" : "missing" };

  it("and removed if it persists", async ({ directory, fetchDamaged }) => {
    const { transfer } = await fetchDamaged(file, at, Number.POSITIVE_INFINITY);
    expect(transfer.error?.message).toContain(words);
    expect(transfer.error?.exitCode).toBe(6);
    expect(transfer.bytesFetched).toBe(2 * given.bytes);
    expect(await fs.readdir(directory)).toEqual([]);
  });

  it("and fetched again once", async ({ fetchDamaged }) => {
    const { object, transfer } = await fetchDamaged(file, at, 1);
    expect(transfer).toMatchObject({
      state: "saved",
      bytesFetched: 2 * given.bytes,
      sha256: await bodyDigest(object, "sha256"),
      verifiedBy: /md5|gzip|zip/.exec(how)?.[0],
    });
  });
});
