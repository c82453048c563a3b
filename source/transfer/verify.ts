import { createHash } from "node:crypto";
import fs from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { AppError } from "../errors.ts";
import type { TransferFile } from "./engine.ts";
import { checkZipDirectory } from "./zip-directory.ts";

const readBytes = 1024 * 1024;

/** The hashes of a file, in lower-case hex. */
export interface Digests {
  sha256: string;
  md5?: string;
}

/** What arrived is not what the service has. `differed` is a sentence part: "its md5 is …, not …". */
export function corruptError(name: string, differed: string): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Verifying ${name}`,
    answered: differed,
    advice: "It was removed. Try again later; if it stays so, tell your LSEG representative.",
    code: "corrupt",
  });
}

/** Reads the file once; md5 only where it is asked for. */
export async function digestFile(
  file: string,
  withMd5: boolean,
  signal: AbortSignal,
): Promise<Digests> {
  const sha256 = createHash("sha256");
  const md5 = withMd5 ? createHash("md5") : undefined;
  const stream = fs.createReadStream(file, { highWaterMark: readBytes, signal });
  for await (const chunk of stream) {
    sha256.update(chunk);
    md5?.update(chunk);
  }
  return {
    sha256: sha256.digest("hex"),
    ...(md5 === undefined ? {} : { md5: md5.digest("hex") }),
  };
}

/**
 * Verifies the complete bytes in `partPath`: the listed md5, else what the format itself can tell.
 * Rejects with an AppError of kind integrity that says what differed.
 */
export async function verify(
  file: TransferFile,
  partPath: string,
  signal: AbortSignal,
): Promise<string> {
  const digests = await digestFile(partPath, file.md5 !== undefined, signal);
  if (file.md5 !== undefined) {
    if (digests.md5 !== file.md5.toLowerCase()) {
      throw corruptError(file.name, `its md5 is ${digests.md5}, the service lists ${file.md5}`);
    }
    return digests.sha256;
  }
  const format = await formatOf(file.name, partPath);
  const differed =
    format === "gzip"
      ? await checkGzip(partPath, signal)
      : format === "zip"
        ? await checkZipDirectory(partPath)
        : undefined;
  if (differed !== undefined) throw corruptError(file.name, differed);
  return digests.sha256;
}

/** By the name's extension; where it has none, by the first bytes. */
async function formatOf(name: string, partPath: string): Promise<"gzip" | "zip" | undefined> {
  const extension = path.extname(name).toLowerCase();
  if (extension === ".gz") return "gzip";
  if (extension === ".zip") return "zip";
  if (/^\.[a-z][a-z0-9]{0,7}$/.test(extension)) return undefined;
  const handle = await open(partPath, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(3), 0, 3, 0);
    return bytesRead === 3 && buffer.equals(Buffer.from([0x1f, 0x8b, 8])) ? "gzip" : undefined;
  } finally {
    await handle.close();
  }
}

/** What is wrong with a gzip file, as a sentence part; undefined: its CRC and length are right. */
async function checkGzip(file: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await pipeline(
      fs.createReadStream(file, { highWaterMark: readBytes }),
      createGunzip({ chunkSize: readBytes }),
      async (chunks) => {
        for await (const _ of chunks);
      },
      { signal },
    );
    return undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    if (thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("Z_")) {
      return `its gzip data is damaged (${thrown.message})`;
    }
    throw thrown;
  }
}
