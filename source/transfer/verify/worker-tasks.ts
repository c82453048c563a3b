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

/** Carries out the commands that a thread gets, and replies. Rejects for a message that is no command. */
export function createWorkerTasks(
  reply: (message: WorkerReply) => void,
): (message: unknown) => Promise<void> {
  const verifiers = new Map<number, Verifier>();

  async function finish(id: number, bytes: number): Promise<void> {
    try {
      const findings = await verifiers.get(id)?.finish(bytes);
      reply({ kind: "found", id, findings: findings ?? {} });
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      reply({ kind: "failed", id, message, code: errnoOf(thrown) });
    }
  }

  async function close(id: number): Promise<void> {
    await verifiers.get(id)?.close();
    verifiers.delete(id);
    reply({ kind: "closed", id });
  }

  async function perform(command: WorkerCommand): Promise<void> {
    switch (command.kind) {
      case "verify":
        verifiers.set(command.id, createTailVerifier(command.path, command.checks));
        return;
      case "advance":
        verifiers.get(command.id)?.advance(command.end);
        return;
      case "finish":
        return finish(command.id, command.bytes);
      case "close":
        return close(command.id);
      case "save":
        reply({ kind: "ended", outcomes: await save(command.files) });
    }
  }

  return async (message) => perform(v.parse(commandShape, message));
}

async function save(files: FilesToSave) {
  const outcomes = await saveTogether(files.map(({ order, bytes }) => ({ ...order, bytes })));
  return files.flatMap(({ id }, index) => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : { id, outcome };
  });
}
