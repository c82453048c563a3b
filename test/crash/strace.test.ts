import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { builtProgram } from "../support/program/built-program.ts";
import { DiskModel } from "./disk-model.ts";
import { differences, explore } from "./explore.ts";
import { type Operation, readLog } from "./recording.ts";
import { scenarios } from "./scenarios.ts";
import { readTrace } from "./strace-log.ts";

/** Slow, and needs strace: npm run crash -- --strace. */
const isWanted = process.env["CFS_CRASH_STRACE"] !== undefined;
const traced = ["a download in several segments", "small files", "an unpacking"];
const wrapper = fileURLToPath(new URL("strace-program.mjs", import.meta.url));

/**
 * The operations on each file, in order. The end of a sync in another thread may fall anywhere among the
 * writes, since the model uses its beginning.
 */
function byFile(operations: readonly Operation[]): Map<string, string[]> {
  const opened = new Map<number, string>();
  const syncs = new Map<string, string>();
  const told = new Map<string, string[]>();
  const tell = (file = "", what = "") => told.set(file, [...(told.get(file) ?? []), what]);
  for (const operation of operations) {
    switch (operation.op) {
      case "open":
        opened.set(operation.fd, operation.path);
        if (operation.creates) tell(operation.path, "created");
        break;
      case "write":
      case "truncate":
        tell(opened.get(operation.fd), operation.op);
        break;
      case "sync":
        syncs.set(operation.id, opened.get(operation.fd) ?? "");
        break;
      case "synced":
        tell(`a sync of ${syncs.get(operation.id)}`, operation.op);
        break;
      case "rename":
      case "link":
        tell(operation.to, operation.op);
        break;
      case "mkdir":
        // A recursive mkdir succeeds if the folder exists.
        if (!told.has(operation.path)) tell(operation.path, operation.op);
    }
  }
  return told;
}

it.runIf(isWanted).each(scenarios.filter(({ name }) => traced.includes(name)))(
  "the recorder and strace agree on $name",
  async ({ prepare }) => {
    const stage = await prepare();
    const { recorder } = stage;
    const trace = path.join(path.dirname(recorder.log), "trace");
    const [, program = ""] = builtProgram;
    const { start } = recorder;
    recorder.start = (words, options = {}) =>
      start.call(recorder, words, {
        ...options,
        program: wrapper,
        environment: { ...options.environment, CRASH_TRACE: trace, CRASH_TRACED: program },
      });
    try {
      await stage.record();
      const seen = readTrace(fs.readFileSync(trace, "utf8"), recorder);
      const recorded = readLog(fs.readFileSync(recorder.log));
      expect(byFile(recorded)).toEqual(byFile(seen));
      const disk = new DiskModel(recorder.root);
      for (const operation of seen) disk.apply(operation);
      expect(differences(recorder.root, disk.now())).toEqual([]);
      const exploration = { states: 3_000, seed: 1, restarts: 0, operations: seen };
      expect((await explore(stage, exploration)).failures).toEqual([]);
    } finally {
      await stage.close();
    }
  },
);
