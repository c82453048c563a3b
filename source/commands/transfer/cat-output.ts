import { StringDecoder } from "node:string_decoder";
import { AppError } from "../../base/errors.ts";
import { unlessAborted } from "../../base/waiting.ts";
import { sanitizeLines } from "../../domain/sanitize.ts";
import { formatOf, packingOf } from "../../files/format-detection.ts";
import type { TransferFile } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { usageError } from "../console/usage-error.ts";

/** The output of one file on stdout. */
export interface CatOutput {
  /**
   * Resolves when the reader has room again. Rejects with an AppError for binary data on a terminal, or with
   * an AbortError.
   */
  write(piece: Buffer): Promise<void>;
  /** The failure, which reports incomplete output. */
  failure(thrown: unknown): unknown;
}

export function createCatOutput(file: TransferFile, { signal, stdout }: Call): CatOutput {
  const decoder = stdout.isTTY ? new StringDecoder("utf8") : undefined;
  let hasPrinted = false;

  const print = (data: Buffer | string) => {
    hasPrinted = true;
    const written = new Promise<void>((resolve) => {
      // An error of stdout aborts the call.
      stdout.write(data, (error) => (error ? undefined : resolve()));
    });
    return unlessAborted(written, signal);
  };

  return {
    write(piece) {
      if (decoder === undefined) return print(piece);
      if (!hasPrinted) refuseBinary(file, piece);
      return print(sanitizeLines(decoder.write(piece)));
    },
    failure(thrown) {
      const isCut = hasPrinted && thrown instanceof AppError && thrown.kind !== "integrity";
      if (!isCut) return thrown;
      return thrown.withFacts({
        advice: `The output is incomplete. ${thrown.advice ?? ""}`.trim(),
      });
    },
  };
}

/** Throws an AppError of kind usage. */
function refuseBinary({ fileId, name }: TransferFile, first: Buffer): void {
  const packing = packingOf(first);
  if (packing === "plain" && formatOf(name, first).format !== "binary") return;
  const what = packing === "plain" ? "binary" : packing;
  const other = packing === "plain" ? "" : "Use --unpack, or redirect it";
  throw usageError(
    `it is ${what} data, and standard output is a terminal`,
    `${other === "" ? "Redirect it" : other}: cfs cat ${fileId} > FILE.`,
    `Printing ${name}`,
  );
}
