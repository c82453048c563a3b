import { Writable } from "node:stream";
import { compose, composeTransfers } from "../../../source/app/compose.ts";
import type { Call } from "../../../source/commands/console/call.ts";
import { reportFailure } from "../../../source/commands/console/failure.ts";
import { withSession } from "../../../source/commands/console/with-session.ts";
import { readDestination } from "../../../source/commands/resolve/destination.ts";
import { login } from "../../../source/commands/session/login.ts";
import { logout } from "../../../source/commands/session/logout.ts";
import { status } from "../../../source/commands/session/status.ts";
import { sync } from "../../../source/commands/sync/sync.ts";
import { get } from "../../../source/commands/transfer/get.ts";
import { readEnvironment } from "../../../source/config/environment.ts";
import type { TransferRequest } from "../../../source/transfer/engine.ts";
import type { Action, Host } from "./realm.ts";

// The program of a simulated process: the commands, and the engine as the terminal program uses it.

declare const host: Host;

async function perform(action: Action, call: Call): Promise<void> {
  switch (action.kind) {
    case "login":
      return login({ takeOver: action.takeOver }, call);
    case "logout":
      return logout(call);
    case "status":
      return status({}, call);
    case "renewals":
      return withSession(call, async ({ fileStore }) => {
        for (let round = 0; round < action.rounds; round += 1) {
          for await (const _ of fileStore.packages({ bucketName: action.bucket }, call.signal));
          await host.wait(action.everyMs);
        }
      });
    case "get":
      return get(action.ids, { output: readDestination(action.folder), quiet: true }, call);
    case "sync":
      return sync(
        action.bucket,
        {
          package: action.packageId,
          output: readDestination(action.folder),
          quiet: true,
          verify: action.verify,
        },
        call,
      );
    case "queue":
      return queue(action.requests, call);
  }
}

/** Continues the queue of an earlier process, and adds files to it. */
async function queue(requests: readonly TransferRequest[], call: Call): Promise<void> {
  const parts = await compose(call.environment, (text) => call.stderr.write(`${text}\n`));
  const engine = composeTransfers(call.environment, parts, { isInteractive: true });
  for (const { id } of engine.snapshot().transfers) engine.resume(id);
  engine.add(requests);
  const stop = () => void engine.stop();
  call.signal.addEventListener("abort", stop, { once: true });
  try {
    await engine.idle();
    const failed = engine.snapshot().transfers.find(({ state }) => state === "failed");
    if (failed?.error !== undefined) throw failed.error;
  } finally {
    await engine.stop();
    await parts.auth.settled();
    await parts.preferences.flush();
    await parts.listingCache.flush();
  }
}

function output(): Writable {
  return new Writable({
    write(chunk, _, done) {
      host.says(String(chunk));
      done();
    },
  });
}

host.begin(async (action, signal) => {
  const [stdout, stderr] = [output(), output()];
  const call: Call = {
    stdin: process.stdin,
    stdout,
    stderr,
    environment: readEnvironment(process.env),
    signal,
    nowMs: Date.now,
  };
  try {
    await perform(action, call);
    signal.throwIfAborted();
    return 0;
  } catch (thrown) {
    return reportFailure(thrown, stderr);
  }
});
