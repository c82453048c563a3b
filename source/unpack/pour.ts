import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Leads `packed` through `unpack`, where there is one, into `save`. Rejects with what `save` threw, where
 * it threw: of a disk that refuses, a pipeline itself tells only that it was aborted.
 */
export async function pour(
  packed: Readable,
  unpack: Transform | undefined,
  save: (chunks: AsyncIterable<Buffer>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let failure: { thrown: unknown } | undefined;
  const saved = (chunks: AsyncIterable<Buffer>) =>
    save(chunks).catch((thrown: unknown) => {
      failure = { thrown };
      throw thrown;
    });
  const pouring =
    unpack === undefined
      ? pipeline(packed, saved, { signal })
      : pipeline(packed, unpack, saved, { signal });
  await pouring.catch((thrown: unknown) => {
    throw failure === undefined ? thrown : failure.thrown;
  });
}
