import { createHash } from "node:crypto";
import fs from "node:fs";
import { pipeline } from "node:stream/promises";

const readBytes = 1024 * 1024;

/** The SHA-256 of a file, in lower-case hex. Rejects with the system's error or an AbortError. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(file, { highWaterMark: readBytes }), hash, { signal });
  return hash.digest("hex");
}
