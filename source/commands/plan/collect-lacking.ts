import type { Plan, PlannedFile } from "../../plan/plan.ts";
import type { Progress } from "../console/progress.ts";
import { readingView } from "../console/reading-view.ts";

export interface LookedFor {
  file: PlannedFile;
  isLacking: boolean;
}

/** The files of the plan that are lacking; shows progress. */
export async function collectLacking(
  { head, files }: Plan,
  looking: AsyncIterable<LookedFor>,
  progress: Progress,
): Promise<PlannedFile[]> {
  const lacking: PlannedFile[] = [];
  const counts = { right: 0, failed: 0, bytes: 0 };
  const total = { files: files.length, bytes: head.bytes };
  const beganAtMs = performance.now();
  try {
    for await (const { file, isLacking } of looking) {
      if (isLacking) lacking.push(file);
      counts[isLacking ? "failed" : "right"] += 1;
      counts.bytes += file.size ?? 0;
      progress.show(readingView(counts, total, performance.now() - beganAtMs));
    }
  } finally {
    progress.end();
  }
  return lacking;
}
