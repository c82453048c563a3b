#!/usr/bin/env node
import { answerAtOnce } from "./source/answer-at-once.ts";

const words = process.argv.slice(2);
if (!answerAtOnce(words)) {
  process.exitCode = 1;
  // Nothing is loaded for it where this Node cannot keep what it compiled.
  const module: object = process.getBuiltinModule?.("node:module") ?? {};
  if ("enableCompileCache" in module) {
    const { keepCompiled } = await import("./source/keep-compiled.ts");
    keepCompiled();
  }
  const { runCall } = await import("./source/run-call.ts");
  process.exitCode = await runCall(words);
}
