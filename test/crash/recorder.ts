import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Started, start } from "../support/program/run.ts";
import { wholeBytes } from "./recording.ts";

/** Runs the built program in a new folder, and records its file operations there. */
export interface Recorder {
  /** Only operations below this folder are recorded. */
  root: string;
  /** The path of the log. */
  log: string;
  /** Runs it with `boot` as the boot id of the machine. */
  start(words: readonly string[], options?: RunOptions): Started;
  /** Records that the process has ended; with `restart` the machine was then shut down cleanly. */
  ended(restart?: boolean): void;
  /** By how much the program's clock advances with each kilobyte of a partial file. */
  msPerKilobyte: number;
  remove(): void;
}

export interface RunOptions {
  boot?: string;
  environment?: Readonly<Record<string, string>>;
  input?: string;
  /** Runs instead of the built program. */
  program?: string;
  /** False if its operations are not recorded. */
  records?: boolean;
}

const preload = new URL("record.mjs", import.meta.url).href;

/** A folder in memory if possible, because the model does not depend on the speed of the disk. */
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
      // The log of a later process must follow a complete operation.
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
