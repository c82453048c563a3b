import { Readable } from "node:stream";
import type { SimulatedProcess } from "../world/machine.ts";
import { createAsynchronousForms, type Work } from "./asynchronous-forms.ts";
import { constants } from "./open-manner.ts";
import { createSynchronousCalls } from "./synchronous-calls.ts";

interface StreamOptions {
  start?: number;
  end?: number;
  highWaterMark?: number;
}

/** Node's file modules for one process. Their calls act on the machine's disk, at times that its chance decides. */
export function createFileSystem(process: SimulatedProcess) {
  const calls = createSynchronousCalls(process);
  const { syncLater, withCallback, withPromise } = createAsynchronousForms(process);

  const open = async (file: string, flags?: string | number, mode?: number) => {
    const fd = Number(await withPromise(calls.openSync)(file, flags, mode));
    return {
      fd,
      close: () => withPromise(calls.closeSync)(fd),
      stat: () => withPromise(calls.fstatSync)(fd),
      sync: () => new Promise<unknown>((resolve) => syncLater(fd, resolve)),
      writeFile: (data: string | Uint8Array) => withPromise(calls.writeFileSync)(fd, data),
      read: async (into: Buffer, offset?: number, bytes?: number, position?: number | null) => ({
        bytesRead: await withPromise(calls.readSync)(fd, into, offset, bytes, position),
        buffer: into,
      }),
    };
  };

  function createReadStream(file: string, options: StreamOptions = {}): Readable {
    const { start = 0, end = Number.POSITIVE_INFINITY, highWaterMark = 65_536 } = options;
    async function* chunks() {
      const fd = Number(await withPromise(calls.openSync)(file, "r"));
      try {
        for (let at = start; at <= end; ) {
          // No longer than the file: memory that is reserved and not used makes garbage collections more frequent.
          const { size } = calls.fstatSync(fd);
          const chunk = Buffer.alloc(Math.min(highWaterMark, end - at + 1, Math.max(1, size - at)));
          const bytes = Number(await withPromise(calls.readSync)(fd, chunk, 0, chunk.length, at));
          if (bytes === 0) return;
          yield chunk.subarray(0, bytes);
          at += bytes;
        }
      } finally {
        if (process.isRunning) calls.closeSync(fd);
      }
    }
    return Readable.from(chunks(), { objectMode: false });
  }

  const forms = {
    access: calls.accessSync,
    chmod: calls.chmodSync,
    lstat: calls.statSync,
    mkdir: calls.mkdirSync,
    readFile: calls.readFileSync,
    readdir: calls.readdirSync,
    realpath: calls.realpathSync,
    rename: calls.renameSync,
    rm: calls.rmSync,
    rmdir: calls.rmdirSync,
    stat: calls.statSync,
    statfs: calls.statfsSync,
    unlink: calls.unlinkSync,
    writeFile: calls.writeFileSync,
  };

  const promises = { ...mapped(forms, withPromise), constants, open };
  const fs = {
    ...calls,
    ...mapped(forms, withCallback),
    chown: withCallback(() => undefined),
    chownSync: () => undefined,
    close: withCallback(calls.closeSync),
    constants,
    createReadStream,
    createWriteStream: () => undefined,
    fdatasync: syncLater,
    fdatasyncSync: calls.fsyncSync,
    fsync: syncLater,
    ftruncate: withCallback(calls.ftruncateSync),
    lstatSync: calls.statSync,
    open: withCallback(calls.openSync),
    promises,
    read: withCallback(calls.readSync),
    write: withCallback(calls.writeSync),
    writev: withCallback(calls.writevSync),
  };
  return { fs, promises };
}

function mapped<Form>(forms: Record<string, Work>, form: (work: Work) => Form) {
  return Object.fromEntries(Object.entries(forms).map(([name, work]) => [name, form(work)]));
}
