import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { type Interruption, watchInterruptions } from "../../source/terminal/lifecycle.ts";

test("each kind of interruption has its exit code, and is reported once", () => {
  const seen: Interruption[] = [];
  const stdout = new PassThrough();
  const strangers = () => expect.unreachable("the others' listener must not end the process");
  stdout.on("error", strangers);
  const handBack = watchInterruptions({ stdin: new PassThrough(), stdout }, (interruption) =>
    seen.push(interruption),
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
    process.emit(signal, signal);
    // What a library sends again.
    process.emit(signal, signal);
  }
  stdout.emit("error", new Error("write EIO"));
  expect(seen).toEqual([
    { exitCode: 130, terminalLost: false },
    { exitCode: 143, terminalLost: false },
    { exitCode: 129, terminalLost: true },
    { exitCode: 131, terminalLost: false },
    { exitCode: 129, terminalLost: true },
  ]);
  handBack();
});

test("an uncaught error is reported with its error, a lost terminal without one", () => {
  const seen: Interruption[] = [];
  const before = process.listeners("uncaughtException");
  const streams = { stdin: new PassThrough(), stdout: new PassThrough() };
  const handBack = watchInterruptions(streams, (interruption) => seen.push(interruption));
  const own = process.listeners("uncaughtException").find((listener) => !before.includes(listener));
  const fault = new Error("a mistake");
  own?.(fault, "uncaughtException");
  own?.(Object.assign(new Error("read EIO"), { code: "EIO" }), "uncaughtException");
  handBack();
  expect(seen).toEqual([
    { exitCode: 1, terminalLost: false, error: fault },
    { exitCode: 129, terminalLost: true },
  ]);
  expect(process.listeners("uncaughtException")).toEqual(before);
});
