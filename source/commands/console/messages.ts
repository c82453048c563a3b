import type { AppError } from "../../base/errors.ts";
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
  failures: readonly AppError[];
  /** Throws ReportedFailures. */
  throwIfFailed(): void;
}

export function createMessages({ stderr }: Call, { quiet = false }: { quiet?: boolean }): Messages {
  const progress = createProgress(stderr, { quiet, variables: process.env });
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
