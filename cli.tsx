#!/usr/bin/env node
import { answerAtOnce } from "./source/answer-at-once.ts";

const words = process.argv.slice(2);
if (!answerAtOnce(words)) {
  process.exitCode = 1;
  const { keepCompiled } = await import("./source/keep-compiled.ts");
  keepCompiled();
  const { runCall } = await import("./source/run-call.ts");
  process.exitCode = await runCall(words);
}
