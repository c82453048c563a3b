import { watchPauseMs } from "../base/backoff.ts";

export interface Watch {
  everyMs: number;
  /** One run; rejects where it failed. */
  once(): Promise<void>;
  /** True for a failure that no later run can mend; `runs` is how many there were. */
  isFinal(thrown: unknown, runs: number): boolean;
  /** Told of a failure that is not final. */
  failed(thrown: unknown): void;
  /** Resolves after so many milliseconds; rejects where the watch is to end. */
  pause(ms: number): Promise<void>;
  /** In [0, 1), for jitter. */
  random(): number;
}

/** One run after the other, until one fails for good or a pause is ended. It never resolves. */
export async function watch(parts: Watch): Promise<never> {
  let failures = 0;
  for (let runs = 1; ; runs += 1) {
    try {
      await parts.once();
      failures = 0;
    } catch (thrown) {
      if (parts.isFinal(thrown, runs)) throw thrown;
      failures += 1;
      parts.failed(thrown);
    }
    await parts.pause(watchPauseMs(parts.everyMs, failures, parts.random()));
  }
}
