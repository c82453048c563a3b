import { PassThrough } from "node:stream";
import { expect, vi } from "vitest";
import { compose } from "../../source/app/compose.ts";
import type { Progress } from "../../source/commands/console/progress.ts";
import { openFolderBatch } from "../../source/commands/transfer/folder-destination.ts";
import { runTransfers } from "../../source/commands/transfer/run-transfers.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { FakeTransfers } from "../support/fakes/transfers.ts";
import { test } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const engine = new FakeTransfers();

vi.mock("../../source/app/compose.ts", async (original) => ({
  ...(await original<typeof import("../../source/app/compose.ts")>()),
  composeTransfers: () => engine,
}));

test("waits once for the engine, however often it reports progress", async ({ folder }) => {
  const environment = readEnvironment({ CFS_CONFIG_DIR: folder });
  const stream = new PassThrough();
  const call = {
    stdin: stream,
    stdout: stream,
    stderr: stream,
    environment,
    signal: new AbortController().signal,
    nowMs: Date.now,
  };
  const idle = vi.spyOn(engine, "idle");
  let shown = 0;
  const progress: Progress = {
    show: () => {
      shown += 1;
    },
    above: (write) => write(),
    end: () => undefined,
  };
  async function* requests() {
    yield { file: { fileId: "1", fileSetId: "2", name: "a.bin", bytes: 99 }, directory: folder };
  }
  const parts = await compose(environment, () => undefined);
  const fetchAll = async () => {
    const states = [];
    const options = { progress, openBatch: openFolderBatch };
    for await (const { state } of runTransfers(requests(), options, parts, call))
      states.push(state);
    return states;
  };
  const running = fetchAll();
  await waitUntil(() => idle.mock.calls.length > 0);
  for (let bytesDone = 1; bytesDone <= 9; bytesDone += 1) {
    const before = shown;
    engine.change("t1", { state: "running", bytesDone });
    // Once by the engine's word, once by who waits.
    await waitUntil(() => shown >= before + 2);
  }
  engine.change("t1", { state: "saved", bytesDone: 99 });
  expect(await running).toEqual(["saved"]);
  expect(idle).toHaveBeenCalledTimes(1);
});
