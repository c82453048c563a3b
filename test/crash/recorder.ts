import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Started, start } from "../support/program/run.ts";
import { wholeBytes } from "./recording.ts";

/** Runs the built program in a folder of its own, and records what it does to files there. */
export interface Recorder {
  /** All that is recorded lies below it. */
  root: string;
  /** Where the log is. */
  log: string;
  /** With `boot` as the word for this start of the machine. */
  start(words: readonly string[], options?: RunOptions): Started;
  /** What was started has ended; with `restart` the machine was shut down cleanly after it. */
  ended(restart?: boolean): void;
  /** How long the program's clock takes for each kilobyte of a partial file. */
  msPerKilobyte: number;
  remove(): void;
}

export interface RunOptions {
  boot?: string;
  environment?: Readonly<Record<string, string>>;
  input?: string;
  /** In place of the built program. */
  program?: string;
  /** False: what it does is not recorded. */
  records?: boolean;
}

const preload = new URL("record.mjs", import.meta.url).href;

/** A folder in memory, where there is one: the disk's own speed is no part of the model. */
export function inMemory(): string {
  return fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
}

export function createRecorder(given?: { root: string; log: string }): Recorder {
  const made = given ?? makePlaces();
  fs.mkdirSync(made.root, { recursive: true });
  return {
    ...made,
    msPerKilobyte: 15,
    start(words, { boot = "boot-1", environment = {}, records = true, ...others } = {}) {
      return start(words, {
        ...others,
        directory: made.root,
        environment: {
          ...environment,
          CFS_CONFIG_DIR: path.join(made.root, "settings"),
          NODE_OPTIONS: `--import ${preload}`,
          CRASH_BOOT: boot,
          ...(records
            ? {
                CRASH_ROOT: made.root,
                CRASH_LOG: made.log,
                CRASH_MS_PER_KB: String(this.msPerKilobyte),
              }
            : {}),
        },
      });
    },
    ended(restart = false) {
      // What a later process tells comes right behind a whole operation.
      if (fs.existsSync(made.log)) fs.truncateSync(made.log, wholeBytes(fs.readFileSync(made.log)));
      fs.appendFileSync(made.log, `${JSON.stringify({ op: "ended", restart })}\n`);
    },
    remove() {
      fs.rmSync(made.root, { recursive: true, force: true });
      fs.rmSync(path.dirname(made.log), { recursive: true, force: true });
    },
  };
}

function makePlaces() {
  const root = fs.mkdtempSync(path.join(inMemory(), "cfs-crash-"));
  const log = path.join(fs.mkdtempSync(path.join(inMemory(), "cfs-crash-log-")), "log");
  return { root, log };
}
