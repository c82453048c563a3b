import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, vi } from "vitest";
import type { TransferFile } from "../../../source/transfer/engine.ts";
import type { CheckName } from "../../../source/transfer/verify/checks.ts";
import {
  beginVerification,
  createTailVerifier,
  type Verifier,
} from "../../../source/transfer/verify/verification.ts";
import { zipOf } from "../../support/fixtures/zip-of.ts";
import { test as base } from "../../support/test.ts";
import { waitUntil } from "../../support/wait-until.ts";

const body = Buffer.from("bytes of a file");
const hashOf = (bytes: Buffer, name: string) => createHash(name).update(bytes).digest("hex");

const test = base
  /** A part file with this body. */
  .extend("file", ({ folder }) => {
    const file = path.join(folder, "a.part");
    fs.writeFileSync(file, body);
    return file;
  })
  .extend("follow", ({ file }, { onCleanup }) => {
    const verifiers: Verifier[] = [];
    onCleanup(async () => {
      await Promise.all(verifiers.map((verifier) => verifier.close()));
    });
    return (checks: readonly CheckName[], of = file) => {
      const verifier = createTailVerifier(of, checks);
      verifiers.push(verifier);
      return verifier;
    };
  });

function isOpen(file: string): boolean {
  return fs.readdirSync("/proc/self/fd").some((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      return false;
    }
  });
}

describe("a file that is followed", () => {
  test("is read as far as it is written, and to its end", async ({ file, follow }) => {
    const reads = vi.spyOn(fs, "readSync");
    const verifier = follow(["sha256", "md5"]);
    verifier.advance(5);
    await waitUntil(() => reads.mock.results.length === 1);
    verifier.advance(3);
    await new Promise(setImmediate);
    verifier.advance(8);
    await waitUntil(() => reads.mock.results.length === 2);
    const findings = await verifier.finish(body.length);
    const lengths = reads.mock.calls.map((call: readonly unknown[]) => call.slice(3));
    reads.mockRestore();
    expect(lengths).toEqual([
      [5, 0],
      [3, 5],
      [body.length - 8, 8],
    ]);
    expect(findings).toEqual({ sha256: hashOf(body, "sha256"), md5: hashOf(body, "md5") });
    expect(isOpen(file)).toBe(true);
    await verifier.close();
    await verifier.close();
    expect(isOpen(file)).toBe(false);
  });

  test("has nothing to find without checks, and is not read", async ({ follow }) => {
    const reads = vi.spyOn(fs, "readSync");
    const verifier = follow([]);
    verifier.advance(5);
    expect(await verifier.finish(body.length)).toEqual({});
    expect(reads).not.toHaveBeenCalled();
    reads.mockRestore();
  });

  test("may be empty", async ({ follow }) => {
    expect(await follow(["md5"]).finish(0)).toEqual({ md5: hashOf(Buffer.alloc(0), "md5") });
  });

  test("must be as long as what was written to it", async ({ follow }) => {
    await expect(follow(["md5"]).finish(body.length + 1)).rejects.toThrow(
      "the partial file is shorter than what was written to it",
    );
  });

  test("that does not exist is reported, and leaves nothing to close", async ({ file, follow }) => {
    const verifier = follow(["md5"], `${file}.gone`);
    await expect(verifier.finish(1)).rejects.toMatchObject({ code: "ENOENT" });
    await verifier.close();
  });

  test("has no findings if it is closed before", async ({ follow }) => {
    const verifier = follow(["md5"]);
    const closing = verifier.close();
    await expect(verifier.finish(body.length)).rejects.toMatchObject({ name: "AbortError" });
    await closing;
  });

  test("is checked for several kinds of damage", async ({ folder, follow }) => {
    const zip = zipOf([{ name: "a.csv", text: "rows" }]);
    const file = path.join(folder, "a.zip");
    fs.writeFileSync(file, zip);
    const md5 = hashOf(zip, "md5");
    expect(await follow(["md5", "zip"], file).finish(zip.length)).toEqual({ md5 });
    const findings = await follow(["md5", "gzip", "zip"], file).finish(zip.length);
    expect(findings).toEqual({ md5, gzip: expect.stringContaining("damaged") });
    fs.writeFileSync(file, zip.subarray(0, -1));
    expect(await follow(["zip"], file).finish(zip.length - 1)).toEqual({
      zip: "the zip directory at its end is missing",
    });
  });
});

interface Wanted {
  content?: Buffer;
  listed?: Partial<TransferFile>;
  checks?: readonly CheckName[];
  signal?: AbortSignal;
  verify?: typeof createTailVerifier;
}

/** The verification of a file with this content and listing. */
const verified = test.extend("concluded", ({ file }) => {
  return async ({
    content = body,
    listed = {},
    checks = [],
    signal = new AbortController().signal,
    verify = createTailVerifier,
  }: Wanted) => {
    fs.writeFileSync(file, content);
    const wanted = { fileId: "1", fileSetId: "2", name: "a.csv", ...listed };
    const verification = beginVerification(wanted, file, checks, verify, signal);
    verification.advance(1);
    try {
      return await verification.conclude(content.length, true);
    } finally {
      await verification.close();
      expect(isOpen(file)).toBe(false);
    }
  };
});

describe("a verification", () => {
  verified("ends with the hash and the strongest check", async ({ concluded }) => {
    const md5 = hashOf(body, "md5");
    expect(await concluded({ listed: { md5 }, checks: ["sha256", "md5"] })).toEqual({
      sha256: hashOf(body, "sha256"),
      verifiedBy: "md5",
    });
  });

  verified("ends with the difference", async ({ concluded }) => {
    const wrong = concluded({ listed: { md5: "0" }, checks: ["md5"] });
    await expect(wrong).rejects.toMatchObject({ kind: "integrity" });
  });

  const packed = gzipSync(body);
  const damaged = Buffer.from(packed).fill(0, 15, 20);

  verified("finds gzip behind a name without an extension", async ({ concluded }) => {
    const listed = { name: "a-2025" };
    expect(await concluded({ content: packed, listed })).toEqual({
      sha256: undefined,
      verifiedBy: "gzip",
    });
    await expect(concluded({ content: damaged, listed })).rejects.toThrow(/gzip data is damaged/);
    const sha256 = hashOf(packed, "sha256");
    expect(await concluded({ content: packed, listed, checks: ["sha256"] })).toEqual({
      sha256,
      verifiedBy: "gzip",
    });
  });

  verified(
    "looks for no gzip if an md5 is listed or the name has an extension",
    async ({ concluded }) => {
      const md5 = hashOf(damaged, "md5");
      const named = { name: "a-2025", md5 };
      expect(await concluded({ content: damaged, listed: named, checks: ["md5"] })).toMatchObject({
        verifiedBy: "md5",
      });
      expect(await concluded({ content: damaged })).toMatchObject({ verifiedBy: "size" });
    },
  );

  verified("that cannot be made is a failure of the disk", async ({ concluded }) => {
    const verify = (path: string, checks: readonly CheckName[]) =>
      createTailVerifier(`${path}.gone`, checks);
    await expect(concluded({ verify, checks: ["md5"] })).rejects.toMatchObject({
      kind: "disk",
      tried: "Verifying what arrived",
      errno: "ENOENT",
    });
  });

  verified("is not waited for after an abort", async ({ concluded }) => {
    const controller = new AbortController();
    const verify = (): Verifier => ({
      advance: () => undefined,
      finish: () => new Promise(() => undefined),
      close: async () => undefined,
    });
    const concluding = concluded({ verify, signal: controller.signal });
    const reason = new Error("paused");
    controller.abort(reason);
    await expect(concluding).rejects.toBe(reason);
  });
});
