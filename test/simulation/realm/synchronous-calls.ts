import path from "node:path";
import { systemError, type TreeNode } from "../world/file-tree.ts";
import type { SimulatedProcess } from "../world/machine.ts";
import { mannerOf } from "./open-manner.ts";
import { systemFiles } from "./system-files.ts";

interface Options {
  encoding?: string;
  flag?: string;
  mode?: number;
  recursive?: boolean;
  force?: boolean;
  throwIfNoEntry?: boolean;
}

type Given = Options | string | number | undefined;

/** The synchronous functions of node:fs for one process, on the machine's disk. */
export function createSynchronousCalls(process: SimulatedProcess) {
  const { machine } = process;
  const { files } = machine;
  const spokenAt = systemFiles(machine);

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

  /** For bytes the third argument is an offset in them; for a text it is the position in the file. */
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

  return {
    accessSync,
    chmodSync,
    closeSync,
    existsSync,
    fstatSync,
    fsyncSync,
    ftruncateSync,
    linkSync,
    mkdirSync,
    openSync,
    readFileSync,
    readSync,
    readdirSync,
    readlinkSync,
    realpathSync,
    renameSync,
    rmSync,
    rmdirSync,
    statSync,
    statfsSync,
    unlinkSync,
    writeFileSync,
    writeSync,
    writevSync,
  };
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
