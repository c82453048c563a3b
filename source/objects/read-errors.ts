import { AppError } from "../base/errors.ts";

/** How the errors of a read are worded. */
export interface ReadWords {
  name: string;
  /** "Fetching a.csv": begins the sentence. */
  tried: string;
  /** What to do about a broken connection. */
  advice: string;
}

export function fetchingWords(name: string): ReadWords {
  return { name, tried: `Fetching ${name}`, advice: "Check the network, then start it again." };
}

/** The object is not the one that was read before: its bytes must not be mixed with those. */
export class ObjectChanged extends Error {
  override readonly name = "ObjectChanged";
}

/** A body that broke off, or an answer that makes no sense: another try may succeed. */
export function brokenError(
  { tried, advice }: ReadWords,
  answered: string,
  cause?: unknown,
): AppError {
  return new AppError({ kind: "service", tried, answered, advice, reason: "network", cause });
}

/** The store sent nothing for `timeoutMs`. */
export function stalledError({ tried, advice }: ReadWords, timeoutMs: number): AppError {
  const answered = `nothing arrived for ${Math.round(timeoutMs / 1_000)} seconds`;
  return new AppError({ kind: "service", tried, answered, advice, reason: "silence" });
}

/** The object stayed away for as long as it was waited for. */
export function absentError(name: string, cause: AppError): AppError {
  return cause.retold({
    kind: "not-found",
    tried: `Fetching ${name}`,
    advice: "It is not there yet, or no longer: try again later, or list its file set again.",
  });
}

/** The bytes are not those that the service lists. `differed` says how: "its md5 is …, the service lists …". */
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
