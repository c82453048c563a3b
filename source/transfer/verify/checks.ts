import { createHash } from "node:crypto";
import path from "node:path";
import { createGunzip, type Gunzip, type InflateRaw } from "node:zlib";
import * as v from "valibot";
import { isDamagedData } from "../../base/errors.ts";
import { closeFile, openFile, readAt } from "../../files/disk.ts";
import { corruptError } from "../../objects/recovery.ts";
import { type TransferFile, type VerifiedBy, verifications } from "../engine.ts";

export const checkName = v.picklist(["sha256", "md5", "gzip", "zip"]);

export type CheckName = v.InferOutput<typeof checkName>;

/** The zip check needs the complete file. */
type StreamCheckName = Exclude<CheckName, "zip">;

/** Hashes in lower-case hex; for a format, a description of the damage, or nothing if it is intact. */
export type Findings = Partial<Record<CheckName, string>>;

type Listed = Pick<TransferFile, "bytes" | "md5" | "name">;

/**
 * The check of the listed md5 or, without one, of the format by its extension. SHA-256 precedes it if it is
 * recorded. A file listed as empty needs no format check.
 */
export function selectChecks(file: Listed, recordsSha256: boolean): CheckName[] {
  const check = checkOf(file);
  return [...(recordsSha256 ? ["sha256" as const] : []), ...(check === undefined ? [] : [check])];
}

function checkOf({ bytes, md5, name }: Listed): CheckName | undefined {
  if (md5 !== undefined) return "md5";
  if (bytes === 0) return undefined;
  const extension = path.extname(name).toLowerCase();
  if (extension === ".gz") return "gzip";
  return extension === ".zip" ? "zip" : undefined;
}

/**
 * Takes bytes in order. `end` returns a lower-case hex hash, or a description of the format's damage, and
 * rejects if the check itself failed.
 */
export interface Check {
  /** The chunk may be reused once this resolves. */
  update(chunk: Buffer): Promise<void> | undefined;
  end(): Promise<string | undefined>;
  /** Frees the resources of an unfinished check. */
  drop(): void;
}

export function createCheck(name: StreamCheckName): Check {
  return name === "gzip" ? createGzipCheck() : createHashCheck(name);
}

function createHashCheck(algorithm: "sha256" | "md5"): Check {
  const hash = createHash(algorithm);
  return {
    update(chunk) {
      hash.update(chunk);
      return undefined;
    },
    end: async () => hash.digest("hex"),
    drop: () => undefined,
  };
}

const outputBytes = 256 * 1024;

/**
 * Verifies gzip data by the CRC and the length in it. What it unpacks is given to `take`, or discarded without
 * it.
 */
export function createGzipCheck(take?: TakeUnpacked): Check {
  return createInflateCheck(createGunzip({ chunkSize: outputBytes }), {
    empty: "it is empty, not gzip",
    damaged: (message) => `its gzip data is damaged (${message})`,
    take,
  });
}

/** The piece may be reused once this resolves, and no more is unpacked until then. */
export type TakeUnpacked = (piece: Buffer) => Promise<void> | undefined;

interface Inflating {
  /** The damage of empty data. */
  empty: string;
  damaged(message: string): string;
  take?: TakeUnpacked | undefined;
}

/** Unpacks by `gunzip`, which may be an InflateRaw too. */
export function createInflateCheck(
  gunzip: Gunzip | InflateRaw,
  { damaged, empty, take }: Inflating,
): Check {
  let wrong: string | undefined;
  let failure: Error | undefined;
  let bytes = 0;
  let isOver = false;
  let taken: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    gunzip.on("data", (piece: Buffer) => {
      const taking = take?.(piece);
      if (taking === undefined) return;
      gunzip.pause();
      taking.then(
        () => gunzip.resume(),
        (thrown) => gunzip.destroy(thrown),
      );
    });
    gunzip.on("end", () => {
      // Node ignores bytes after padding in the same chunk, so bytes in later chunks must not count
      // either.
      isOver = true;
      resolve();
    });
    // The callback of a write may never run after an error.
    gunzip.on("close", () => {
      resolve();
      taken();
    });
    gunzip.on("error", (error) => {
      if (isDamagedData(error)) wrong = damaged(error.message);
      else failure = error;
    });
  });
  return {
    async update(chunk) {
      bytes += chunk.length;
      if (isOver || wrong !== undefined || gunzip.destroyed || gunzip.writableEnded) return;
      await new Promise<void>((resolve) => {
        taken = resolve;
        gunzip.write(chunk, () => resolve());
      });
      if (failure !== undefined) throw failure;
    },
    async end() {
      if (bytes === 0) wrong = empty;
      gunzip.end();
      if (wrong === undefined) await ended;
      if (failure !== undefined) throw failure;
      return wrong;
    },
    drop() {
      gunzip.destroy();
    },
  };
}

const gzipHead = Buffer.from([0x1f, 0x8b, 8]);

/** True for gzip data under a name without a format extension. */
export function isNamelessGzip(name: string, body: Buffer): boolean {
  if (/^\.[a-z][a-z0-9]{0,7}$/i.test(path.extname(name))) return false;
  return body.subarray(0, gzipHead.length).equals(gzipHead);
}

/** Reads the bytes that identify a format. */
export async function readHead(file: string): Promise<Buffer> {
  const fd = await openFile(file, "r");
  try {
    const head = Buffer.alloc(gzipHead.length);
    return head.subarray(0, await readAt(fd, head, head.length, 0));
  } finally {
    await closeFile(fd);
  }
}

export interface Verdict {
  /** Undefined if it is not recorded. */
  sha256?: string | undefined;
  /** Undefined if nothing could verify the bytes. */
  verifiedBy?: VerifiedBy | undefined;
}

export interface Evidence {
  checks: readonly CheckName[];
  findings: Findings;
  /** True if the size was known before the last byte arrived. */
  hasKnownSize: boolean;
}

/** Throws an AppError of kind integrity that describes the difference. */
export function assertVerified(
  file: Listed,
  { checks, findings, hasKnownSize }: Evidence,
): Verdict {
  const { sha256, md5, gzip, zip } = findings;
  if (file.md5 !== undefined && md5 !== file.md5.toLowerCase()) {
    const differed = `its md5 is ${md5}, the service lists ${file.md5}`;
    throw corruptError(file.name, differed, "its md5 is not the listed one");
  }
  const differed = gzip ?? zip;
  if (differed !== undefined) throw corruptError(file.name, differed);
  return { sha256, verifiedBy: strongestOf(checks, hasKnownSize) };
}

/** The strongest passed check; undefined if no length, size, md5 or CRC was available. */
function strongestOf(passed: readonly CheckName[], hasKnownSize: boolean): VerifiedBy | undefined {
  const isPassed = (way: VerifiedBy) => (way === "size" ? hasKnownSize : passed.includes(way));
  return verifications.find(isPassed);
}
