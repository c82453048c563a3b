import path from "node:path";
import { closeFile, openFile, readAt } from "../../files/disk.ts";
import { corruptError } from "../../objects/read-errors.ts";
import { type TransferFile, type VerifiedBy, verifications } from "../engine.ts";
import type { CheckName } from "./checks.ts";
import type { Findings } from "./tail-verifier.ts";

const gzipHead = Buffer.from([0x1f, 0x8b, 8]);

type Listed = Pick<TransferFile, "bytes" | "md5" | "name">;

/**
 * SHA-256 for the record; the md5 if one is listed, else the check of the format, by the name's extension.
 * A file that is listed as empty is right if it is, whatever format its name promises.
 */
export function selectChecks({ bytes, md5, name }: Listed): CheckName[] {
  if (md5 !== undefined) return ["sha256", "md5"];
  if (bytes === 0) return ["sha256"];
  const extension = path.extname(name).toLowerCase();
  if (extension === ".gz") return ["sha256", "gzip"];
  if (extension === ".zip") return ["sha256", "zip"];
  return ["sha256"];
}

/** True for a file whose name has no extension that tells a format, and which begins as gzip does. */
export function isNamelessGzip(name: string, body: Buffer): boolean {
  if (/^\.[a-z][a-z0-9]{0,7}$/i.test(path.extname(name))) return false;
  return body.subarray(0, gzipHead.length).equals(gzipHead);
}

/** The first bytes of a file that tell what it is. */
export async function readHead(file: string): Promise<Buffer> {
  const fd = await openFile(file, "r");
  try {
    const head = Buffer.alloc(gzipHead.length);
    return head.subarray(0, await readAt(fd, head, head.length, 0));
  } finally {
    await closeFile(fd);
  }
}

/** What verification found of a file that is right. */
export interface Verdict {
  sha256: string;
  /** Undefined: there was nothing to compare its bytes with. */
  verifiedBy?: VerifiedBy | undefined;
}

/** Which checks were made, and what they found. */
export interface Evidence {
  checks: readonly CheckName[];
  findings: Findings;
  /** The size was known before the last byte arrived. */
  hasKnownSize: boolean;
}

/** Throws an AppError of kind integrity that says what differed if a file is not right. */
export function assertVerified(
  file: Listed,
  { checks, findings, hasKnownSize }: Evidence,
): Verdict {
  const { sha256 = "", md5, gzip, zip } = findings;
  if (file.md5 !== undefined && md5 !== file.md5.toLowerCase()) {
    throw corruptError(file.name, `its md5 is ${md5}, the service lists ${file.md5}`);
  }
  const differed = gzip ?? zip;
  if (differed !== undefined) throw corruptError(file.name, differed);
  const verifiedBy = strongestOf(checks, hasKnownSize);
  return { sha256, verifiedBy };
}

/**
 * The strongest check that a file has passed; undefined if there was none: the body came without a
 * length, the service lists neither size nor md5, and the format holds no CRC.
 */
function strongestOf(passed: readonly CheckName[], hasKnownSize: boolean): VerifiedBy | undefined {
  const isPassed = (way: VerifiedBy) => (way === "size" ? hasKnownSize : passed.includes(way));
  return verifications.find(isPassed);
}
