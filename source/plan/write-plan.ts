import { createHash } from "node:crypto";
import { type PlanHead, type PlannedFile, planVersion } from "./plan.ts";

/** What the first line says beside what the files decide. */
export type PlanFacts = Omit<PlanHead, "version" | "id" | "files" | "bytes">;

/** Stands for the id in the text that the id is the digest of. */
export const noId = "0".repeat(64);

/** The lines of a plan, each with its end. */
export function* planLines(
  { filter, destination, addressesExpire }: PlanFacts,
  files: readonly PlannedFile[],
): Generator<string> {
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const headLine = (id: string) => {
    const counts = { version: planVersion, id, files: files.length, bytes } as const;
    return lineOf({ ...counts, filter, destination, addressesExpire } satisfies PlanHead);
  };
  const digest = createHash("sha256").update(headLine(noId));
  for (const file of files) digest.update(lineOf(file));
  yield headLine(digest.digest("hex"));
  for (const file of files) yield lineOf(file);
}

function lineOf(value: PlanHead | PlannedFile): string {
  return `${JSON.stringify(value)}\n`;
}
