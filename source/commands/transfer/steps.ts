import { counted, readableBytes } from "../../domain/readable.ts";
import type { Call } from "../console/call.ts";
import { type ColumnsOf, sizeColumn } from "../console/columns.ts";
import { createRowList, type ListingOptions } from "../console/listing.ts";

/** What a run would do with a file. */
export interface Step {
  step: "fetch" | "remove";
  fileId: string;
  fileSetId: string;
  name: string;
  /** Null if the service does not report it. */
  size: number | null;
}

const columns: ColumnsOf<"steps", Step> = {
  step: { cell: ({ step }) => step },
  size: sizeColumn(({ size }) => size ?? undefined),
  file: { cell: ({ name }) => name, names: { of: "file" }, least: 24 },
  id: { cell: ({ fileId }) => fileId },
  "file-set": { cell: ({ fileSetId }) => fileSetId, extra: true },
};

export interface StepOptions extends ListingOptions {
  quiet?: boolean;
}

/** The output of `--dry-run`. */
export interface StepList {
  take(step: Step): Promise<void>;
  /** Prints the table, and the totals with `more` on stderr. */
  end(more?: string): void;
}

export function createStepList(options: StepOptions, call: Call): StepList {
  const rows = createRowList(call, options, columns);
  const steps: Step[] = [];
  return {
    async take(step) {
      rows.add(step);
      steps.push(step);
      await rows.drained();
    },
    end(more = "") {
      rows.end();
      if (!options.quiet) call.stderr.write(`${totalOf(steps)}${more}\n`);
    },
  };
}

function totalOf(steps: readonly Step[]): string {
  const totals = (["fetch", "remove"] as const).flatMap((wanted) => {
    const those = steps.filter(({ step }) => step === wanted);
    if (wanted === "remove" && those.length === 0) return [];
    const bytes = those.reduce((sum, { size }) => sum + (size ?? 0), 0);
    return [`${counted(those.length, "file")} to ${wanted}, ${readableBytes(bytes)}`];
  });
  return totals.join("; ");
}
