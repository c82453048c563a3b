import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { createInflateRaw, deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import type { TransferFile } from "../../../source/transfer/engine.ts";
import {
  assertVerified,
  type CheckName,
  createCheck,
  createGzipCheck,
  createInflateCheck,
  type Evidence,
  isNamelessGzip,
  readHead,
  selectChecks,
} from "../../../source/transfer/verify/checks.ts";
import { test as it } from "../../support/test.ts";
import { waitUntil } from "../../support/wait-until.ts";

async function checked(...chunks: readonly Buffer[]): Promise<string | undefined> {
  const check = createCheck("gzip");
  for (const chunk of chunks) await check.update(chunk);
  const wrong = await check.end();
  check.drop();
  return wrong;
}

it("judges bytes after the padding of a gzip file alike, wherever the stream was split", async () => {
  const member = gzipSync("rows");
  const file = Buffer.concat([member, Buffer.alloc(5), Buffer.from("more")]);
  const verdicts = new Set<string | undefined>();
  for (let at = member.length; at < file.length; at += 1)
    verdicts.add(await checked(file.subarray(0, at), file.subarray(at)));
  expect([...verdicts]).toEqual([undefined]);
});

it("finds damage in a later member, wherever the stream was split", async () => {
  const member = gzipSync("rows");
  const damaged = Buffer.from(member).fill(7, 12, 14);
  const file = Buffer.concat([member, damaged]);
  for (let at = 1; at < file.length; at += 1)
    expect(await checked(file.subarray(0, at), file.subarray(at))).toMatch(/damaged/);
});

describe("the checks of a file", () => {
  it.for<[Partial<TransferFile>, CheckName[]]>([
    [{ name: "a.csv" }, []],
    [{ name: "a.csv.gz" }, ["gzip"]],
    [{ name: "A.GZ" }, ["gzip"]],
    [{ name: "a.zip" }, ["zip"]],
    [{ name: "a.zip", md5: "ab" }, ["md5"]],
    [{ name: "a.zip", bytes: 0 }, []],
    [{ name: "a.gz", bytes: 0, md5: "ab" }, ["md5"]],
  ])("are chosen by what is listed of it: %o", ([listed, checks]) => {
    const file = { name: "", ...listed };
    expect(selectChecks(file, false)).toEqual(checks);
    expect(selectChecks(file, true)).toEqual(["sha256", ...checks]);
  });
});

it.for(["sha256", "md5"] as const)("hashes by %s", async (name) => {
  const check = createCheck(name);
  for (const text of ["ro", "ws"]) await check.update(Buffer.from(text));
  expect(await check.end()).toBe(createHash(name).update("rows").digest("hex"));
  check.drop();
});

describe("gzip data", () => {
  it("is right if its CRC and length are, and may have several members", async () => {
    expect(await checked(gzipSync("rows"))).toBeUndefined();
    expect(await checked(gzipSync("rows"), gzipSync("more"))).toBeUndefined();
  });

  it("that is empty, cut off or something else is damaged", async () => {
    const member = gzipSync("rows");
    expect(await checked()).toBe("it is empty, not gzip");
    expect(await checked(member.subarray(0, -1))).toMatch(/^its gzip data is damaged \(.+\)$/);
    expect(await checked(Buffer.from("rows"))).toMatch(/^its gzip data is damaged/);
    expect(await checked(Buffer.from("rows"), Buffer.from("more"))).toMatch(/damaged/);
  });

  it("is unpacked in pieces, each after the one before was taken", async () => {
    const text = Buffer.alloc(1_000_000, "rows, ");
    const pieces: Buffer[] = [];
    let take: () => void = () => undefined;
    const check = createGzipCheck((piece) => {
      pieces.push(Buffer.from(piece));
      return new Promise((resolve) => {
        take = resolve;
      });
    });
    const ended = (async () => {
      await check.update(gzipSync(text));
      return check.end();
    })();
    for (let count = 1; count <= 4; count += 1) {
      await waitUntil(() => pieces.length >= count);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      expect(pieces).toHaveLength(count);
      take();
    }
    expect(await ended).toBeUndefined();
    expect(Buffer.concat(pieces).equals(text)).toBe(true);
  });

  it("may be taken without a wait", async () => {
    const pieces: string[] = [];
    const check = createGzipCheck((piece) => {
      pieces.push(piece.toString());
      return undefined;
    });
    await check.update(gzipSync("rows"));
    expect(await check.end()).toBeUndefined();
    expect(pieces).toEqual(["rows"]);
  });

  it("that cannot be taken is not damaged: the reason is thrown", async () => {
    const full = new Error("the disk is full");
    const check = createGzipCheck(() => Promise.reject(full));
    const ended = (async () => {
      await check.update(gzipSync(Buffer.alloc(1_000_000)));
      return check.end();
    })();
    await expect(ended).rejects.toBe(full);
    await expect(check.update(Buffer.from("more"))).resolves.toBeUndefined();
    await expect(check.end()).rejects.toBe(full);
  });

  it("is read no further once the check is dropped", async () => {
    const check = createGzipCheck();
    await check.update(gzipSync("rows").subarray(0, 5));
    check.drop();
    await expect(check.update(Buffer.from("more"))).resolves.toBeUndefined();
  });
});

it("deflated data without a head is checked too", async () => {
  const pieces: string[] = [];
  const check = createInflateCheck(createInflateRaw(), {
    empty: "it is empty",
    damaged: (message) => `it is damaged: ${message}`,
    take: (piece) => void pieces.push(piece.toString()),
  });
  await check.update(deflateRawSync("rows"));
  expect(await check.end()).toBeUndefined();
  expect(pieces).toEqual(["rows"]);
});

describe("gzip behind a name without an extension", () => {
  const packed = gzipSync("rows");

  it.for<[string, Buffer, boolean]>([
    ["a", packed, true],
    ["a-2025", packed, true],
    ["a.2025-01-01", packed, true],
    ["a.csv", packed, false],
    ["a.gz", packed, false],
    ["a.tooLongToBeOne", packed, true],
    ["a", Buffer.from("rows"), false],
    ["a", packed.subarray(0, 2), false],
  ])("is found by its first bytes: %s", ([name, body, isGzip]) => {
    expect(isNamelessGzip(name, body)).toBe(isGzip);
  });

  it("needs only these of the file", async ({ folder }) => {
    const file = path.join(folder, "a");
    await fs.writeFile(file, packed);
    expect(await readHead(file)).toEqual(packed.subarray(0, 3));
    await fs.writeFile(file, "r");
    expect(await readHead(file)).toEqual(Buffer.from("r"));
  });
});

describe("a verdict", () => {
  const evidence: Evidence = { checks: [], findings: {}, hasKnownSize: false };

  it.for<[Partial<Evidence>, string | undefined]>([
    [{}, undefined],
    [{ hasKnownSize: true }, "size"],
    [{ hasKnownSize: true, checks: ["sha256", "gzip"] }, "gzip"],
    [{ checks: ["zip"] }, "zip"],
    [{ hasKnownSize: true, checks: ["zip", "gzip", "md5"] }, "md5"],
    [{ checks: ["sha256"] }, undefined],
  ])("names the strongest check: %o", ([some, verifiedBy]) => {
    const findings = { sha256: "cd" };
    expect(assertVerified({ name: "a" }, { ...evidence, findings, ...some })).toEqual({
      sha256: "cd",
      verifiedBy,
    });
  });

  it("compares md5 in any case of letters", () => {
    const found: Evidence = { checks: ["md5"], findings: { md5: "ab" }, hasKnownSize: true };
    expect(assertVerified({ name: "a", md5: "AB" }, found)).toMatchObject({ verifiedBy: "md5" });
    expect(() => assertVerified({ name: "a", md5: "ac" }, found)).toThrow(
      "Verifying a: its md5 is ab, the service lists ac.",
    );
  });

  it.for(["gzip", "zip"] as const)("reports damage that was found by %s", (name) => {
    const findings = { [name]: "it is damaged" };
    expect(() => assertVerified({ name: "a" }, { ...evidence, findings })).toThrow(
      expect.objectContaining({ kind: "integrity", answered: "it is damaged" }),
    );
  });
});
