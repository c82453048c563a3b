import { AppError } from "../base/errors.ts";

export interface UnpackOptions {
  /** True if the existing file at the final name is replaced. */
  overwrite: boolean;
  signal: AbortSignal;
}

/** The unpacked content of a packed file, beside it under its final name. */
export interface Unpacked {
  /** Absolute paths: the one file of a gzip file, all files of a zip file. */
  paths: string[];
  /** False if it existed already. */
  isNew: boolean;
}

/** The packed file matches the service's, but its content is damaged. */
export function damagedError(name: string, answered: string): AppError {
  return new AppError({
    kind: "integrity",
    tried: `Unpacking ${name}`,
    answered,
    advice: "The packed file is kept. Contact your LSEG representative.",
    reason: "damaged",
  });
}
