import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import { sanitize } from "../../domain/sanitize.ts";
import { writeAtomicallyNow } from "../../files/disk.ts";
import { makeFolderNow } from "../../files/make-folder.ts";
import { isRunning, ownProcess, processShape } from "../../files/process-identity.ts";
import type { TransferRequest } from "../engine.ts";
import { isOver, type TransferRecord } from "./record.ts";

const waitingShape = v.object({
  file: v.object({
    fileId: v.string(),
    fileSetId: v.string(),
    fileSetName: v.optional(v.pipe(v.string(), v.transform(sanitize))),
    packageName: v.optional(v.pipe(v.string(), v.transform(sanitize))),
    name: v.pipe(v.string(), v.transform(sanitize)),
    bytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    md5: v.optional(v.string()),
  }),
  directory: v.string(),
  overwrite: v.optional(v.boolean()),
  /** Its final name, once that is settled. */
  path: v.optional(v.string()),
  /** Of a cancelled one whose partial file is still kept: when, in milliseconds since 1970. */
  cancelledAtMs: v.optional(v.pipe(v.number(), v.finite())),
});

const queueShape = v.object({
  version: v.literal(1),
  process: processShape,
  waiting: v.array(waitingShape),
});

type Queue = v.InferOutput<typeof queueShape>;

/** A transfer that a later process may continue or must clean up. It holds no address and no token. */
interface UnfinishedTransfer extends TransferRequest {
  path?: string;
  cancelledAtMs?: number;
}

/** The unfinished transfers of one process, in a file of its own, which a later process takes over. */
export interface QueueFile {
  /** Transfers of processes that have ended; they now belong to this process. */
  recovered: readonly UnfinishedTransfer[];
  /** Replaces the saved transfers; an empty list removes the file. */
  save(waiting: readonly UnfinishedTransfer[]): void;
}

/** A complete queue, one being written, or one being taken over; the first part names the process. */
const namePattern = /^(transfers-[\w-]+\.json)(\.new|\.transfers-[\w.-]+)?$/;

/** A file still unreadable after this long was truncated by a crash, not half-written. */
const unwrittenMs = 60_000;

/**
 * Opens the queue in `directory`, which it creates if necessary. A damaged file of another process counts as
 * empty. If this process is killed during the takeover, the next one takes over everything.
 */
export function openQueueFile(directory: string): QueueFile {
  const own = path.join(directory, `transfers-${randomUUID()}.json`);
  makeFolderNow(directory, { mode: 0o700 });
  const names = fs.readdirSync(directory).filter((name) => namePattern.test(name));
  // The file must name this process before anything is taken over.
  if (names.length > 0) write(own, []);
  const left = names.flatMap((name) => adopt(directory, name, own) ?? []);
  const recovered = uniqueRequests(left.flatMap(({ waiting }) => waiting));
  let saved = names.length > 0 ? toText([]) : "";
  const queue: QueueFile = {
    recovered,
    save(waiting) {
      const text = waiting.length === 0 ? "" : toText(waiting);
      if (text === saved) return;
      if (text === "") fs.rmSync(own, { force: true });
      else write(own, waiting);
      saved = text;
    },
  };
  queue.save(recovered);
  for (const { file } of left) fs.rmSync(file, { force: true });
  return queue;
}

function write(own: string, waiting: readonly UnfinishedTransfer[]): void {
  writeAtomicallyNow(own, toText(waiting), { isDurable: true });
}

function uniqueRequests(waiting: readonly UnfinishedTransfer[]): UnfinishedTransfer[] {
  return [...new Map(waiting.map((one) => [`${one.directory}\0${one.file.fileId}`, one])).values()];
}

function toText(waiting: readonly UnfinishedTransfer[]): string {
  return `${JSON.stringify({ version: 1, process: ownProcess(), waiting })}\n`;
}

/** Takes over the file of a process that has ended; only one of several processes succeeds. */
function adopt(
  directory: string,
  name: string,
  own: string,
): { file: string; waiting: UnfinishedTransfer[] } | undefined {
  const file = path.join(directory, name);
  try {
    const queue = read(file);
    if (isStillUsed(directory, name, queue)) return undefined;
    const taken = `${own}.${name.replace(/.*\.transfers-/, "transfers-")}`;
    fs.renameSync(file, taken);
    return { file: taken, waiting: queue?.waiting ?? [] };
  } catch {
    return undefined;
  }
}

function isStillUsed(directory: string, name: string, queue: Queue | undefined): boolean {
  const [, base = name, suffix] = namePattern.exec(name) ?? [];
  if (suffix === ".new" && queue === undefined) {
    // A file dated in the future was written before the clock was set back.
    const ageMs = Date.now() - fs.statSync(path.join(directory, name)).mtimeMs;
    return Math.abs(ageMs) < unwrittenMs;
  }
  const ofWhom =
    suffix === undefined || suffix === ".new" ? queue : read(path.join(directory, base));
  return ofWhom !== undefined && isRunning(ofWhom.process) !== false;
}

function read(file: string): Queue | undefined {
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  return readJson(queueShape, text);
}

/** Keeps the transfers that have not ended, that may succeed later, or that left a partial file. */
export interface QueuePersistence {
  /** Transfers of earlier processes. */
  recovered: readonly UnfinishedTransfer[];
  saveNow(): void;
  /** Saves shortly, together with later changes. */
  saveSoon(): void;
}

const soonMs = 300;

function isForLater({ phase }: TransferRecord): boolean {
  if (phase.state === "cancelled") return phase.cancelledAtMs !== undefined;
  return phase.state === "failed" ? phase.error.mayPass : !isOver(phase.state);
}

function toUnfinished({ path, phase, request }: TransferRecord): UnfinishedTransfer {
  const cancelledAtMs = phase.state === "cancelled" ? phase.cancelledAtMs : undefined;
  return { ...request, path, cancelledAtMs };
}

/**
 * Saves `records` to the queue file in `stateDirectory`, or nowhere if that is undefined. If writing fails,
 * the transfers continue and the next start recovers fewer of them.
 */
export function createQueuePersistence(
  stateDirectory: string | undefined,
  records: ReadonlyMap<string, TransferRecord>,
): QueuePersistence {
  const queue = stateDirectory === undefined ? undefined : open(stateDirectory);
  if (queue === undefined) {
    return { recovered: [], saveNow: () => undefined, saveSoon: () => undefined };
  }
  let timer: NodeJS.Timeout | undefined;

  const saveNow = () => {
    clearTimeout(timer);
    timer = undefined;
    const unfinished = [...records.values()].filter(isForLater);
    try {
      queue.save(unfinished.map(toUnfinished));
    } catch {}
  };

  return {
    recovered: queue.recovered,
    saveNow,
    saveSoon() {
      timer ??= setTimeout(saveNow, soonMs).unref();
    },
  };
}

function open(directory: string): QueueFile | undefined {
  try {
    return openQueueFile(directory);
  } catch {
    return undefined;
  }
}
