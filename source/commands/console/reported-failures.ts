import { AppError, isAbort } from "../../base/errors.ts";

/** Failures that were told one by one when they happened; what is left is the exit code. */
export class ToldFailures extends Error {
  override readonly name = "ToldFailures";
  readonly exitCode: number;

  /** Of several failures the highest exit code counts, whatever their order. */
  constructor(failures: readonly Pick<AppError, "exitCode">[]) {
    super(`${failures.length} failed`);
    this.exitCode = Math.max(1, ...failures.map(({ exitCode }) => exitCode));
  }
}

/** What failed for one of several, to be told when its turn comes. Throws what all the others would meet too. */
export function failureOfOne(thrown: unknown): AppError {
  // Without a session none has better luck.
  if (thrown instanceof AppError && thrown.kind !== "sign-in") return thrown;
  throw thrown;
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
