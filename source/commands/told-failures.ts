import type { AppError } from "../errors.ts";

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
