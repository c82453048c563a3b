import { constants } from "node:fs";
import { open } from "node:fs/promises";

const { O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_TRUNC, O_WRONLY } = constants;

/**
 * Writes a new file, or one in the place of the old, and sees to it that its bytes are on the medium. A
 * link that stands there is not followed.
 */
export async function writeChunks(file: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK);
  try {
    for await (const chunk of chunks) await handle.writev([chunk]);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
