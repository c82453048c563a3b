import path from "node:path";
import { DiskModel, type Tree as DiskTree } from "../../crash/disk-model.ts";
import type { Operation } from "../../crash/recording.ts";

interface FileNode {
  kind: "file";
  id: number;
  bytes: Buffer;
  size: number;
  mode: number;
  mtimeMs: number;
}

interface FolderNode {
  kind: "folder";
  id: number;
  entries: Map<string, FileNode | FolderNode>;
  mode: number;
  mtimeMs: number;
}

export type TreeNode = FileNode | FolderNode;

interface Opened {
  node: TreeNode;
  at: number;
  appends: boolean;
}

export interface OpenManner {
  reads: boolean;
  writes: boolean;
  creates: boolean;
  exclusive: boolean;
  truncates: boolean;
  appends: boolean;
}

const words: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EEXIST: "file already exists",
  ENOTDIR: "not a directory",
  EISDIR: "illegal operation on a directory",
  ENOTEMPTY: "directory not empty",
  EBADF: "bad file descriptor",
  ENOSPC: "no space left on device",
  EIO: "i/o error",
};

export function systemError(code: string, call: string, file: string): Error {
  const message = `${code}: ${words[code] ?? "failed"}, ${call} '${file}'`;
  return Object.assign(new Error(message), { code, syscall: call, path: file });
}

/** The files of the machine, together with a model of what a power loss would leave. */
export class FileTree {
  readonly #nowMs: () => number;
  #root: FolderNode;
  #model: DiskModel | undefined;
  readonly #opened = new Map<number, Opened>();
  #lastFd = 100;
  #lastId = 0;
  #lastSync = 0;
  /** Called with the name of a file after it was created, renamed or linked. */
  onNamed: (file: string) => void = () => undefined;

  /** `losesPower`: also tracks the durable state, which takes time. */
  constructor(nowMs: () => number, losesPower: boolean) {
    this.#nowMs = nowMs;
    this.#root = this.#newFolder(0o755);
    if (losesPower) this.#model = new DiskModel("/");
  }

  open(file: string, manner: OpenManner, mode: number): number {
    const { folder, name } = this.#placeOf(file, "open");
    let node = folder.entries.get(name);
    if (file === "/") node = this.#root;
    if (node !== undefined && manner.exclusive && manner.creates)
      throw systemError("EEXIST", "open", file);
    if (node?.kind === "folder" && manner.writes) throw systemError("EISDIR", "open", file);
    if (node === undefined) {
      if (!manner.creates) throw systemError("ENOENT", "open", file);
      node = this.#newFile(mode);
      folder.entries.set(name, node);
      folder.mtimeMs = this.#nowMs();
    }
    this.#lastFd += 1;
    const fd = this.#lastFd;
    this.#opened.set(fd, { node, at: 0, appends: manner.appends });
    if (manner.truncates && node.kind === "file") this.#resize(node, 0);
    const { creates, truncates, appends } = manner;
    this.#tell({ op: "open", fd, path: file, creates, truncates, appends });
    return fd;
  }

  close(fd: number): void {
    this.#openedAt(fd, "close");
    this.#opened.delete(fd);
    this.#tell({ op: "close", fd });
  }

  read(fd: number, into: Uint8Array, position: number | null): number {
    const opened = this.#openedAt(fd, "read");
    const node = fileOf(opened.node, "read");
    const first = position ?? opened.at;
    const end = Math.min(node.size, first + into.length);
    if (end <= first) return 0;
    into.set(node.bytes.subarray(first, end));
    if (position === null) opened.at = end;
    return end - first;
  }

  write(fd: number, bytes: Uint8Array, position: number | null): number {
    const opened = this.#openedAt(fd, "write");
    const node = fileOf(opened.node, "write");
    const first = opened.appends ? node.size : (position ?? opened.at);
    const end = first + bytes.length;
    if (end > node.bytes.length) {
      const larger = Buffer.alloc(Math.max(end, 2 * node.bytes.length));
      node.bytes.copy(larger, 0, 0, node.size);
      node.bytes = larger;
    }
    node.bytes.set(bytes, first);
    node.size = Math.max(node.size, end);
    node.mtimeMs = this.#nowMs();
    if (position === null) opened.at = end;
    if (this.#model !== undefined) {
      const data = Buffer.from(bytes);
      this.#tell({ op: "write", fd, at: first, bytes: data.length, data });
    }
    return bytes.length;
  }

  truncate(fd: number, size: number): void {
    const { node } = this.#openedAt(fd, "ftruncate");
    this.#resize(fileOf(node, "ftruncate"), size);
    this.#tell({ op: "truncate", fd, size });
  }

  /** Returns the function that ends the sync; then only bytes that existed at its beginning are durable. */
  beginSync(fd: number): () => void {
    this.#openedAt(fd, "fsync");
    this.#lastSync += 1;
    const id = String(this.#lastSync);
    this.#tell({ op: "sync", fd, id });
    return () => this.#tell({ op: "synced", id });
  }

  rename(from: string, to: string): void {
    const source = this.#placeOf(from, "rename");
    const target = this.#placeOf(to, "rename");
    const node = source.folder.entries.get(source.name);
    if (node === undefined) throw systemError("ENOENT", "rename", from);
    const standing = target.folder.entries.get(target.name);
    if (standing?.kind === "folder" && standing !== node) throw systemError("EISDIR", "rename", to);
    source.folder.entries.delete(source.name);
    target.folder.entries.set(target.name, node);
    for (const { folder } of [source, target]) folder.mtimeMs = this.#nowMs();
    this.#tell({ op: "rename", path: from, to });
    this.onNamed(to);
  }

  link(from: string, to: string): void {
    const node = this.find(from);
    if (node === undefined) throw systemError("ENOENT", "link", from);
    const { folder, name } = this.#placeOf(to, "link");
    if (folder.entries.has(name)) throw systemError("EEXIST", "link", to);
    folder.entries.set(name, node);
    this.#tell({ op: "link", path: from, to });
    this.onNamed(to);
  }

  unlink(file: string): void {
    const { folder, name } = this.#placeOf(file, "unlink");
    const node = folder.entries.get(name);
    if (node === undefined) throw systemError("ENOENT", "unlink", file);
    if (node.kind === "folder") throw systemError("EISDIR", "unlink", file);
    folder.entries.delete(name);
    folder.mtimeMs = this.#nowMs();
    this.#tell({ op: "unlink", path: file });
  }

  removeFolder(file: string): void {
    const { folder, name } = this.#placeOf(file, "rmdir");
    const node = folder.entries.get(name);
    if (node === undefined) throw systemError("ENOENT", "rmdir", file);
    if (node.kind === "file") throw systemError("ENOTDIR", "rmdir", file);
    if (node.entries.size > 0) throw systemError("ENOTEMPTY", "rmdir", file);
    folder.entries.delete(name);
    this.#tell({ op: "remove", path: file });
  }

  makeFolder(file: string, mode: number): void {
    const { folder, name } = this.#placeOf(file, "mkdir");
    if (file === "/" || folder.entries.has(name)) throw systemError("EEXIST", "mkdir", file);
    folder.entries.set(name, this.#newFolder(mode));
    this.#tell({ op: "mkdir", path: file });
  }

  /** The node at `file`; undefined if it does not exist. */
  find(file: string): TreeNode | undefined {
    let node: TreeNode | undefined = this.#root;
    for (const part of file.split("/")) {
      if (part === "") continue;
      if (node?.kind !== "folder") return undefined;
      node = node.entries.get(part);
    }
    return node;
  }

  nodeOf(fd: number): TreeNode {
    return this.#openedAt(fd, "fstat").node;
  }

  /** The bytes of the file at `file`, not copied; undefined if it does not exist. */
  contentOf(file: string): Buffer | undefined {
    const node = this.find(file);
    return node?.kind === "file" ? node.bytes.subarray(0, node.size) : undefined;
  }

  /** The paths of all files below `folder`. */
  *filesBelow(folder: string): Generator<string> {
    const node = this.find(folder);
    if (node?.kind !== "folder") return;
    for (const [name, child] of node.entries) {
      const file = path.join(folder, name);
      if (child.kind === "file") yield file;
      else yield* this.filesBelow(file);
    }
  }

  /** Reverts to a disk that the power loss may have left; the same seed gives the same disk. */
  losePower(seed: number): void {
    const left = this.#model?.afterPowerLoss(seed);
    if (left === undefined) throw new Error("this machine keeps no record of its medium");
    this.#opened.clear();
    this.#root = this.#newFolder(0o755);
    this.#model = new DiskModel("/");
    this.#fill(left);
    this.settle();
  }

  /** Makes the current files durable. */
  settle(): void {
    this.#tell({ op: "ended", restart: true });
  }

  #fill({ files, folders }: DiskTree): void {
    for (const folder of [...folders].sort()) this.makeFolder(folder, 0o755);
    const manner = { reads: true, writes: true, creates: true, exclusive: false };
    for (const [file, content] of files) {
      const fd = this.open(file, { ...manner, truncates: false, appends: false }, 0o600);
      this.write(fd, content(), null);
      this.close(fd);
    }
  }

  #tell(operation: Operation): void {
    this.#model?.apply(operation);
  }

  #newFile(mode: number): FileNode {
    this.#lastId += 1;
    const bytes = Buffer.alloc(0);
    return { kind: "file", id: this.#lastId, bytes, size: 0, mode, mtimeMs: this.#nowMs() };
  }

  #newFolder(mode: number): FolderNode {
    this.#lastId += 1;
    const entries = new Map<string, TreeNode>();
    return { kind: "folder", id: this.#lastId, entries, mode, mtimeMs: this.#nowMs() };
  }

  #resize(node: FileNode, size: number): void {
    if (size < node.size) node.bytes.fill(0, size, node.size);
    if (size > node.bytes.length) node.bytes = Buffer.concat([node.bytes], size);
    node.size = size;
    node.mtimeMs = this.#nowMs();
  }

  #placeOf(file: string, call: string): { folder: FolderNode; name: string } {
    const folder = this.find(path.dirname(file));
    if (folder === undefined) throw systemError("ENOENT", call, file);
    if (folder.kind === "file") throw systemError("ENOTDIR", call, file);
    return { folder, name: path.basename(file) };
  }

  #openedAt(fd: number, call: string): Opened {
    const opened = this.#opened.get(fd);
    if (opened === undefined) throw systemError("EBADF", call, String(fd));
    return opened;
  }
}

function fileOf(node: TreeNode, call: string): FileNode {
  if (node.kind === "folder") throw systemError("EISDIR", call, "");
  return node;
}
