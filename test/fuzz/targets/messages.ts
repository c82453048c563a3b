import assert from "node:assert/strict";
import * as v from "valibot";
import { commandShape, replyShape } from "../../../source/transfer/verify/messages.ts";
import { assertCount } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is a message between the threads as JSON, which cannot hold the bytes of a small file. */

export const messages: Target = {
  name: "messages",
  sources: [
    "source/transfer/verify/messages.ts",
    "source/transfer/verify/small-files.ts",
    "source/transfer/engine.ts",
  ],
  seeds: () =>
    [
      { kind: "verify", id: 1, path: "/data/a.part", checks: ["sha256", "gzip"] },
      { kind: "advance", id: 1, end: 100 },
      { kind: "finish", id: 1, bytes: 100 },
      { kind: "close", id: 1 },
      { kind: "save", files: [] },
      { kind: "found", id: 1, findings: { sha256: "a", md5: "b", gzip: "c", zip: "d" } },
      { kind: "failed", id: 1, message: "m" },
      { kind: "closed", id: 1 },
      {
        kind: "ended",
        outcomes: [
          { id: 1, outcome: { kind: "saved", sha256: "a", verifiedBy: "md5" } },
          { id: 2, outcome: { kind: "failed", message: "m", code: "EIO" } },
          { id: 3, outcome: { kind: "taken" } },
        ],
      },
    ].map((message) => JSON.stringify(message)),
  run(input) {
    let message: unknown;
    try {
      message = JSON.parse(input.toString("utf8"));
    } catch {
      return;
    }
    for (const shape of [commandShape, replyShape]) {
      const read = v.safeParse(shape, message);
      if (!read.success) continue;
      assert.deepEqual(v.parse(shape, read.output), read.output, "it reads differently again");
      const { output } = read;
      if (output.kind === "advance") assertCount(output.end, "a position");
      if (output.kind === "finish") assertCount(output.bytes, "a size");
    }
  },
};
