import { createHash } from "node:crypto";
import { createGunzip } from "node:zlib";
import { isDamagedData } from "../../base/errors.ts";

type StreamCheckName = "sha256" | "md5" | "gzip";

/** The zip check needs the complete file. */
export type CheckName = StreamCheckName | "zip";

/**
 * Takes bytes in order; `end` returns a lower-case hex hash, or what is wrong with the format, and rejects
 * if the check itself failed.
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

/** Discards the unpacked data; the CRC and length of the format verify it. */
function createGzipCheck(): Check {
  const gunzip = createGunzip({ chunkSize: outputBytes });
  let wrong: string | undefined;
  let failure: Error | undefined;
  let bytes = 0;
  let taken: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    gunzip.on("data", () => undefined);
    gunzip.on("end", resolve);
    // The callback of a write may never run after an error.
    gunzip.on("close", () => {
      resolve();
      taken();
    });
    gunzip.on("error", (error) => {
      if (isDamagedData(error)) wrong = `its gzip data is damaged (${error.message})`;
      else failure = error;
    });
  });
  return {
    async update(chunk) {
      bytes += chunk.length;
      if (wrong !== undefined || gunzip.destroyed || gunzip.writableEnded) return;
      await new Promise<void>((resolve) => {
        taken = resolve;
        gunzip.write(chunk, () => resolve());
      });
    },
    async end() {
      if (bytes === 0) wrong = "it is empty, not gzip";
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
