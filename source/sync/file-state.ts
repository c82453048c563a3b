import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { isAbort } from "../base/errors.ts";
import type { FileRecord } from "./manifest.ts";

/** What stands in the folder where a file was: it, nothing, or something else. */
export type FileState = "there" | "missing" | "damaged";

const readBytes = 1024 * 1024;

/** By its size; nothing is read. */
export function stateBySize(file: string, bytes: number): FileState {
  const found = statOf(file);
  if (found === undefined || !found.isFile()) return "missing";
  return found.size === bytes ? "there" : "damaged";
}

/** What cannot be reached counts as nothing: who fetches it is told why. */
function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** By its bytes too; what cannot be read is damaged. Rejects with an AbortError. */
export async function stateByBytes(
  directory: string,
  record: FileRecord,
  signal: AbortSignal,
): Promise<FileState> {
  const file = path.join(directory, record.name);
  const state = stateBySize(file, record.bytes);
  if (state !== "there") return state;
  try {
    return (await sha256Of(file, signal)) === record.sha256 ? "there" : "damaged";
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    return "damaged";
  }
}

/** Lower-case hex. Rejects with what the file system refuses, or with an AbortError. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(file, { highWaterMark: readBytes }), hash, { signal });
  return hash.digest("hex");
}
