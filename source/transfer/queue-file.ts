import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { makeFolderNow } from "../make-folder.ts";
import type { TransferRequest } from "./engine.ts";
import { isRunning, ownProcess, processShape } from "./process-identity.ts";

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

/** A transfer that has not ended. No address and no token is in it. */
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

const namePattern = /^transfers-[\w-]+\.json$/;

/** Opens the queue in `directory`, which is made where it is missing. A damaged file of another process counts as empty. */
export function openQueueFile(directory: string): QueueFile {
  const own = path.join(directory, `transfers-${randomUUID()}.json`);
  makeFolderNow(directory, { mode: 0o700 });
  const left = fs
    .readdirSync(directory)
    .filter((name) => namePattern.test(name))
    .flatMap((name) => adopt(path.join(directory, name), own) ?? []);
  const adopted = left.flatMap(({ waiting }) => waiting);
  let kept = "";
  const queue: QueueFile = {
    adopted,
    keep(waiting) {
      const text = waiting.length === 0 ? "" : toText(waiting);
      if (text === kept) return;
      kept = text;
      if (text === "") {
        fs.rmSync(own, { force: true });
        return;
      }
      fs.writeFileSync(`${own}.new`, text, { mode: 0o600 });
      fs.renameSync(`${own}.new`, own);
    },
  };
  queue.keep(adopted);
  for (const { file } of left) fs.rmSync(file, { force: true });
  return queue;
}

function toText(waiting: readonly Waiting[]): string {
  return `${JSON.stringify({ version: 1, process: ownProcess(), waiting })}\n`;
}

/** Takes over a file whose process has ended. Of several that try, one gets it. */
function adopt(file: string, own: string): { file: string; waiting: Waiting[] } | undefined {
  try {
    const queue = v.safeParse(queueShape, readJson(fs.readFileSync(file, "utf8")));
    if (queue.success && isRunning(queue.output.process) !== false) return undefined;
    const taken = `${own}.${path.basename(file)}`;
    fs.renameSync(file, taken);
    return { file: taken, waiting: queue.success ? queue.output.waiting.map(toWaiting) : [] };
  } catch {
    return undefined;
  }
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
