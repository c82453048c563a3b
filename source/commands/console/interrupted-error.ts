import { AppError, isAbort } from "../../base/errors.ts";

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
