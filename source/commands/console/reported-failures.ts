import { AppError, isAbort } from "../../base/errors.ts";

/** Failures that were told one by one when they happened; what is left is the exit code. */
export class ReportedFailures extends Error {
  override readonly name = "ReportedFailures";
  readonly exitCode: number;

  /** Of several failures the highest exit code counts, whatever their order. */
  constructor(failures: readonly Pick<AppError, "exitCode">[]) {
    super(`${failures.length} failed`);
    this.exitCode = Math.max(1, ...failures.map(({ exitCode }) => exitCode));
  }
}

/** The failure of one of several items. Throws what every other item would fail with too. */
export function failureOfOne(thrown: unknown): AppError {
  // Without a session every other item would fail too.
  if (thrown instanceof AppError && thrown.kind !== "sign-in") return thrown;
  throw thrown;
}

/** What comes of one of several items, a failure included, so that it can be reported in its turn. */
export async function resultOrFailure<Result>(
  work: () => Promise<Result>,
): Promise<Result | AppError> {
  try {
    return await work();
  } catch (thrown) {
    return failureOfOne(thrown);
  }
}

/** What an interrupted download says; other things that were thrown stay what they are. */
export function interruptedError(thrown: unknown, tried: string): unknown {
  if (!isAbort(thrown)) return thrown;
  return new AppError({
    kind: "interrupted",
    tried,
    answered: "it was interrupted",
    advice: "What has arrived is kept: the same call goes on with it.",
    cause: thrown,
  });
}
