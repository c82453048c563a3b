import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import type { TransferFile } from "../../source/transfer/engine.ts";
import { test as base, md5 } from "./engine-fixture.ts";

const plain = randomBytes(400_000);
const packed = gzipSync(plain);

type Listed = Partial<Pick<TransferFile, "bytes" | "md5">>;

const it = base.extend("put", ({ server }) => {
  return (name: string, body: Buffer, listed: Listed): TransferFile => {
    server.put("one", body);
    return { fileId: "one", fileSetId: "set", name, ...listed };
  };
});

describe.each<[string, string, Buffer, Listed, string | undefined]>([
  ["the listed md5", "a.csv.gz", packed, { md5: md5(packed), bytes: packed.length }, "md5"],
  ["the listed md5 without a size", "a.csv", plain, { md5: md5(plain) }, "md5"],
  ["gzip's own CRC", "a.csv.gz", packed, {}, "gzip"],
  ["the CRC of a gzip file by another name", "a-2025", packed, { bytes: packed.length }, "gzip"],
  ["the listed size", "a.csv", plain, { bytes: plain.length }, "size"],
  ["the listed size of a small file", "a.csv", Buffer.from("a,b"), { bytes: 3 }, "size"],
  ["the listed size of an empty file", "a.csv.gz", Buffer.alloc(0), { bytes: 0 }, "size"],
  ["nothing", "a.csv", plain, {}, undefined],
])("with a body that has no length", (by, name, body, listed, verifiedBy) => {
  it(`a file is verified by ${by}`, async ({ server, createEngine, fetchOne, put }) => {
    Object.assign(server, { tellsNoLength: true, ignoresRange: true });
    const transfer = await fetchOne(createEngine(), put(name, body, listed));
    expect(transfer.state).toBe("saved");
    expect(transfer.verifiedBy).toBe(verifiedBy);
  });
});

it("is verified by the size that the object store announces", async ({
  createEngine,
  fetchOne,
  put,
}) => {
  const transfer = await fetchOne(createEngine(), put("a.csv", plain, {}));
  expect(transfer).toMatchObject({ state: "saved", verifiedBy: "size" });
});

it.for<[Listed, string]>([
  [{ md5: md5(plain), bytes: plain.length }, "md5"],
  [{ bytes: plain.length }, "size"],
])(
  "reports how an existing file was recognised: %j",
  async ([listed, verifiedBy], { directory, createEngine, fetchOne, put }) => {
    await fs.writeFile(path.join(directory, "a.csv"), plain);
    const transfer = await fetchOne(createEngine(), put("a.csv", plain, listed));
    expect(transfer).toMatchObject({ state: "skipped", verifiedBy });
  },
);

it.for<[string, Buffer]>([
  ["small", plain.subarray(0, 1_000)],
  ["large", plain],
])(
  "is verified if its SHA-256 is not recorded: a %s file",
  async ([, body], { server, createEngine, fetchOne, put }) => {
    const fetch = (one: TransferFile) => fetchOne(createEngine({ recordsSha256: false }), one);
    const file = put("a.csv", body, { md5: md5(body), bytes: body.length });
    const saved = await fetch(file);
    expect(saved).toMatchObject({ state: "saved", verifiedBy: "md5" });
    expect(saved.sha256).toBeUndefined();
    server.put("one", Buffer.from(body).fill(0, 10, 20));
    const wrong = await fetch({ ...file, name: "b.csv" });
    expect(wrong.error?.exitCode).toBe(6);
  },
);
