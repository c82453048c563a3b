import path from "node:path";
import { Readable } from "node:stream";
import { type OpenManner, systemError, type TreeNode } from "../world/file-tree.ts";
import type { SimulatedProcess } from "../world/machine.ts";

const constants = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 64,
  O_EXCL: 128,
  O_TRUNC: 512,
  O_APPEND: 1_024,
  O_NONBLOCK: 2_048,
  O_NOFOLLOW: 131_072,
  W_OK: 2,
};

const flagWords: Readonly<Record<string, number>> = {
  r: constants.O_RDONLY,
  "r+": constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_EXCL,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
};

interface Options {
  encoding?: string;
  flag?: string;
  mode?: number;
  recursive?: boolean;
  force?: boolean;
  throwIfNoEntry?: boolean;
  start?: number;
  end?: number;
  highWaterMark?: number;
}

type Given = Options | string | number | undefined;

type Work = (...words: never[]) => unknown;

/** Node's file modules for one process: what they do happens on the machine's disk, at times that its chance decides. */
export function createFileSystem(process: SimulatedProcess) {
  const { machine } = process;
  const { files } = machine;

  const spoken = new Map<string, string>([
    ["/proc/sys/kernel/random/boot_id", machine.bootId],
    ["/proc/self/ns/pid", "pid:[1]"],
  ]);

  /** What the system says in files of its own; undefined for any other path. */
  function spokenAt(file: string): string | undefined {
    if (!file.startsWith("/proc/")) return undefined;
    const [, pid] = /^\/proc\/(\d+)\/stat$/.exec(file) ?? [];
    if (pid === undefined) return spoken.get(file);
    const other = machine.processOf(Number(pid));
    return other && `${pid} (node) S ${"0 ".repeat(18)}${other.began} 0`;
  }

  function mannerOf(flags: string | number): OpenManner {
    const bits = typeof flags === "number" ? flags : (flagWords[flags] ?? 0);
    const has = (bit: number) => (bits & bit) !== 0;
    return {
      reads: !has(constants.O_WRONLY),
      writes: has(constants.O_WRONLY) || has(constants.O_RDWR),
      creates: has(constants.O_CREAT),
      exclusive: has(constants.O_EXCL),
      truncates: has(constants.O_TRUNC),
      appends: has(constants.O_APPEND),
    };
  }

  function openSync(file: string, flags: string | number = "r", mode = 0o666): number {
    const manner = mannerOf(flags);
    if (manner.writes) process.step(`open ${file}`);
    else process.assertRunning();
    return process.opened(files.open(file, manner, mode));
  }

  function closeSync(fd: number): void {
    process.assertRunning();
    files.close(fd);
    process.closed(fd);
  }

  function readSync(
    fd: number,
    into: Buffer,
    offset = 0,
    bytes = into.length - offset,
    position: number | null = null,
  ): number {
    process.assertRunning();
    return files.read(fd, into.subarray(offset, offset + bytes), position);
  }

  /** The third word is the offset in bytes, but of a text its position in the file. */
  function writeSync(
    fd: number,
    data: string | Uint8Array,
    offset?: number | null,
    bytes?: number | string,
    position: number | null = null,
  ): number {
    const isText = typeof data === "string";
    const all = isText ? Buffer.from(data) : data;
    const first = isText ? 0 : (offset ?? 0);
    const length = typeof bytes === "number" ? bytes : all.length - first;
    const at = isText ? (offset ?? null) : position;
    process.step(`write ${length} at ${at ?? "the end"}`);
    return files.write(fd, all.subarray(first, first + length), at);
  }

  function writevSync(fd: number, chunks: readonly Buffer[], position: number | null = null) {
    const all = Buffer.concat(chunks);
    return writeSync(fd, all, 0, all.length, position);
  }

  function ftruncateSync(fd: number, size = 0): void {
    process.step(`truncate to ${size}`);
    files.truncate(fd, size);
  }

  function fsyncSync(fd: number): void {
    process.step("fsync");
    files.beginSync(fd)();
  }

  function renameSync(from: string, to: string): void {
    process.step(`rename ${from} ${to}`);
    files.rename(from, to);
  }

  function linkSync(from: string, to: string): void {
    process.step(`link ${from} ${to}`);
    files.link(from, to);
  }

  function unlinkSync(file: string): void {
    process.step(`unlink ${file}`);
    files.unlink(file);
  }

  function rmdirSync(folder: string): void {
    process.step(`rmdir ${folder}`);
    files.removeFolder(folder);
  }

  function rmSync(file: string, { recursive = false, force = false }: Options = {}): void {
    process.assertRunning();
    const node = files.find(file);
    if (node === undefined) {
      if (force) return;
      throw systemError("ENOENT", "rm", file);
    }
    if (node.kind === "file") {
      unlinkSync(file);
      return;
    }
    if (!recursive) throw systemError("EISDIR", "rm", file);
    for (const name of [...node.entries.keys()]) rmSync(path.join(file, name), { recursive });
    rmdirSync(file);
  }

  function mkdirSync(folder: string, given?: Given): void {
    const { recursive = false, mode = 0o777 } = optionsOf(given);
    if (recursive) {
      process.assertRunning();
      if (files.find(folder)?.kind === "folder") return;
      mkdirSync(path.dirname(folder), { recursive, mode });
    }
    process.step(`mkdir ${folder}`);
    files.makeFolder(folder, mode);
  }

  function readdirSync(folder: string): string[] {
    process.assertRunning();
    const node = files.find(folder);
    if (node === undefined) throw systemError("ENOENT", "scandir", folder);
    if (node.kind === "file") throw systemError("ENOTDIR", "scandir", folder);
    return [...node.entries.keys()].sort();
  }

  function existsSync(file: string): boolean {
    return process.isRunning && files.find(file) !== undefined;
  }

  function statSync(file: string, { throwIfNoEntry = true }: Options = {}) {
    process.assertRunning();
    const node = files.find(file);
    if (node !== undefined) return statsOf(node);
    if (!throwIfNoEntry) return undefined;
    throw systemError("ENOENT", "stat", file);
  }

  function fstatSync(fd: number) {
    process.assertRunning();
    return statsOf(files.nodeOf(fd));
  }

  function readFileSync(file: string, given?: Given): string | Buffer {
    process.assertRunning();
    const text = spokenAt(file);
    if (text !== undefined) return text;
    const content = files.contentOf(file);
    if (content === undefined) throw systemError("ENOENT", "open", file);
    const { encoding } = optionsOf(given);
    return encoding === undefined ? Buffer.from(content) : content.toString("utf8");
  }

  function writeFileSync(file: string | number, data: string | Uint8Array, given?: Given): void {
    const { flag = "w", mode } = optionsOf(given);
    const fd = typeof file === "number" ? file : openSync(file, flag, mode);
    if (data.length > 0) writeSync(fd, typeof data === "string" ? Buffer.from(data) : data);
    if (typeof file !== "number") closeSync(fd);
  }

  function chmodSync(file: string, mode: number): void {
    process.step(`chmod ${file}`);
    const node = files.find(file);
    if (node === undefined) throw systemError("ENOENT", "chmod", file);
    node.mode = mode;
  }

  function accessSync(file: string): void {
    if (!existsSync(file)) throw systemError("ENOENT", "access", file);
  }

  function readlinkSync(file: string): string {
    process.assertRunning();
    const text = spokenAt(file);
    if (text === undefined) throw systemError("ENOENT", "readlink", file);
    return text;
  }

  const realpathSync = (file: string): string => {
    accessSync(file);
    return file;
  };
  const statfsSync = () => ({ bavail: 2 ** 20, bsize: 4_096, blocks: 2 ** 21 });

  /** The disk answers after a moment, and seldom much later. */
  const latencyMs = () => machine.chance.skewed(0.02, 40);

  function later(work: () => unknown, done: (error: unknown, result?: unknown) => void): void {
    machine.schedule.after(latencyMs(), () => {
      if (!process.isRunning) return;
      let result: unknown;
      try {
        result = work();
      } catch (thrown) {
        if (process.isRunning) done(thrown);
        return;
      }
      done(null, result);
    });
  }

  /** A sync takes its time, and covers what was there when it began. */
  function syncLater(fd: number, done: (error: unknown) => void): void {
    process.step("fsync begins");
    const end = files.beginSync(fd);
    machine.schedule.after(machine.chance.skewed(0.5, 3_000), () => {
      if (!process.isRunning) return;
      end();
      done(null);
    });
  }

  /** The form with a callback as the last word. */
  const withCallback =
    (work: Work) =>
    (...words: unknown[]) => {
      const done = words.pop();
      if (typeof done !== "function") throw new TypeError("a callback is missing");
      later(
        () => Reflect.apply(work, undefined, words),
        (error, result) => Reflect.apply(done, undefined, [error, result]),
      );
    };

  const withPromise =
    (work: Work) =>
    (...words: unknown[]) =>
      new Promise<unknown>((resolve, reject) => {
        process.assertRunning();
        later(
          () => Reflect.apply(work, undefined, words),
          (error, result) => (error ? reject(error) : resolve(result)),
        );
      });

  const open = async (file: string, flags?: string | number, mode?: number) => {
    const fd = Number(await withPromise(openSync)(file, flags, mode));
    return {
      fd,
      close: () => withPromise(closeSync)(fd),
      stat: () => withPromise(fstatSync)(fd),
      sync: () => new Promise<unknown>((resolve) => syncLater(fd, resolve)),
      writeFile: (data: string | Uint8Array) => withPromise(writeFileSync)(fd, data),
      read: async (into: Buffer, offset?: number, bytes?: number, position?: number | null) => ({
        bytesRead: await withPromise(readSync)(fd, into, offset, bytes, position),
        buffer: into,
      }),
    };
  };

  function createReadStream(file: string, options: Options = {}): Readable {
    const { start = 0, end = Number.POSITIVE_INFINITY, highWaterMark = 65_536 } = options;
    async function* chunks() {
      const fd = Number(await withPromise(openSync)(file, "r"));
      try {
        for (let at = start; at <= end; ) {
          const chunk = Buffer.alloc(Math.min(highWaterMark, end - at + 1));
          const bytes = Number(await withPromise(readSync)(fd, chunk, 0, chunk.length, at));
          if (bytes === 0) return;
          yield chunk.subarray(0, bytes);
          at += bytes;
        }
      } finally {
        if (process.isRunning) closeSync(fd);
      }
    }
    return Readable.from(chunks(), { objectMode: false });
  }

  const forms = {
    access: accessSync,
    chmod: chmodSync,
    lstat: statSync,
    mkdir: mkdirSync,
    readFile: readFileSync,
    readdir: readdirSync,
    realpath: realpathSync,
    rename: renameSync,
    rm: rmSync,
    rmdir: rmdirSync,
    stat: statSync,
    statfs: statfsSync,
    unlink: unlinkSync,
    writeFile: writeFileSync,
  };

  const promises = { ...mapped(forms, withPromise), constants, open };
  const fs = {
    ...mapped(forms, withCallback),
    chown: withCallback(() => undefined),
    chmodSync,
    chownSync: () => undefined,
    close: withCallback(closeSync),
    closeSync,
    constants,
    createReadStream,
    createWriteStream: () => undefined,
    existsSync,
    fdatasync: syncLater,
    fdatasyncSync: fsyncSync,
    fstatSync,
    fsync: syncLater,
    fsyncSync,
    ftruncate: withCallback(ftruncateSync),
    linkSync,
    lstatSync: statSync,
    mkdirSync,
    open: withCallback(openSync),
    openSync,
    promises,
    read: withCallback(readSync),
    readFileSync,
    readSync,
    readdirSync,
    readlinkSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    unlinkSync,
    write: withCallback(writeSync),
    writeFileSync,
    writeSync,
    writev: withCallback(writevSync),
    writevSync,
  };
  return { fs, promises };
}

function mapped<Form>(forms: Record<string, Work>, form: (work: Work) => Form) {
  return Object.fromEntries(Object.entries(forms).map(([name, work]) => [name, form(work)]));
}

function optionsOf(given: Given): Options {
  if (typeof given === "string") return { encoding: given };
  return typeof given === "number" ? { mode: given } : (given ?? {});
}

function statsOf(node: TreeNode) {
  const isFile = node.kind === "file";
  return {
    ino: node.id,
    size: isFile ? node.size : 0,
    mode: node.mode | (isFile ? 0o100_000 : 0o40_000),
    mtimeMs: node.mtimeMs,
    mtime: new Date(node.mtimeMs),
    uid: 1_000,
    gid: 1_000,
    isFile: () => isFile,
    isDirectory: () => !isFile,
    isSymbolicLink: () => false,
  };
}
