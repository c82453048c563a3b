import { createHash } from "node:crypto";
import { createGunzip } from "node:zlib";

/** Checks of a file that are made while it is read from its beginning to its end. */
type StreamCheckName = "sha256" | "md5" | "gzip";

/** Checks of a file; zip needs the whole file. */
export type CheckName = StreamCheckName | "zip";

/** Takes a file's bytes in order; `end` gives a hash in lower-case hex, or what is wrong with the format. */
export interface Check {
  /** The chunk may be used again once this resolves. */
  update(chunk: Buffer): Promise<void> | undefined;
  end(): Promise<string | undefined>;
  /** Frees what it holds if it is not ended. */
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

/** Unpacks into nowhere: the format's own CRC and length tell whether all is right. */
function createGzipCheck(): Check {
  const gunzip = createGunzip({ chunkSize: outputBytes });
  let wrong: string | undefined;
  let bytes = 0;
  let taken: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    gunzip.on("data", () => undefined);
    gunzip.on("end", resolve);
    // After an error the callback of a write may never come.
    gunzip.on("close", () => {
      resolve();
      taken();
    });
    gunzip.on("error", (error) => {
      wrong = `its gzip data is damaged (${error.message})`;
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
      return wrong;
    },
    drop() {
      gunzip.destroy();
    },
  };
}
