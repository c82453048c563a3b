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
  let saving: Promise<void> | undefined;
  const saved = (chunks: AsyncIterable<Buffer>) => {
    saving = save(chunks);
    return saving;
  };
  const pouring =
    unpack === undefined
      ? pipeline(packed, saved, { signal })
      : pipeline(packed, unpack, saved, { signal });
  await pouring.catch(async (thrown: unknown) => {
    // The pipeline has ended, and perhaps before what it saved to has said why.
    await saving;
    throw thrown;
  });
}
