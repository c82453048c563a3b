import { parentPort } from "node:worker_threads";
import * as v from "valibot";
import { type Follower, follow } from "./follow.ts";
import { commandShape, type FollowerAnswer, type FollowerCommand } from "./follower-messages.ts";

/** The thread that hashes and unpacks, so that the thread that receives does not wait for it. */
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

async function obey(command: FollowerCommand): Promise<void> {
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
