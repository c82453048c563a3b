import { AppError } from "../base/errors.ts";

export interface UnpackOptions {
  /** True: what stands under the final name is replaced. */
  overwrite: boolean;
  signal: AbortSignal;
}

/** What a packed file holds, beside it under its final name. */
export interface Unpacked {
  /** Absolute paths: the one file of a gzip file, all files of a zip file. */
  paths: string[];
  /** False: it stood there already. */
  isNew: boolean;
}

/** The packed file is what the service has, but what is in it is not right. */
export function damagedError(name: string, answered: string): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Unpacking ${name}`,
    answered,
    advice: "The packed file stays as it came; tell your LSEG representative.",
    reason: "damaged",
  });
}
