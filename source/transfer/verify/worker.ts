import { parentPort } from "node:worker_threads";
import * as v from "valibot";
import { errnoOf } from "../../base/errors.ts";
import {
  commandShape,
  type FilesToSave,
  type WorkerCommand,
  type WorkerReply,
} from "./messages.ts";
import { saveTogether } from "./small-files.ts";
import { createTailVerifier, type Verifier } from "./verification.ts";

/** Verifies and saves files outside the receiving thread. */
const verifiers = new Map<number, Verifier>();

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

async function finish(id: number, bytes: number): Promise<void> {
  try {
    const findings = await verifiers.get(id)?.finish(bytes);
    reply({ kind: "found", id, findings: findings ?? {} });
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    reply({ kind: "failed", id, message, code: errnoOf(thrown) });
  }
}

async function save(files: FilesToSave): Promise<void> {
  const outcomes = await saveTogether(files.map(({ order, bytes }) => ({ ...order, bytes })));
  const ended = files.flatMap(({ id }, index) => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : { id, outcome };
  });
  reply({ kind: "ended", outcomes: ended });
}

async function perform(command: WorkerCommand): Promise<void> {
  if (command.kind === "save") {
    await save(command.files);
    return;
  }
  const { id } = command;
  if (command.kind === "verify") {
    verifiers.set(id, createTailVerifier(command.path, command.checks));
  }
  if (command.kind === "advance") verifiers.get(id)?.advance(command.end);
  if (command.kind === "finish") await finish(id, command.bytes);
  if (command.kind === "close") {
    await verifiers.get(id)?.close();
    verifiers.delete(id);
    reply({ kind: "closed", id });
  }
}

parentPort?.on("message", (message) => void perform(v.parse(commandShape, message)));
