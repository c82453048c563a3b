import { type FileHandle, open } from "node:fs/promises";
import { Secret } from "../base/secret.ts";
import { diskError } from "../files/disk.ts";
import type { ObjectRequest, ObjectSource } from "../objects/source.ts";

/** A file on disk has no address; this stands in for one. */
const noAddress = new Secret("cfs-preview:file-on-disk");

/** Reads the file at `path` as if it were an object. */
export function createDiskSource(path: string): ObjectSource {
  async function openFile(): Promise<{ handle: FileHandle; size: number }> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path);
      const { size } = await handle.stat();
      return { handle, size };
    } catch (thrown) {
      await handle?.close();
      throw diskError(thrown, `Reading ${path}`);
    }
  }

  return {
    locate: async () => noAddress,
    async open({ range, signal }: ObjectRequest) {
      const { handle, size } = await openFile();
      const first = range?.first ?? 0;
      const end = range?.last === undefined ? {} : { end: range.last };
      const stream = handle.createReadStream({ start: first, ...end, signal });
      return { status: 206, first, objectBytes: size, stream, release: () => undefined };
    },
  };
}
