import type { FileSetFilter } from "../../api/service.ts";
import { AppError } from "../../base/errors.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { readFilterWords } from "../resolve/file-set-filter.ts";

export interface GetOptions extends CommonOptions {
  bucket?: string;
  package?: string;
  latest?: boolean;
  name?: string;
  attribute?: string[];
  output?: string;
  overwrite?: boolean;
  unpack?: boolean;
  quiet?: boolean;
}

/** What `get` is asked for: words, or the newest file set that a filter lets through. */
export interface GetWords {
  words: readonly string[];
  /** Where names and the newest are looked for, without the package; undefined where no bucket is named. */
  filter: FileSetFilter | undefined;
}

/** Reads the words of `get`. Throws an AppError of kind usage where they do not go together. */
export function readGetWords(words: readonly string[], options: GetOptions, call: Call): GetWords {
  const { bucket, latest = false } = options;
  if (latest && words.length > 0) throw wrongWords("--latest and ids do not go together");
  if (!latest && words.length === 0) throw wrongWords("nothing is asked for");
  if (bucket === undefined) {
    if (latest) throw wrongWords("--latest needs --bucket");
    if (options.package !== undefined) throw wrongWords("--package needs --bucket");
  }
  if (!latest && (options.name !== undefined || options.attribute !== undefined))
    throw wrongWords("--name and --attribute are for --latest");
  const { name, attribute } = options;
  const filters = {
    ...(name === undefined ? {} : { name }),
    ...(attribute === undefined ? {} : { attribute }),
  };
  return {
    words,
    filter: bucket === undefined ? undefined : readFilterWords(bucket, filters, call.nowMs()),
  };
}

function wrongWords(answered: string): AppError {
  return new AppError({
    kind: "usage",
    tried: "Reading the call",
    answered,
    advice:
      "Give ids, - for ids on standard input, names with --bucket, or --latest with --bucket; cfs get --help has examples.",
  });
}
