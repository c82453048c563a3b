import { AppError } from "../base/errors.ts";

export interface ReadWords {
  name: string;
  /** Begins the error: "Fetching a.csv". */
  tried: string;
  advice: string;
}

export function fetchingWords(name: string): ReadWords {
  return { name, tried: `Fetching ${name}`, advice: "Check the network, then start it again." };
}

/** The object differs from the one read before, so their bytes must not be mixed. */
export class ObjectChanged extends Error {
  override readonly name = "ObjectChanged";
}

/** A body that broke off or an invalid answer; a retry may succeed. */
export function brokenError(
  { tried, advice }: ReadWords,
  answered: string,
  cause?: unknown,
): AppError {
  return new AppError({ kind: "service", tried, answered, advice, reason: "network", cause });
}

export function stalledError({ tried, advice }: ReadWords, timeoutMs: number): AppError {
  const answered = `nothing arrived for ${Math.round(timeoutMs / 1_000)} seconds`;
  return new AppError({ kind: "service", tried, answered, advice, reason: "silence" });
}

/** The object was still missing after all retries. */
export function absentError(name: string, cause: AppError): AppError {
  return cause.retold({
    kind: "not-found",
    tried: `Fetching ${name}`,
    advice: "It is not there yet, or no longer: try again later, or list its file set again.",
  });
}

/** `differed` says how the bytes differ: "its md5 is …, the service lists …". */
export function corruptError(name: string, differed: string): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Verifying ${name}`,
    answered: differed,
    advice: "It was removed. Try again later; if it stays so, tell your LSEG representative.",
    reason: "damaged",
  });
}

export function sizeError(name: string, bytes: number, listedBytes: number | undefined): AppError {
  return corruptError(name, `it has ${bytes} bytes, the service lists ${listedBytes} bytes`);
}
