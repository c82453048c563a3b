import { createGunzip, createInflateRaw } from "node:zlib";
import { AppError, isDamagedData } from "../base/errors.ts";

/**
 * Unpacks in small pieces on demand, and takes the next packed chunk only after all output of the last,
 * so memory stays bounded for long and for highly compressed files. Gzip members are joined. Rejects
 * with an AppError of kind integrity if the data is damaged or truncated.
 */
export async function* inflate(
  packed: AsyncIterable<Buffer>,
  kind: "gzip" | "deflate",
  name: string,
): AsyncGenerator<Buffer> {
  const engine = kind === "gzip" ? createGunzip() : createInflateRaw();
  let failure: Error | undefined;
  let isOver = false;
  let isConsumed = false;
  let wake: () => void = () => undefined;
  engine.on("readable", () => wake());
  engine.on("end", () => {
    isOver = true;
    wake();
  });
  engine.on("error", (error) => {
    failure = error;
    wake();
  });

  /** Yields the output until `until` holds. */
  async function* output(until: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      const piece: unknown = engine.read();
      if (Buffer.isBuffer(piece)) yield piece;
      else if (failure !== undefined)
        throw isDamagedData(failure) ? damagedError(name, failure) : failure;
      else if (isOver || until()) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  try {
    for await (const chunk of packed) {
      isConsumed = false;
      engine.write(chunk, (error) => {
        failure ??= error ?? undefined;
        isConsumed = true;
        wake();
      });
      yield* output(() => isConsumed);
      if (isOver) return;
    }
    engine.end();
    yield* output(() => false);
  } finally {
    engine.destroy();
  }
}

function damagedError(name: string, cause: Error): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Unpacking ${name}`,
    answered: `its compressed data is damaged (${cause.message})`,
    advice: "Download the file to verify it, or report it to its publisher.",
    cause,
  });
}
