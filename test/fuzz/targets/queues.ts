import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as v from "valibot";
import { openQueueFile } from "../../../source/transfer/queue/queue-file.ts";
import { assertCount, assertSafe } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is the queue of an ended process of this machine. */

/** Linux never gives this process id. */
const gone = { pid: 2 ** 22, host: "HERE" };
const waiting = {
  file: { fileId: "f1", fileSetId: "s1", name: "a.csv.gz", bytes: 3, md5: "0".repeat(32) },
  directory: "/data",
  overwrite: true,
  path: "/data/a.csv.gz",
};

const savedShape = v.object({ waiting: v.array(v.unknown()) });

function queueOf(...all: readonly object[]): string {
  return JSON.stringify({ version: 1, process: gone, waiting: all });
}

export const queues: Target = {
  name: "queues",
  sources: ["source/transfer/queue/queue-file.ts", "source/files/process-identity.ts"],
  seeds: () => [queueOf(waiting), queueOf(waiting, { ...waiting, directory: "/other" }), queueOf()],
  run(input, folder) {
    const directory = path.join(folder, "queues");
    fs.rmSync(directory, { recursive: true, force: true });
    fs.mkdirSync(directory);
    const left = input.toString("utf8").replace('"HERE"', JSON.stringify(os.hostname()));
    fs.writeFileSync(path.join(directory, "transfers-left.json"), left);
    const { recovered } = openQueueFile(directory);
    for (const { file } of recovered) {
      assertSafe(file.name, "a name");
      assertCount(file.bytes, "a size");
    }
    const own = fs.readdirSync(directory).filter((name) => name !== "transfers-left.json");
    assert.equal(own.length, recovered.length > 0 ? 1 : 0, `${own.join(", ")} is left`);
    if (own[0] === undefined) return;
    const text = fs.readFileSync(path.join(directory, own[0]), "utf8");
    const { waiting: saved } = v.parse(savedShape, JSON.parse(text));
    assert.equal(JSON.stringify(saved), JSON.stringify(recovered), "another queue was saved");
  },
};
