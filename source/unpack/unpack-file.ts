import { open } from "node:fs/promises";
import path from "node:path";
import { diskError } from "../files/disk.ts";
import type { Unpacked, UnpackOptions } from "./damage.ts";
import { gunzipFile } from "./gunzip-file.ts";
import { unzipFile } from "./unzip-file.ts";

const gzipName = /\.(gz|gzip|tgz)$/i;
const zipName = /\.zip$/i;
const knownExtension = /\.[a-z][a-z0-9]{0,7}$/i;
const gzipMagic = Buffer.from([0x1f, 0x8b, 8]);

/**
 * Unpacks a complete file into its own folder: "a.csv.gz" into "a.csv", the entries of "b.zip" into a folder
 * "b". The data is verified while it streams. A final name never has partial content, and another file with
 * that name is kept. Resolves with undefined if the file is not packed. Rejects with an AppError, or with an
 * AbortError when the signal aborts.
 */
export async function unpackFile(
  file: string,
  options: UnpackOptions,
): Promise<Unpacked | undefined> {
  try {
    const name = path.basename(file);
    if (zipName.test(name)) return await unzipFile(file, file.replace(zipName, ""), options);
    if (gzipName.test(name)) return await gunzipFile(file, targetOfGzip(file), options);
    if (knownExtension.test(name) || !(await isGzip(file))) return undefined;
    return await gunzipFile(file, `${file}.unpacked`, options);
  } catch (thrown) {
    options.signal.throwIfAborted();
    throw diskError(thrown, `Unpacking ${path.basename(file)}`);
  }
}

function targetOfGzip(file: string): string {
  return file.replace(gzipName, (suffix) => (suffix.toLowerCase() === ".tgz" ? ".tar" : ""));
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const head = Buffer.alloc(gzipMagic.length);
    await handle.read(head, 0, head.length, 0);
    return head.equals(gzipMagic);
  } finally {
    await handle.close();
  }
}
