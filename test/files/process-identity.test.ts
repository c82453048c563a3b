import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import os from "node:os";
import { describe, expect } from "vitest";
import { isRunning, ownProcess } from "../../source/files/process-identity.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const it = base
  /** The pid of a process that has ended, and whose parent has not asked for its exit code. */
  .extend("zombie", async ({}, { onCleanup }) => {
    // The shell would ask for the exit code of a child that ends before `exec`: `cat` ends with its input.
    const parent = spawn("sh", ["-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 600 3<&-"]);
    onCleanup(async () => {
      parent.kill();
      await once(parent, "exit");
    });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    await waitUntil(() => readFileSync(`/proc/${parent.pid}/comm`, "utf8") === "sleep\n");
    parent.stdin.end();
    await waitUntil(() => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "));
    return pid;
  });

const host = os.hostname();

describe("a process", () => {
  it("is running while it has its pid", () => {
    expect(isRunning(ownProcess())).toBe(true);
    expect(isRunning({ pid: process.pid, host })).toBe(true);
  });

  it("is not the later one with its pid", () => {
    expect(isRunning({ pid: process.pid, host, began: "1" })).toBe(process.platform !== "linux");
  });

  it("of another machine may be running", () => {
    expect(isRunning({ pid: process.pid, host: "elsewhere" })).toBeUndefined();
  });

  it.runIf(process.platform === "linux")(
    "has ended although its parent has not asked for its exit code",
    ({ zombie }) => {
      expect(isRunning({ pid: zombie, host })).toBe(false);
    },
  );
});
