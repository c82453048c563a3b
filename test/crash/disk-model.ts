import path from "node:path";
import { mix, type Random, randomFrom } from "../../source/sandbox/model/random.ts";
import { type ByteSpan, createRanges } from "../../source/transfer/part-file/ranges.ts";
import type { Operation } from "./recording.ts";

type Names = Map<number, Map<string, number>>;

/** A change to a file's bytes that no sync has covered yet. */
type Change =
  | { kind: "write"; at: number; data: Buffer }
  | { kind: "truncate"; size: number }
  /** The size of a write without its bytes: existing bytes stay, and zeros follow. */
  | { kind: "extend"; size: number };

interface FileNode {
  kind: "file";
  size: number;
  durable: Buffer;
  pending: Change[];
  /** Its current bytes by arrival time, on the clock that is stopped during syncs. */
  arrivals: { span: ByteSpan; atMs: number }[];
}

type Node = FileNode | { kind: "folder" };

/** A change of names that no sync of its folders has covered yet; it happens completely or not at all. */
interface Renaming {
  folders: number[];
  sets: { folder: number; name: string; node: number | undefined }[];
}

/** Files by path, and the paths of folders. */
export interface Tree {
  files: Map<string, () => Buffer>;
  folders: Set<string>;
}

const rootNode = 0;
const sectorBytes = 512;

/**
 * A file system with the promises of POSIX, as ext4 and XFS may interpret them. A sync of a file makes its
 * bytes and its size durable, but not its name; a sync of a folder makes its names durable. After a power
 * loss any part of the unsynced changes may be on disk: each write completely, in some sectors, as zeros, or
 * not at all; the changes of names up to a certain one, or any of them.
 */
export class DiskModel {
  readonly #root: string;
  readonly #nodes: Node[] = [{ kind: "folder" }];
  #names: Names = new Map([[rootNode, new Map()]]);
  #durableNames: Names = new Map([[rootNode, new Map()]]);
  #renamings: Renaming[] = [];
  readonly #open = new Map<number, { node: number; at: number; appends: boolean }>();
  /** The number of changes and renamings that each running sync covers. */
  readonly #syncing = new Map<string, { node: number; changes: Change[]; renamings: Renaming[] }>();
  #atMs = 0;
  /** Milliseconds during which no sync ran. */
  calmMs = 0;

  constructor(root: string) {
    this.#root = root;
  }

  apply(operation: Operation): void {
    if (operation.op === "open") this.#openFile(operation);
    if (operation.op === "close") this.#open.delete(operation.fd);
    if (operation.op === "write") this.#write(operation);
    if (operation.op === "truncate")
      this.#truncate(this.#opened(operation.fd).node, operation.size);
    if (operation.op === "sync") this.#beginSync(operation);
    if (operation.op === "synced") this.#endSync(operation.id);
    if (operation.op === "rename" || operation.op === "link") this.#rename(operation);
    if (operation.op === "unlink" || operation.op === "remove") this.#remove(operation.path);
    if (operation.op === "mkdir") this.#make(operation.path, { kind: "folder" });
    if (operation.op !== "ended") return;
    this.#open.clear();
    this.#syncing.clear();
    if (operation.restart) this.#settle();
  }

  /** The disk as a process on this machine sees it. */
  now(): Tree {
    return this.#treeOf(this.#names, (node) => contentOf(node, node.pending));
  }

  /** The current content of `file`. */
  contentNow(file: string): Buffer | undefined {
    const node = this.#fileAt(file);
    return node && contentOf(node, node.pending);
  }

  /**
   * Spans of the file at `file` that a sync must have covered by now: another write to the file came at
   * least `everyMs` after them and at least `lastsMs` ago.
   */
  due(file: string, everyMs: number, lastsMs: number): readonly ByteSpan[] {
    const arrivals = this.#fileAt(file)?.arrivals ?? [];
    const writes = arrivals.map(({ atMs }) => atMs).filter((at) => at <= this.calmMs - lastsMs);
    const newestMs = Math.max(...writes);
    const due = createRanges();
    for (const { span, atMs } of arrivals) if (atMs <= newestMs - everyMs) due.add(span);
    return due.spans();
  }

  /** From now on, only these bytes count as arrived. */
  cameBefore(file: string, spans: readonly ByteSpan[]): void {
    const node = this.#fileAt(file);
    if (node) node.arrivals = spans.map((span) => ({ span, atMs: Number.NEGATIVE_INFINITY }));
  }

  /** One of the disks that a power loss may leave now; the same seed gives the same disk. */
  afterPowerLoss(seed: number): Tree {
    const random = randomFrom(seed);
    const names = this.#namesLeft(random);
    const manner = random.below(5);
    return this.#treeOf(names, (node, id) => {
      if (manner === 0) return contentOf(node, []);
      if (manner === 1) return contentOf(node, node.pending);
      if (manner === 2) return contentOf(node, node.pending.map(withoutBytes));
      const own = randomFrom(mix(seed, id));
      return contentOf(
        node,
        node.pending.flatMap((change) => leftOf(change, own)),
      );
    });
  }

  #namesLeft(random: Random): Names {
    const names: Names = new Map();
    for (const [folder, entries] of this.#durableNames) names.set(folder, new Map(entries));
    const manner = random.below(4);
    const inOrder = random.below(this.#renamings.length + 1);
    this.#renamings.forEach((renaming, index) => {
      if (manner === 0 || (manner === 1 && random.below(2) === 0)) return;
      if (manner === 2 && index >= inOrder) return;
      applyTo(names, renaming);
    });
    return names;
  }

  #openFile({ fd, path: file, creates, truncates, appends }: Operation & { op: "open" }): void {
    if (creates && this.#find(file) === undefined) this.#make(file, emptyFile());
    const node = this.#find(file);
    if (node === undefined)
      throw new Error(`${file} was opened, and nothing told that it is there`);
    this.#open.set(fd, { node, at: 0, appends });
    if (truncates) this.#truncate(node, 0);
  }

  #write({ fd, at, data = Buffer.alloc(0), atMs = this.#atMs }: Operation & { op: "write" }): void {
    if (this.#syncing.size === 0) this.calmMs += Math.max(0, atMs - this.#atMs);
    this.#atMs = Math.max(this.#atMs, atMs);
    const opened = this.#opened(fd);
    const node = this.#file(opened.node);
    const first = opened.appends ? node.size : (at ?? opened.at);
    const end = first + data.length;
    if (at === undefined) opened.at = end;
    node.size = Math.max(node.size, end);
    node.pending.push({ kind: "write", at: first, data });
    node.arrivals.push({ span: { first, end }, atMs: this.calmMs });
  }

  #truncate(id: number, size: number): void {
    const node = this.#file(id);
    if (node.size === size) return;
    node.size = size;
    node.pending.push({ kind: "truncate", size });
    if (size === 0) node.arrivals = [];
  }

  #beginSync({ fd, id }: Operation & { op: "sync" }): void {
    const { node } = this.#opened(fd);
    const found = this.#nodes[node];
    const changes = found?.kind === "file" ? [...found.pending] : [];
    const renamings = this.#renamings.filter(({ folders }) => folders.includes(node));
    this.#syncing.set(id, { node, changes, renamings });
  }

  #endSync(id: string): void {
    const covered = this.#syncing.get(id);
    this.#syncing.delete(id);
    if (covered === undefined) return;
    const node = this.#nodes[covered.node];
    if (node?.kind === "file") {
      const changes = covered.changes.filter((change) => node.pending.includes(change));
      node.durable = contentOf(node, changes);
      node.pending = node.pending.filter((change) => !changes.includes(change));
    }
    for (const renaming of covered.renamings) {
      if (!this.#renamings.includes(renaming)) continue;
      applyTo(this.#durableNames, renaming);
      this.#renamings = this.#renamings.filter((other) => other !== renaming);
    }
  }

  #settle(): void {
    for (const renaming of this.#renamings) applyTo(this.#durableNames, renaming);
    this.#renamings = [];
    for (const node of this.#nodes) {
      if (node.kind !== "file") continue;
      node.durable = contentOf(node, node.pending);
      node.pending = [];
    }
  }

  #rename({ op, path: from, to }: Operation & { op: "rename" | "link" }): void {
    const node = this.#find(from);
    if (node === undefined)
      throw new Error(`${from} was renamed, and nothing told that it is there`);
    const source = this.#placeOf(from);
    const target = this.#placeOf(to);
    const gone = op === "rename" ? [{ ...source, node: undefined }] : [];
    this.#change([...gone, { ...target, node }]);
  }

  #remove(file: string): void {
    const id = this.#find(file);
    if (id === undefined) return;
    for (const name of this.#names.get(id)?.keys() ?? []) this.#remove(path.join(file, name));
    this.#change([{ ...this.#placeOf(file), node: undefined }]);
  }

  #make(file: string, node: Node): void {
    if (this.#find(file) !== undefined) return;
    const id = this.#nodes.push(node) - 1;
    if (node.kind === "folder") {
      this.#names.set(id, new Map());
      this.#durableNames.set(id, new Map());
    }
    this.#change([{ ...this.#placeOf(file), node: id }]);
  }

  #change(sets: Renaming["sets"]): void {
    const renaming = { folders: [...new Set(sets.map(({ folder }) => folder))], sets };
    applyTo(this.#names, renaming);
    this.#renamings.push(renaming);
  }

  #placeOf(file: string): { folder: number; name: string } {
    const folder = this.#find(path.dirname(file));
    if (folder === undefined) throw new Error(`nothing told of the folder of ${file}`);
    return { folder, name: path.basename(file) };
  }

  #find(file: string): number | undefined {
    let node: number | undefined = rootNode;
    for (const part of path.relative(this.#root, file).split(path.sep)) {
      if (part === "") continue;
      node = node === undefined ? undefined : this.#names.get(node)?.get(part);
    }
    return node;
  }

  #fileAt(file: string): FileNode | undefined {
    const id = this.#find(file);
    const node = id === undefined ? undefined : this.#nodes[id];
    return node?.kind === "file" ? node : undefined;
  }

  #file(id: number): FileNode {
    const node = this.#nodes[id];
    if (node?.kind !== "file") throw new Error("a folder was written to");
    return node;
  }

  #opened(fd: number) {
    const opened = this.#open.get(fd);
    if (opened === undefined) throw new Error(`nothing told that file ${fd} is open`);
    return opened;
  }

  #treeOf(names: Names, content: (node: FileNode, id: number) => Buffer): Tree {
    const tree: Tree = { files: new Map(), folders: new Set() };
    const walk = (id: number, at: string) => {
      for (const [name, child] of names.get(id) ?? []) {
        const file = path.join(at, name);
        const node = this.#nodes[child];
        if (node?.kind === "folder") {
          tree.folders.add(file);
          walk(child, file);
        } else if (node !== undefined) tree.files.set(file, () => content(node, child));
      }
    };
    walk(rootNode, this.#root);
    return tree;
  }
}

function emptyFile(): FileNode {
  return { kind: "file", size: 0, durable: Buffer.alloc(0), pending: [], arrivals: [] };
}

function applyTo(names: Names, { sets }: Renaming): void {
  for (const { folder, name, node } of sets) {
    if (node === undefined) names.get(folder)?.delete(name);
    else names.get(folder)?.set(name, node);
  }
}

function contentOf({ durable }: FileNode, changes: readonly Change[]): Buffer {
  if (changes.length === 0) return durable;
  let most = durable.length;
  for (const change of changes) most = Math.max(most, endOf(change));
  const content = Buffer.alloc(most);
  durable.copy(content);
  let end = durable.length;
  for (const change of changes) {
    if (change.kind === "write") change.data.copy(content, change.at);
    if (change.kind === "truncate") content.fill(0, change.size);
    end = change.kind === "truncate" ? change.size : Math.max(end, endOf(change));
  }
  return content.subarray(0, end);
}

function endOf(change: Change): number {
  return change.kind === "write" ? change.at + change.data.length : change.size;
}

function withoutBytes(change: Change): Change {
  return change.kind === "write" ? { kind: "extend", size: endOf(change) } : change;
}

/** The remainder of a change: all of it, nothing, its first or its last sectors. */
function leftOf(change: Change, random: Random): Change[] {
  const fate = random.below(4);
  if (fate === 0) return [];
  if (fate === 1 || change.kind !== "write") return [change];
  const { kind, at, data } = change;
  const border = random.below(Math.ceil(data.length / sectorBytes) + 1) * sectorBytes;
  const cut = Math.min(data.length, Math.max(0, border - (at % sectorBytes)));
  if (fate === 2) return [{ kind, at, data: data.subarray(0, cut) }];
  return [{ kind, at: at + cut, data: data.subarray(cut) }];
}
