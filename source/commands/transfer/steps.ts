import { counted, readableBytes } from "../../domain/readable.ts";
import type { Call } from "../console/call.ts";
import { type ColumnsOf, sizeColumn } from "../console/columns.ts";
import type { StepJson } from "../console/json-records.ts";
import { createRowList, type ListingOptions } from "../console/listing.ts";

const columns: ColumnsOf<"steps", StepJson> = {
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
  take(step: StepJson): Promise<void>;
  /** Prints the table, and the totals with `more` on stderr. */
  end(more?: string): void;
}

export function createStepList(options: StepOptions, call: Call): StepList {
  const rows = createRowList(call, options, columns);
  const steps: StepJson[] = [];
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

function totalOf(steps: readonly StepJson[]): string {
  const totals = (["fetch", "remove"] as const).flatMap((wanted) => {
    const those = steps.filter(({ step }) => step === wanted);
    if (wanted === "remove" && those.length === 0) return [];
    const bytes = those.reduce((sum, { size }) => sum + (size ?? 0), 0);
    return [`${counted(those.length, "file")} to ${wanted}, ${readableBytes(bytes)}`];
  });
  return totals.join("; ");
}
