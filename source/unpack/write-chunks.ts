import { open } from "node:fs/promises";

/** Writes a new file, or one in the place of the old, and sees to it that its bytes are on the medium. */
export async function writeChunks(file: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(file, "w");
  try {
    for await (const chunk of chunks) await handle.writev([chunk]);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
