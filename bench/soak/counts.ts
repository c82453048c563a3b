import process from "node:process";
import { AppError, isAbort } from "../../source/base/errors.ts";
import type { Transfer } from "../../source/transfer/engine.ts";

/** What has happened so far. */
export interface Counts {
  transfers: number;
  saved: number;
  skipped: number;
  failed: number;
  cancelled: number;
  megabytes: number;
  unpacked: number;
  /** Items of listings. */
  listed: number;
  /** Pauses, cancellations, moves and the like. */
  presses: number;
  /** Recorded runs whose power losses were checked. */
  powerCuts: number;
  /** Disk states after those power losses. */
  crashStates: number;
  /** The number of states from which the program was started again. */
  restarts: number;
  /** Failures by exit code. */
  failures: Map<number, number>;
  /** What should never be. */
  wrongs: string[];
  ended(transfer: Transfer): void;
  wrong(sentence: string): void;
  /** Does work that may fail in words; anything else that it throws is wrong. */
  expecting(work: () => Promise<void>): Promise<void>;
}

const keptWrongs = 50;
const bytesPerMegabyte = 1_000_000;

export function createCounts(): Counts {
  const fail = (code: number) => {
    counts.failures.set(code, (counts.failures.get(code) ?? 0) + 1);
  };
  const counts: Counts = {
    transfers: 0,
    saved: 0,
    skipped: 0,
    failed: 0,
    cancelled: 0,
    megabytes: 0,
    unpacked: 0,
    listed: 0,
    presses: 0,
    powerCuts: 0,
    crashStates: 0,
    restarts: 0,
    failures: new Map(),
    wrongs: [],
    ended({ state, bytesFetched, error }) {
      counts.transfers += 1;
      counts.megabytes += bytesFetched / bytesPerMegabyte;
      if (state === "saved" || state === "skipped" || state === "failed" || state === "cancelled")
        counts[state] += 1;
      if (error !== undefined) fail(error.exitCode);
    },
    wrong(sentence) {
      if (counts.wrongs.length >= keptWrongs) return;
      counts.wrongs.push(sentence);
      process.stdout.write(`WRONG: ${sentence}\n`);
    },
    async expecting(work) {
      try {
        await work();
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.exitCode !== 1) fail(thrown.exitCode);
        else if (!isAbort(thrown)) counts.wrong(String(thrown));
      }
    },
  };
  return counts;
}
