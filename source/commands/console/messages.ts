import type { AppError } from "../../base/errors.ts";
import type { Call } from "./call.ts";
import { createProgress, type Progress } from "./progress.ts";
import { ReportedFailures } from "./reported-failures.ts";

/** What a command tells beside its results. */
export interface Messages {
  progress: Progress;
  /** Worth knowing; not told with `--quiet`. */
  note(text: string): void;
  /** Told in any case. */
  warn(text: string): void;
  /** Tells of a failure, after which the rest goes on. */
  fail(error: AppError): void;
  failures: readonly AppError[];
  /** Throws ReportedFailures where something failed. */
  throwIfFailed(): void;
}

export function createMessages(quiet: boolean, { stderr }: Call): Messages {
  const progress = createProgress(stderr, { quiet, terminal: process.env["TERM"] });
  const failures: AppError[] = [];
  const warn = (text: string) => progress.above(() => stderr.write(`cfs: ${text}\n`));
  return {
    progress,
    warn,
    note: (text) => (quiet ? undefined : warn(text)),
    fail(error) {
      failures.push(error);
      warn(error.message);
    },
    failures,
    throwIfFailed() {
      if (failures.length > 0) throw new ReportedFailures(failures);
    },
  };
}
