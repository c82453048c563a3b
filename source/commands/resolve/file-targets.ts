import { type FileSetFilter, type FileStore, requestsAtATime } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import { wholeSelection } from "../../domain/selection.ts";
import type { Call } from "../console/call.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { withPackage } from "./file-set-filter.ts";
import { explainUnknown, idShape } from "./find-by-id.ts";
import { createNameSearch, type NameSearch } from "./find-by-name.ts";
import { idArguments } from "./id-arguments.ts";
import { filesOf, refusePending } from "./wanted-files.ts";

/** A file that an argument stands for. */
export interface FileTarget {
  fileId: string;
  /** Runs `work`; if the service does not know the argument, rejects with an error that names it. */
  explainUnknown<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface TargetParts {
  fileStore: FileStore;
  /** The file sets among which names are looked up, without the package; undefined without a bucket. */
  filter: FileSetFilter | undefined;
  packageIdOrName: string | undefined;
  warn(text: string): void;
  call: Call;
}

/**
 * The files of the arguments, in their order: an id stands for itself, a name for the file or for all files
 * of the file set that has it.
 */
export async function* fileTargets(
  args: readonly string[],
  { fileStore, filter, packageIdOrName, warn, call }: TargetParts,
): AsyncGenerator<FileTarget | AppError> {
  const { signal } = call;
  const inPackage = filter && (await withPackage(filter, packageIdOrName, fileStore, signal));
  const names = inPackage && createNameSearch(inPackage, wholeSelection, fileStore, signal);
  const lookUp = async (word: string, fail: (error: AppError) => void): Promise<string[]> => {
    const named = idShape.test(word) ? undefined : await names?.find(word);
    if (named === undefined) return [word];
    if (named.kind === "file") {
      refusePending(named.fileSet);
      return [named.file.id];
    }
    const files = await filesOf(named.fileSet, { fileStore, warn, fail, signal });
    return files.map(({ id }) => id);
  };
  const found = mapConcurrently(idArguments(args, call), requestsAtATime, async (word) => {
    const failures: AppError[] = [];
    const ids = await resultOrFailure(() => lookUp(word, (error) => failures.push(error)));
    return { word, ids, failures };
  });
  for await (const { word, ids, failures } of found) {
    if (ids instanceof AppError) yield ids;
    else
      for (const fileId of ids)
        yield { fileId, explainUnknown: (work) => explainUnknownFile(word, names, work) };
    yield* failures;
  }
}

/** Rejects with the command for the id of a file set too, because both kinds of ids look the same. */
async function explainUnknownFile<Result>(
  word: string,
  names: NameSearch | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await explainUnknown(word, names, work);
  } catch (thrown) {
    const isAbsent = thrown instanceof AppError && thrown.status === 404;
    if (!isAbsent || !idShape.test(word)) throw thrown;
    const advice = `cfs files ${word} lists its files if this is the id of a file set.`;
    throw thrown.withFacts({ advice: `${thrown.advice ?? ""} ${advice}`.trim() });
  }
}
