import { existsSync } from "node:fs";
import { AppError } from "../../base/errors.ts";

/** Codes of the failures that leave a partial file as it is. */
const leaving: readonly (string | undefined)[] = ["network", "silence", "ENOSPC", "EDQUOT"];

/** The failure of a file; it says that what has arrived is kept where something is, in `partPath`. */
export function withKept(thrown: unknown, partPath: string | undefined): unknown {
  if (!(thrown instanceof AppError) || !leaving.includes(thrown.code)) return thrown;
  if (partPath === undefined || !existsSync(partPath)) return thrown;
  const advice = [thrown.advice ?? "", "What has arrived is kept."].join(" ").trim();
  return thrown.retold({ advice });
}
