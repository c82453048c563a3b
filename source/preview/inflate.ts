import { createGunzip, createInflateRaw } from "node:zlib";
import { AppError } from "../base/errors.ts";

/**
 * `packed` unpacked, in small pieces, each made when it is asked for; the next piece of `packed` is asked
 * for when all of the last one is given out. So neither a long file nor one that unpacks to a thousand
 * times its size takes more than a few pieces of memory. A gzip of several members is one text. Rejects
 * with an AppError of kind integrity where the data is damaged or ends too early.
 */
export async function* inflate(
  packed: AsyncIterable<Buffer>,
  kind: "gzip" | "deflate",
  name: string,
): AsyncGenerator<Buffer> {
  const engine = kind === "gzip" ? createGunzip() : createInflateRaw();
  let failure: Error | undefined;
  let isOver = false;
  let isTaken = false;
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

  /** What the engine gives out until `until` holds. */
  async function* given(until: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      const piece: unknown = engine.read();
      if (Buffer.isBuffer(piece)) yield piece;
      else if (failure !== undefined) throw damagedError(name, failure);
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
      isTaken = false;
      engine.write(chunk, (error) => {
        failure ??= error ?? undefined;
        isTaken = true;
        wake();
      });
      yield* given(() => isTaken);
      if (isOver) return;
    }
    engine.end();
    yield* given(() => false);
  } finally {
    engine.destroy();
  }
}

function damagedError(name: string, cause: Error): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Unpacking ${name}`,
    answered: `its compressed data is damaged (${cause.message})`,
    advice: "Download it to have it verified, or tell its publisher.",
    cause,
  });
}
