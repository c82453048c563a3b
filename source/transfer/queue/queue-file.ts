import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { writeDurablyNow } from "../../files/atomic-write.ts";
import { makeFolderNow } from "../../files/make-folder.ts";
import { isRunning, ownProcess, processShape } from "../../files/process-identity.ts";
import type { TransferRequest } from "../engine.ts";
import { type Entry, isEnded } from "./record.ts";

const waitingShape = v.object({
  file: v.object({
    fileId: v.string(),
    fileSetId: v.string(),
    name: v.string(),
    bytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    md5: v.optional(v.string()),
  }),
  directory: v.string(),
  overwrite: v.optional(v.boolean()),
  /** Where it goes, once that was settled. */
  path: v.optional(v.string()),
});

const queueShape = v.object({
  version: v.literal(1),
  process: processShape,
  waiting: v.array(waitingShape),
});

type Queue = v.InferOutput<typeof queueShape>;

/** A transfer that a later process is to go on with. No address and no token is in it. */
export interface Waiting extends TransferRequest {
  path?: string;
}

/** What a process has still to fetch, in a file of its own, so that a later one can go on. */
export interface QueueFile {
  /** What processes that have ended left; it is this process's from now on. */
  adopted: readonly Waiting[];
  /** Keeps what waits, in place of what was kept before; nothing leaves no file. */
  keep(waiting: readonly Waiting[]): void;
}

/** A queue; one that is just being written; one that a process takes over. The first part names who wrote or takes it. */
const namePattern = /^(transfers-[\w-]+\.json)(\.new|\.transfers-[\w.-]+)?$/;

/** What is still unreadable after so long was cut off. */
const unwrittenMs = 60_000;

/**
 * Opens the queue in `directory`, which is made where it is missing. A damaged file of another process
 * counts as empty. A process that is killed while it takes over leaves all to the next.
 */
export function openQueueFile(directory: string): QueueFile {
  const own = path.join(directory, `transfers-${randomUUID()}.json`);
  makeFolderNow(directory, { mode: 0o700 });
  const names = fs.readdirSync(directory).filter((name) => namePattern.test(name));
  // It says who takes over, before anything is taken.
  if (names.length > 0) writeDurablyNow(own, toText([]));
  const left = names.flatMap((name) => adopt(directory, name, own) ?? []);
  const adopted = withoutTwins(left.flatMap(({ waiting }) => waiting));
  let kept = names.length > 0 ? toText([]) : "";
  const queue: QueueFile = {
    adopted,
    keep(waiting) {
      const text = waiting.length === 0 ? "" : toText(waiting);
      if (text === kept) return;
      if (text === "") fs.rmSync(own, { force: true });
      else writeDurablyNow(own, text);
      kept = text;
    },
  };
  queue.keep(adopted);
  for (const { file } of left) fs.rmSync(file, { force: true });
  return queue;
}

function withoutTwins(waiting: readonly Waiting[]): Waiting[] {
  return [...new Map(waiting.map((one) => [`${one.directory}\0${one.file.fileId}`, one])).values()];
}

function toText(waiting: readonly Waiting[]): string {
  return `${JSON.stringify({ version: 1, process: ownProcess(), waiting })}\n`;
}

/** Takes over a file whose process has ended. Of several that try, one gets it. */
function adopt(
  directory: string,
  name: string,
  own: string,
): { file: string; waiting: Waiting[] } | undefined {
  const file = path.join(directory, name);
  try {
    const queue = read(file);
    if (isStillUsed(directory, name, queue)) return undefined;
    const taken = `${own}.${name.replace(/^.*\.transfers-/, "transfers-")}`;
    fs.renameSync(file, taken);
    return { file: taken, waiting: queue?.waiting.map(toWaiting) ?? [] };
  } catch {
    return undefined;
  }
}

function isStillUsed(directory: string, name: string, queue: Queue | undefined): boolean {
  const [, base = name, suffix] = namePattern.exec(name) ?? [];
  if (suffix === ".new" && queue === undefined) {
    return Date.now() - fs.statSync(path.join(directory, name)).mtimeMs < unwrittenMs;
  }
  const ofWhom =
    suffix === undefined || suffix === ".new" ? queue : read(path.join(directory, base));
  return ofWhom !== undefined && isRunning(ofWhom.process) !== false;
}

/** Undefined: it is not there, or damaged. */
function read(file: string): Queue | undefined {
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  const queue = v.safeParse(queueShape, readJson(text));
  return queue.success ? queue.output : undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toWaiting({
  file,
  directory,
  overwrite,
  path: to,
}: v.InferOutput<typeof waitingShape>): Waiting {
  const { bytes, md5, ...rest } = file;
  return {
    file: {
      ...rest,
      ...(bytes === undefined ? {} : { bytes }),
      ...(md5 === undefined ? {} : { md5 }),
    },
    directory,
    ...(overwrite === undefined ? {} : { overwrite }),
    ...(to === undefined ? {} : { path: to }),
  };
}

/** Keeps on disk what has not ended, and what failed for now. A disk that refuses costs the next start its offer, and nothing else. */
export interface Keeper {
  /** What earlier processes left. */
  adopted: readonly Waiting[];
  now(): void;
  /** Within a moment, together with what changes meanwhile. */
  soon(): void;
}

const soonMs = 300;

function isForLater({ error, state }: Entry): boolean {
  return state === "failed" ? error?.mayPass === true : !isEnded(state);
}

export function createKeeper(
  stateDirectory: string | undefined,
  entries: ReadonlyMap<string, Entry>,
): Keeper {
  const queue = stateDirectory === undefined ? undefined : open(stateDirectory);
  if (queue === undefined) return { adopted: [], now: () => undefined, soon: () => undefined };
  let timer: NodeJS.Timeout | undefined;

  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    const waiting = [...entries.values()]
      .filter(isForLater)
      .map(({ request, path }) => ({ ...request, ...(path === undefined ? {} : { path }) }));
    try {
      queue.keep(waiting);
    } catch {
      // Told to nobody: the transfers themselves go on, and their partial files are kept.
    }
  };

  return {
    adopted: queue.adopted,
    now,
    soon() {
      timer ??= setTimeout(now, soonMs).unref();
    },
  };
}

function open(directory: string) {
  try {
    return openQueueFile(directory);
  } catch {
    return undefined;
  }
}
