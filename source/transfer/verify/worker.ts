import { parentPort } from "node:worker_threads";
import * as v from "valibot";
import {
  commandShape,
  type FilesToSave,
  type FollowerAnswer,
  type FollowerCommand,
} from "./messages.ts";
import { saveTogether } from "./small-files.ts";
import { type Follower, follow } from "./tail-verifier.ts";

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

/** Where the bodies of small files lie. */
let memory: Uint8Array = new Uint8Array();

async function save(files: FilesToSave): Promise<void> {
  const outcomes = await saveTogether(
    files.map(({ order, body }) => {
      const bytes = "first" in body ? memory.subarray(body.first, body.end) : body;
      return { ...order, bytes };
    }),
  );
  const ended = files.flatMap(({ id }, index) => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : { id, outcome };
  });
  answer({ kind: "ended", outcomes: ended });
}

async function obey(command: FollowerCommand): Promise<void> {
  if (command.kind === "memory") {
    memory = new Uint8Array(command.whole);
    return;
  }
  if (command.kind === "save") {
    await save(command.files);
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
