#!/usr/bin/env node
import { answerAtOnce } from "./source/main/answer-at-once.ts";

const words = process.argv.slice(2);
if (!answerAtOnce(words)) {
  process.exitCode = 1;
  // Node before 20.16 does not have what the bundle asks for Node's own modules.
  if (!("getBuiltinModule" in process)) await import("./source/main/built-in-modules.ts");
  // Nothing is loaded for it where this Node cannot keep what it compiled; a demo leaves nothing behind, and
  // the single executable has no files to keep it of.
  if (
    "enableCompileCache" in process.getBuiltinModule("node:module") &&
    process.env["CFS_IS_STANDALONE"] !== "yes" &&
    !words.some((word) => word.startsWith("--demo"))
  ) {
    const { keepCompiled } = await import("./source/main/keep-compiled.ts");
    keepCompiled();
  }
  const { exitOnceWritten, runCall } = await import("./source/main/run-call.ts");
  await exitOnceWritten(await runCall(words));
}
