import { open } from "node:fs/promises";

const pieceBytes = 1024 * 1024;

/** True where both are files of the same bytes. */
export async function equalFiles(left: string, right: string): Promise<boolean> {
  const one = await open(left, "r");
  try {
    const other = await open(right, "r");
    try {
      const [first, second] = await Promise.all([one.stat(), other.stat()]);
      if (!first.isFile() || !second.isFile() || first.size !== second.size) return false;
      const pieces = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)] as const;
      for (let at = 0; at < first.size; at += pieceBytes) {
        const [{ bytesRead }] = await Promise.all([
          one.read(pieces[0], 0, pieceBytes, at),
          other.read(pieces[1], 0, pieceBytes, at),
        ]);
        if (pieces[0].compare(pieces[1], 0, bytesRead, 0, bytesRead) !== 0) return false;
      }
      return true;
    } finally {
      await other.close();
    }
  } finally {
    await one.close();
  }
}
