import { setImmediate as turn } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import * as v from "valibot";
import { type Follower, follow } from "./follow.ts";
import { commandShape, type FollowerAnswer, type FollowerCommand } from "./follower-messages.ts";
import { type SmallFile, saveTogether } from "./small-file.ts";

/** The thread that hashes, unpacks and saves small files, so that the thread that receives does not wait for it. */
const followers = new Map<number, Follower>();

function answer(message: FollowerAnswer): void {
  parentPort?.postMessage(message);
}

async function finish(id: number, bytes: number): Promise<void> {
  try {
    const findings = await followers.get(id)?.finish(bytes);
    answer({ kind: "found", id, findings: findings ?? {} });
  } catch (thrown) {
    answer({
      kind: "failed",
      id,
      message: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

/** Small files that came while others were saved: they are saved together. */
let waiting: { id: number; file: SmallFile }[] = [];
let isSaving = false;

async function saveWaiting(): Promise<void> {
  if (isSaving) return;
  isSaving = true;
  while (waiting.length > 0) {
    const now = waiting;
    waiting = [];
    const ended = await saveTogether(now.map(({ file }) => file));
    const outcomes = now.flatMap(({ id }, index) => {
      const outcome = ended[index];
      return outcome === undefined ? [] : { id, outcome };
    });
    answer({ kind: "ended", outcomes });
    // What arrived meanwhile is taken in first.
    await turn();
  }
  isSaving = false;
}

async function obey(command: FollowerCommand): Promise<void> {
  if (command.kind === "save") {
    waiting.push(...command.files);
    await saveWaiting();
    return;
  }
  const { id } = command;
  if (command.kind === "follow") followers.set(id, follow(command.path, command.questions));
  if (command.kind === "upTo") followers.get(id)?.upTo(command.end);
  if (command.kind === "finish") await finish(id, command.bytes);
  if (command.kind === "close") {
    await followers.get(id)?.close();
    followers.delete(id);
    answer({ kind: "closed", id });
  }
}

parentPort?.on("message", (message) => void obey(v.parse(commandShape, message)));
