import type { AppError } from "../../base/errors.ts";
import { counted } from "../../domain/readable.ts";
import type { Call } from "./call.ts";
import { createProgress, type Progress } from "./progress.ts";
import { ReportedFailures } from "./reported-failures.ts";

/** Messages on stderr. */
export interface Messages {
  progress: Progress;
  /** Suppressed by `--quiet`. */
  note(text: string): void;
  /** Also printed with `--quiet`. */
  warn(text: string): void;
  /** Reports a failure without stopping. */
  fail(error: AppError): void;
  /**
   * Reports the failure of a file. If its folder refuses every file, only the first failure is reported, and at
   * the end the number of the others.
   */
  failFile(error: AppError): void;
  failures: readonly AppError[];
  /** Throws ReportedFailures. */
  throwIfFailed(): void;
}

export function createMessages({ stderr }: Call, { quiet = false }: { quiet?: boolean }): Messages {
  const progress = createProgress(stderr, { quiet, variables: process.env });
  const failures: AppError[] = [];
  let alike = 0;
  const warn = (text: string) => progress.above(() => stderr.write(`cfs: ${text}\n`));
  const fail = (error: AppError) => {
    failures.push(error);
    warn(error.message);
  };
  return {
    progress,
    warn,
    note: (text) => (quiet ? undefined : warn(text)),
    fail,
    failFile(error) {
      const isAlike = (one: AppError) => one.isOfFolder && one.errno === error.errno;
      if (!error.isOfFolder || !failures.some(isAlike)) return fail(error);
      failures.push(error);
      alike += 1;
    },
    failures,
    throwIfFailed() {
      if (alike > 0) warn(`Not saved for the same reason: ${counted(alike, "more file")}.`);
      if (failures.length > 0) throw new ReportedFailures(failures);
    },
  };
}
