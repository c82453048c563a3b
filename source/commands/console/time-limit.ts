import { AppError } from "../../base/errors.ts";
import { spanSeconds } from "../../domain/moment.ts";
import { type Call, withSignal } from "./call.ts";
import { isInterruption } from "./reported-failures.ts";
import { usageError } from "./usage-error.ts";

/** The longest time of a timer. */
const longestMs = 24 * 24 * 60 * 60 * 1_000;

/**
 * Runs `work`, and aborts it after the span `limit` (`30m`), if there is one. Rejects with an AppError of kind
 * time-limit then, or as `work` does.
 */
export async function withTimeLimit(
  limit: string | undefined,
  call: Call,
  tried: string,
  work: (call: Call) => Promise<void>,
): Promise<void> {
  if (limit === undefined) return work(call);
  const limitMs = readLimit(limit);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), limitMs);
  try {
    await work(withSignal(call, AbortSignal.any([call.signal, ending.signal])));
  } catch (thrown) {
    if (call.signal.aborted || !ending.signal.aborted || !isInterruption(thrown)) throw thrown;
    throw new AppError({
      kind: "time-limit",
      tried,
      answered: `the time limit of ${limit} has passed`,
      advice: "What has arrived is kept: the same call continues.",
      cause: thrown,
    });
  } finally {
    clearTimeout(timer);
  }
}

function readLimit(text: string): number {
  const ms = (spanSeconds(text) ?? 0) * 1_000;
  if (ms > 0 && ms <= longestMs) return ms;
  throw usageError(
    `--max-duration: "${text}" is not a span up to 24d, such as 30m`,
    "Use a number with s, m, h or d.",
  );
}
