import { AppError, isAbort } from "../../base/errors.ts";

/** Failures that were already reported; only the exit code remains. */
export class ReportedFailures extends Error {
  override readonly name = "ReportedFailures";
  readonly exitCode: number;

  /** Uses the highest exit code, whatever the order. */
  constructor(failures: readonly Pick<AppError, "exitCode">[]) {
    super(`${failures.length} failed`);
    this.exitCode = Math.max(1, ...failures.map(({ exitCode }) => exitCode));
  }
}

/** The failure of one of several items. Rethrows an error that would fail every item. */
export function failureOfOne(thrown: unknown): AppError {
  // Without a session every other item would fail too.
  if (thrown instanceof AppError && thrown.kind !== "sign-in") return thrown;
  throw thrown;
}

/** Returns the failure of one of several items, so that it can be reported in order. */
export async function resultOrFailure<Result>(
  work: () => Promise<Result>,
): Promise<Result | AppError> {
  try {
    return await work();
  } catch (thrown) {
    return failureOfOne(thrown);
  }
}

export function isInterruption(thrown: unknown): boolean {
  return isAbort(thrown) || (thrown instanceof AppError && thrown.kind === "interrupted");
}

/** The error of an interrupted download; other values are returned unchanged. */
export function interruptedError(thrown: unknown, tried: string): unknown {
  if (!isAbort(thrown)) return thrown;
  return new AppError({
    kind: "interrupted",
    tried,
    answered: "it was interrupted",
    advice: "What has arrived is kept: run the same command again to resume.",
    cause: thrown,
  });
}
